/** Whoever stops waiting hears of it at once; the answer comes to nobody. */
export async function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted()
  const answered = new AbortController()
  const aborted = new Promise<never>((_, reject) => {
    const abort = (): void => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true, signal: answered.signal })
  })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    answered.abort()
  }
}
