import * as pushed from '../protocol/pushed-authorization.ts'
import type { RareExchanges } from '../protocol/rare-exchanges.ts'
import * as userInfo from '../protocol/user-info.ts'

/** For a worker, which is one file. */
export const exchangesAtHand: RareExchanges = {
  pushed: async () => pushed,
  userInfo: async () => userInfo,
}
