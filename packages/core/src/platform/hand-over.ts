/**
 * Passes a message to the page that has opened this window, and closes it. By a channel, because the provider or the app
 * may have cut the windows off from each other (`Cross-Origin-Opener-Policy`); and to the opener, where there still is
 * one, because a page in a frame of another site hears no channel.
 */
export function handOverInBrowser(channelName: string, message: unknown): void {
  try {
    const channel = new BroadcastChannel(channelName)
    channel.postMessage(message)
    channel.close()
  } catch {
    // Missing, or site data is blocked (Firefox).
  }
  // Only the app's own origin may read it (RFC 9700 §4.17.2).
  window.opener?.postMessage(message, location.origin)
  // Only a window that a script has opened can be closed by one. Whatever stays open is not to go on showing the answer.
  history.replaceState(null, '', location.pathname)
  window.close()
}
