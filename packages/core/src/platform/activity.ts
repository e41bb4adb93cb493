/** What only somebody at the device does. Not `scroll`: a page scrolls by itself, too. */
const deeds = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchmove']

/**
 * Tells that the person does something, before the page itself hears of it. Apart from the other ports, so that only an
 * app that asks for it loads it.
 *
 * @returns stops it
 */
export function onActivity(listener: () => void): () => void {
  const stop = new AbortController()
  for (const deed of deeds) {
    addEventListener(deed, () => listener(), { capture: true, passive: true, signal: stop.signal })
  }
  return () => stop.abort()
}
