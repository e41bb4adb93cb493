import { abortable } from '../abortable.ts'
import { toApiRequest } from '../api/api-request.ts'
import type { EngineLoader } from '../engine-loader.ts'
import { notSignedIn } from '../errors.ts'
import type { AccessTokenRequest } from '../keeper/keeper.ts'
import { type AuthState, errorInTheWay } from '../state.ts'
import type { Search } from './search.ts'

/** What calling an API works with. */
export interface ApiAccessContext<TUser> {
  readonly engine: EngineLoader
  readonly search: Search<TUser>
  getState(): AuthState<TUser>
}

/** The two ways to call an API, of a client whose engine may not be there yet. */
export interface ApiAccess {
  getAccessToken(request?: AccessTokenRequest): Promise<string>
  fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response>
}

/** Makes an {@link ApiAccess}. Both wait until it is known whether somebody is signed in. */
export function createApiAccess<TUser>({ engine, search, getState }: ApiAccessContext<TUser>): ApiAccess {
  /** @throws {AuthError} see `errorInTheWay` */
  async function untilKnown(signal: AbortSignal | undefined): Promise<void> {
    if (getState().status !== 'authenticated') await abortable(search.finished(), signal)
    const error = errorInTheWay(getState())
    if (error) throw error
  }

  return {
    async getAccessToken(request) {
      await untilKnown(request?.signal)
      const loaded = engine.current()
      if (loaded) return loaded.getAccessToken(request)
      throw notSignedIn()
    },

    async fetch(input, init) {
      const sent = toApiRequest(input, init)
      await untilKnown(sent.request.signal)
      return engine.use((loaded) => loaded.fetch(sent))
    },
  }
}
