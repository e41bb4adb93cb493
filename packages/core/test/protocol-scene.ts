import { expect } from 'vitest'
import { AuthError } from '../src/errors.ts'
import type { AuthClientOptions, OAuthOptions } from '../src/options/client-options.ts'
import { parseOptions, type Settings } from '../src/options/parse-options.ts'
import type { CodeGrant } from '../src/protocol/code-grant.ts'
import { createProvider, type Provider } from '../src/protocol/provider.ts'
import { loadedExchanges } from '../src/protocol/rare-exchanges.ts'
import type { RefreshableTokenSet } from '../src/protocol/refresh-grant.ts'
import { expectWords } from './expect-words.ts'
import { createFakePlatform, type FakePlatform, type FakePlatformOptions } from './fake-platform.ts'
import { createFakeProvider, type FakeProvider } from './fake-provider.ts'
import { expectNoSecrets } from './no-secrets.ts'

/** One client's exchanges with one provider, without the session around them. */
export interface ProtocolScene {
  readonly provider: FakeProvider
  readonly platform: FakePlatform
  readonly settings: Settings
  readonly client: Provider
  /** Starts a sign-in and lets Alice finish it at the provider. */
  answer(demand?: Partial<CodeGrant>): Promise<Answer>
  /** The same, and the code exchanged. */
  signIn(demand?: Partial<CodeGrant>): Promise<RefreshableTokenSet>
  /** The error a call ends with, after a look that it is ours and shows no secret of this scene. */
  failure(promise: Promise<unknown>): Promise<AuthError>
}

/** What came back from the provider, and what it is checked against. */
export interface Answer {
  readonly parameters: URLSearchParams
  readonly grant: CodeGrant
}

/** What a protocol scene is set with. */
export interface ProtocolSceneOptions extends FakePlatformOptions {
  readonly provider?: FakeProvider
  /** Instead of an OpenID Connect client with discovery. */
  readonly options?: AuthClientOptions
}

const redirectUri = 'https://app.example/callback'

/** Makes a {@link ProtocolScene}. The provider's clock is the page's until a test says otherwise. */
export async function createProtocolScene({
  provider: given,
  options,
  ...platformOptions
}: ProtocolSceneOptions = {}): Promise<ProtocolScene> {
  const provider = given ?? (await createFakeProvider())
  const platform = createFakePlatform({ fetch: provider.fetch, ...platformOptions })
  provider.now = () => platform.clock.now().epochMs / 1000
  const settings = parseOptions(options ?? { issuer: provider.issuer, clientId: 'app', redirectUri })
  const client = createProvider({ settings, platform, cacheKey: 'metadata', rare: loadedExchanges })

  async function answer(demand: Partial<CodeGrant> = {}): Promise<Answer> {
    const { scope } = settings
    const { url, ...secrets } = await client.authorize({ redirectUri, scope, statePrefix: 'app.', extra: {} })
    provider.secrets.push(secrets.codeVerifier, secrets.nonce, secrets.state)
    const { searchParams } = new URL(provider.signIn(url))
    return { parameters: searchParams, grant: { ...secrets, redirectUri, scope, ...demand } }
  }

  return {
    provider,
    platform,
    settings,
    client,
    answer,
    async signIn(demand) {
      const { parameters, grant } = await answer(demand)
      const tokens = await client.redeem(parameters, grant)
      return { ...tokens, refreshToken: tokens.refreshToken ?? '' }
    },
    async failure(promise) {
      const error: unknown = await promise.then(
        () => undefined,
        (reason: unknown) => reason,
      )
      expect(error).toBeInstanceOf(AuthError)
      expectWords(error)
      expectNoSecrets(error, provider.secrets)
      return error as AuthError
    },
  }
}

/** A client of a plain OAuth 2.0 server whose endpoints are given by hand. */
export const plainOAuth: OAuthOptions = {
  clientId: 'app',
  redirectUri,
  endpoints: { authorization: 'https://id.example/auth', token: 'https://id.example/token' },
}
