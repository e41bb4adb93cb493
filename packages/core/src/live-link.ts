/** A way to somebody who may stop answering. */
export interface LiveLink<TLink> {
  /** The link, made where there is none, or where it is dead. @throws what making it throws; the next call tries again */
  reach(): Promise<TLink>
  /** The link that was made last, or is being made, whether it lives or not. */
  latest(): Promise<TLink> | undefined
}

/** Makes a {@link LiveLink}. Connects to nothing yet. */
export function createLiveLink<TLink extends { isAlive(): boolean }>(
  connect: () => Promise<TLink>,
): LiveLink<TLink> {
  let linking: Promise<TLink> | undefined
  return {
    latest: () => linking,
    async reach() {
      const known = linking
      if (known && !(await known).isAlive() && linking === known) linking = undefined
      linking ??= connect().catch((error: unknown) => {
        linking = undefined
        throw error
      })
      return linking
    },
  }
}
