import type { RareExchanges } from '../protocol/rare-exchanges.ts'
import { fetchUserInfo } from '../protocol/user-info.ts'

/** For a worker, which is one file. */
export const exchangesAtHand: RareExchanges = {
  userInfo: async () => ({ fetchUserInfo }),
}
