import type { SilentAnswer } from './silent-answer.ts'

/**
 * The whole of the page at `silentRedirectUri`: it passes the provider's answer to the page around it, or to the one
 * that has opened this window, and nothing else of the app is loaded for it. Opened without an answer, it does nothing.
 * It imports nothing, for a bundler would make files of what it shares with the app: what the callback page does in a
 * window (`platform/hand-over.ts`, `answerChannel`) stands here once more.
 *
 * @packageDocumentation
 */
const { parent, opener, location, history } = window
const answer: SilentAnswer = { latchkey: 'silent-callback', url: location.href }
const state = new URLSearchParams(location.search).get('state')
// Only the app's own origin may read it (RFC 9700 §4.17.2).
if (parent !== window) parent.postMessage(answer, location.origin)
else if (state !== null) {
  try {
    new BroadcastChannel(`latchkey.${state}`).postMessage(answer)
  } catch {
    // Missing, or site data is blocked (Firefox): there is the opener.
  }
  opener?.postMessage(answer, location.origin)
  history.replaceState(null, '', location.pathname)
  window.close()
}
