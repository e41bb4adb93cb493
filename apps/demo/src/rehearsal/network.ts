/** Cuts the SDK in this tab off, or connects it again, and tells it so as the browser would. */
export function setOnline(isOnline: boolean): void {
  if (isOnline) Reflect.deleteProperty(navigator, 'onLine')
  else Object.defineProperty(navigator, 'onLine', { configurable: true, value: false })
  dispatchEvent(new Event(isOnline ? 'online' : 'offline'))
}

/** @throws {TypeError} as `fetch` does where there is no network */
export function throwIfOffline(): void {
  if (!navigator.onLine) throw new TypeError('This tab was taken offline by its own button.')
}

/** Calls back when the network comes or goes. @returns stops it */
export function onNetworkChange(listener: () => void): () => void {
  const stop = new AbortController()
  for (const name of ['online', 'offline']) addEventListener(name, listener, { signal: stop.signal })
  return () => stop.abort()
}
