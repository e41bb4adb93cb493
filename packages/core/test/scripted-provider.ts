import type { CodeGrant } from '../src/protocol/code-grant.ts'
import type { Provider } from '../src/protocol/provider.ts'
import type { RefreshableTokenSet } from '../src/protocol/refresh-grant.ts'
import type { TokenSet, UserInfo } from '../src/protocol/token-set.ts'

/** One call of a provider, for the test to answer when it likes. */
export interface ScriptedCall<TRequest, TAnswer> {
  readonly request: TRequest
  readonly isOpen: boolean
  resolve(answer: TAnswer): void
  reject(error: unknown): void
}

/** One exchange with the provider: what was asked, and what answers. */
export interface ScriptedExchange<TRequest, TAnswer> {
  readonly calls: ScriptedCall<TRequest, TAnswer>[]
  /** Answers by itself, now and from now on; without it a call stays open until the test settles it. */
  answer: ((request: TRequest) => TAnswer | Promise<TAnswer>) | undefined
  /** The call made last. @throws where there was none */
  last(): ScriptedCall<TRequest, TAnswer>
}

/** A provider that does what the test says, when it says so. Sends nothing and checks nothing. */
export interface ScriptedProvider extends Provider {
  readonly redemptions: ScriptedExchange<CodeGrant, TokenSet>
  readonly refreshes: ScriptedExchange<RefreshableTokenSet, TokenSet>
  readonly userInfos: ScriptedExchange<TokenSet, UserInfo>
  /** Answers `true` until told otherwise. */
  readonly revocations: ScriptedExchange<TokenSet, boolean>
  /** Answers until told otherwise. */
  readonly probes: ScriptedExchange<undefined, void>
  /** Where the provider's session is ended; undefined where it offers no such place. */
  endSessionAt: string | undefined
}

/** Makes a {@link ScriptedProvider}. */
export function createScriptedProvider(): ScriptedProvider {
  const redemptions = createExchange<CodeGrant, TokenSet>()
  const refreshes = createExchange<RefreshableTokenSet, TokenSet>()
  const userInfos = createExchange<TokenSet, UserInfo>()
  const revocations = createExchange<TokenSet, boolean>(() => true)
  const probes = createExchange<undefined, void>(() => undefined)
  const provider: ScriptedProvider = {
    redemptions,
    refreshes,
    userInfos,
    revocations,
    probes,
    endSessionAt: 'https://id.example/logout',
    authorize: async () => ({ url: 'https://id.example/auth', state: 's', codeVerifier: 'v', nonce: 'n' }),
    redeem: (_response, grant) => redemptions.call(grant),
    refresh: refreshes.call,
    userInfo: userInfos.call,
    revoke: revocations.call,
    endSessionUrl: async () => provider.endSessionAt,
    probe: () => probes.call(undefined),
  }
  return provider
}

function createExchange<TRequest, TAnswer>(
  answer?: (request: TRequest) => TAnswer,
): ScriptedExchange<TRequest, TAnswer> & { call(request: TRequest): Promise<TAnswer> } {
  const calls: ScriptedCall<TRequest, TAnswer>[] = []
  const exchange: ScriptedExchange<TRequest, TAnswer> & { call(request: TRequest): Promise<TAnswer> } = {
    calls,
    answer,
    last() {
      const call = calls.at(-1)
      if (!call) throw new Error('The provider was not called.')
      return call
    },
    call: (request) =>
      new Promise((resolve, reject) => {
        const call = { request, isOpen: true, resolve: settle(resolve), reject: settle(reject) }
        function settle<T>(by: (value: T) => void): (value: T) => void {
          return (value) => {
            call.isOpen = false
            by(value)
          }
        }
        calls.push(call)
        // Instead of a test that never ends.
        if (calls.length > 10_000) throw new Error('This goes on for ever.')
        if (exchange.answer) {
          // In an async function, so that an answer that throws is a rejection.
          const { answer } = exchange
          ;(async () => answer(request))().then(call.resolve, call.reject)
        }
      }),
  }
  return exchange
}
