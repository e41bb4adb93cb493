import type { Platform } from './ports.ts'

/** Loads a URL in a frame that nobody sees. */
export const openFrame: Platform['openFrame'] = (url, onMessage) => {
  const frame = document.createElement('iframe')
  const listen = ({ source, origin, data }: MessageEvent): void => {
    // Neither is a window where the frame has none (yet).
    if (source && source === frame.contentWindow && origin === location.origin) onMessage(data)
  }
  frame.hidden = true
  frame.title = 'Sign-in'
  frame.src = url
  addEventListener('message', listen)
  // A script in the head may run before there is a body.
  ;(document.body ?? document.documentElement).append(frame)
  return () => {
    removeEventListener('message', listen)
    frame.remove()
  }
}
