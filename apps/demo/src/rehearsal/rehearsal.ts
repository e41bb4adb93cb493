import type { Platform } from '@latchkey/core'
import { chosenKeeper, isInVault } from '../chosen-keeper.ts'
import { now, rehearsalClock } from './clock.ts'
import { throwIfOffline } from './network.ts'

/** Whether this page can act out what happens to sessions. A vault has a clock and a network of its own. */
export const canRehearse = !isInVault(chosenKeeper())

/** Stands between the SDK and the browser. Until a button is pressed, it changes nothing. */
export const rehearsal: Partial<Platform> = canRehearse
  ? {
      clock: rehearsalClock,
      fetch: async (url, init) => {
        throwIfOffline()
        return fetch(url, init)
      },
      send: async (request) => {
        throwIfOffline()
        return fetch(request)
      },
    }
  : {}

/** The time by which the SDK in this page goes, in milliseconds since the epoch. */
export const sessionNow: () => number = canRehearse ? now : Date.now

/** When that is by the clock on the wall. @param at milliseconds since the epoch, by the SDK's clock */
export function onTheWall(at: number): number {
  return at - (sessionNow() - Date.now())
}
