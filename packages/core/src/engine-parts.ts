/**
 * What some apps' options ask for: limits of time, a watch on the provider's session, more about the person than an ID
 * token says. One file, for every file that is loaded on demand costs each app its name.
 */
export { createKeeperWithUser } from './keeper/with-user.ts'
export { watchSession } from './provider-session/watch-session.ts'
export { createSessionLimits } from './session-limits/session-limits.ts'
