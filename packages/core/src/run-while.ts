/** Tells whether something is wanted, and when that may have changed. */
export interface Wanted {
  isWanted(): boolean
  /** @returns stops it */
  onChanged(listener: () => void): () => void
}

/**
 * Runs something for as long as it is wanted.
 *
 * @param begin returns what ends it
 * @returns stops it for good
 */
export function runWhile({ isWanted, onChanged }: Wanted, begin: () => () => void): () => void {
  let end: (() => void) | undefined

  function stop(): void {
    end?.()
    end = undefined
  }

  function reconsider(): void {
    if (isWanted()) end ??= begin()
    // Also where beginning has made an end of it.
    if (!isWanted()) stop()
  }

  const stopListening = onChanged(reconsider)
  reconsider()
  return () => {
    stopListening()
    stop()
  }
}
