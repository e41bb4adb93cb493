import type { AuthEventMap, User } from '@latchkey/core'
import { clockTime } from '../clock-time.ts'
import { onTheWall } from '../rehearsal/rehearsal.ts'

type SessionEvents = AuthEventMap<User>

/** The events of a session, by name. */
export type EventName = keyof SessionEvents

/** Says in a few words what an event tells. */
export const describeEvent: { [Name in EventName]: (event: SessionEvents[Name]) => string } = {
  identity: ({ previous, current }) =>
    current ? `${nameOf(current)} is signed in` : `${nameOf(previous)} is signed out`,
  state: ({ previous, state }) => `${previous.status} → ${state.status} (${state.reason})`,
  refreshed: ({ accessTokenExpiresAt }) =>
    accessTokenExpiresAt === undefined
      ? 'a new access token'
      : `a new access token, good until ${clockTime(onTheWall(accessTokenExpiresAt))}`,
  extended: ({ sessionEndsAt }) =>
    sessionEndsAt === undefined ? 'goes on' : `goes on until ${clockTime(onTheWall(sessionEndsAt))}`,
  refresh_failed: ({ error, retryAt }) =>
    retryAt === undefined
      ? `${error.code}; next try when the browser is online`
      : `${error.code}; next try at ${clockTime(onTheWall(retryAt))}`,
  error: ({ error, during }) => `${error.code} during ${during}`,
}

function nameOf(user: User | undefined): string {
  return user?.name ?? user?.sub ?? 'Somebody'
}
