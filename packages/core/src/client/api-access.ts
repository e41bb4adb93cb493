import { abortable } from '../abortable.ts'
import { toApiRequest } from '../api/api-request.ts'
import type { Engine } from '../engine.ts'
import type { EngineLoader } from '../engine-loader.ts'
import type { AccessTokenRequest } from '../keeper/keeper.ts'
import { type AuthState, errorInTheWay } from '../state.ts'
import { notSignedIn } from '../withheld.ts'
import type { Search } from './search.ts'

/** What calling an API works with. */
export interface ApiAccessContext<TUser> {
  readonly engine: EngineLoader
  readonly search: Search<TUser>
  getState(): AuthState<TUser>
}

/** What is asked in the person's name, of a client whose engine may not be there yet. */
export interface ApiAccess<TUser> {
  refreshUser(): Promise<TUser>
  getAccessToken(request?: AccessTokenRequest): Promise<string>
  fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response>
}

/** Makes an {@link ApiAccess}. Everything waits until it is known whether somebody is signed in. */
export function createApiAccess<TUser>({
  engine,
  search,
  getState,
}: ApiAccessContext<TUser>): ApiAccess<TUser> {
  /** @throws {AuthError} see `errorInTheWay` */
  async function untilKnown(signal?: AbortSignal): Promise<void> {
    if (getState().status !== 'authenticated') await abortable(search.finished(), signal)
    const error = errorInTheWay(getState())
    if (error) throw error
  }

  function loaded(): Engine {
    const known = engine.current()
    if (known) return known
    throw notSignedIn()
  }

  return {
    async getAccessToken(request) {
      await untilKnown(request?.signal)
      return loaded().getAccessToken(request)
    },

    async refreshUser() {
      await untilKnown()
      return loaded().refreshUser() as Promise<TUser>
    },

    async fetch(input, init) {
      const sent = toApiRequest(input, init)
      await untilKnown(sent.request.signal)
      return engine.use((loaded) => loaded.fetch(sent))
    },
  }
}
