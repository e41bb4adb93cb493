/** Begins with the first start and ends with the last stop. Stopping twice counts once. */
export function createCountedStart(begin: () => () => void): () => () => void {
  let running = 0
  let end: (() => void) | undefined
  return () => {
    if (running === 0) end = begin()
    running += 1
    let isStopped = false
    return () => {
      if (isStopped) return
      isStopped = true
      running -= 1
      if (running === 0) end?.()
    }
  }
}
