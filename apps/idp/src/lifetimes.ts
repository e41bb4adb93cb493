export interface Lifetimes {
  readonly accessTokenSeconds: number
  readonly idTokenSeconds: number
  readonly refreshTokenSeconds: number
  readonly sessionSeconds: number
}

const hour = 60 * 60
const day = 24 * hour

/** @throws {RangeError} for a lifetime that is no positive whole number of seconds. */
export function resolveLifetimes(
  chosen: Partial<Pick<Lifetimes, 'accessTokenSeconds' | 'idTokenSeconds' | 'refreshTokenSeconds'>>,
): Lifetimes {
  const lifetimes = {
    accessTokenSeconds: chosen.accessTokenSeconds ?? 300,
    idTokenSeconds: chosen.idTokenSeconds ?? hour,
    refreshTokenSeconds: chosen.refreshTokenSeconds ?? 14 * day,
    sessionSeconds: 14 * day,
  }
  for (const [name, seconds] of Object.entries(lifetimes)) {
    if (!Number.isSafeInteger(seconds) || seconds < 1) {
      throw new RangeError(`${name} must be a whole number of seconds, 1 or more; it is ${seconds}.`)
    }
  }
  return lifetimes
}
