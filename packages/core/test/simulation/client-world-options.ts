import type { Chance } from './chance.ts'

/** What a world of clients is set with. */
export interface ClientWorldOptions {
  readonly keeper: 'memory' | 'vault' | 'sealed'
  readonly lifetimeSeconds: number
  readonly rotates: boolean
  readonly givesRefreshTokens: boolean
  /** Whether requests and answers may get lost: then the provider may know what no page does. */
  readonly isLossy: boolean
  /** App and provider are on one site, and the app asks in a frame. */
  readonly isSameSite: boolean
  readonly restoresByRedirect: boolean
  /** The browser has a back/forward cache. */
  readonly caches: boolean
  /** A worker outlives its pages (`extendedLifetime`). */
  readonly workerOutlives: boolean
  /** An app that goes on to where the person was going, whatever went wrong. */
  readonly isCareless: boolean
  /** Another app's client is on every page. */
  readonly hasNeighbour: boolean
  /** The browser has Web Locks: without them tabs share no session. */
  readonly hasLocks: boolean
  /** How far the device's clock is behind the provider's, in milliseconds. */
  readonly behindMs: number
  /** How long storage takes to another page, at most, in milliseconds. */
  readonly storageMs: number
}

/** Every kind of world comes up. */
export function pickOptions(chance: Chance): ClientWorldOptions {
  return {
    keeper: chance.pick(['memory', 'memory', 'vault', 'sealed']),
    lifetimeSeconds: chance.pick([40, 300, 300, 3600]),
    rotates: chance.happens(0.9),
    givesRefreshTokens: chance.happens(0.9),
    isLossy: chance.happens(0.3),
    isSameSite: chance.happens(0.4),
    restoresByRedirect: chance.happens(0.3),
    caches: chance.happens(0.6),
    workerOutlives: chance.happens(0.5),
    isCareless: chance.happens(0.3),
    hasNeighbour: chance.happens(0.2),
    hasLocks: chance.happens(0.85),
    behindMs: chance.pick([0, 0, 0, 0, 86_400_000, -86_400_000]),
    storageMs: chance.pick([0, 3, 30]),
  }
}
