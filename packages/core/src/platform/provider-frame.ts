import type { ProviderFrame } from './ports.ts'

/**
 * Loads a page of the provider's in a frame that nobody sees. Only what comes from this very frame and from that page's
 * origin is heard, and nothing is said to any other. Apart from the other ports, so that only an app that asks for it
 * loads it.
 */
export function openProviderFrame(url: string, onMessage: (message: unknown) => void): ProviderFrame {
  const { origin } = new URL(url)
  const frame = document.createElement('iframe')
  let isLoaded = false
  let waiting: string | undefined
  const listen = (event: MessageEvent): void => {
    const isOurs = event.source !== null && event.source === frame.contentWindow
    if (isOurs && event.origin === origin) onMessage(event.data)
  }
  frame.addEventListener('load', () => {
    isLoaded = true
    if (waiting !== undefined) frame.contentWindow?.postMessage(waiting, origin)
    waiting = undefined
  })
  frame.hidden = true
  frame.title = 'Session'
  frame.src = url
  addEventListener('message', listen)
  document.body.append(frame)
  return {
    post(message) {
      // Before, whoever would hear it is an empty page of another origin.
      if (isLoaded) frame.contentWindow?.postMessage(message, origin)
      else waiting = message
    },
    close() {
      removeEventListener('message', listen)
      frame.remove()
    },
  }
}
