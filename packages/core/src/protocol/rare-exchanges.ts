import { throwNotLoaded } from '../errors.ts'

/**
 * What most sign-ins do without. In a page its code is loaded when it is wanted. A worker has it at hand: bundlers that
 * make one file of a worker cannot load a part of it later.
 *
 * @throws {NetworkError} `code_not_loaded`
 */
export interface RareExchanges {
  userInfo(): Promise<typeof import('./user-info.ts')>
}

/** For a page. */
export const loadedExchanges: RareExchanges = {
  userInfo: () => import('./user-info.ts').catch(throwNotLoaded),
}
