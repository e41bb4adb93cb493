import { throwNotLoaded } from '../errors.ts'

/**
 * Exchanges that most sign-ins do without. In a page their code is loaded when it is wanted. A worker has it at hand:
 * bundlers that make one file of a worker cannot load a part of it later.
 *
 * @throws {NetworkError} `code_not_loaded`
 */
export interface RareExchanges {
  pushed(): Promise<typeof import('./pushed-authorization.ts')>
  userInfo(): Promise<typeof import('./user-info.ts')>
}

/** For a page. */
export const loadedExchanges: RareExchanges = {
  pushed: () => import('./pushed-authorization.ts').catch(throwNotLoaded),
  userInfo: () => import('./user-info.ts').catch(throwNotLoaded),
}
