/**
 * For Latchkey's own packages, which follow the rules that stand here instead of copying them. No promise of stability:
 * names come and go with any release.
 *
 * @module
 */
export { abortable } from './abortable.ts'
export { createApiFetch } from './api/api-fetch.ts'
export { toApiRequest } from './api/api-request.ts'
export { createFailures } from './client/failures.ts'
export { createGuard } from './client/guard.ts'
export { createCountedStart } from './counted-start.ts'
export { notSignedIn, subjectChanged } from './errors.ts'
export { createEventHub } from './events.ts'
export { explainState } from './explain.ts'
export { startRenewal } from './keeper/renewal.ts'
export { renewalDueInMs } from './keeper/renewal-due.ts'
export { isValid } from './keeper/validity.ts'
export { parseOptions, type Settings } from './options.ts'
export { plainOptions } from './plain-options.ts'
export { createMemoryStore } from './platform/memory-store.ts'
export { type AuthenticationDemand, authenticationProblem } from './protocol/authentication-demand.ts'
export { remainingMs } from './protocol/token-set.ts'
export { sessionEndsAt } from './session-end.ts'
export { createBreaker } from './sign-in/breaker.ts'
export { parseLoginOptions } from './sign-in/login-options.ts'
export { parseReturnTo } from './sign-in/return-to.ts'
export type { AuthEvent } from './state.ts'
export { errorInTheWay, isSought, startingState, transition } from './state.ts'
export type { Store } from './store.ts'
export { createStore } from './store.ts'
export { longestUndecidedMs, untilDecided } from './until-decided.ts'
