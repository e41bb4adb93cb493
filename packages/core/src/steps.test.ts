import { describe, expect, it } from 'vitest'
import { createFakePlatform, type FakePlatform } from '../test/fake-platform.ts'
import { createFakeProvider, type FakeProvider } from '../test/fake-provider.ts'
import { expectNoSecrets } from '../test/no-secrets.ts'
import { rejectionOf } from '../test/pages.ts'
import { plainOAuth } from '../test/protocol-scene.ts'
import { dpop } from './dpop/dpop.ts'
import { AuthError } from './errors.ts'
import type { AuthClientOptions } from './options/client-options.ts'
import { type AuthorizationRequest, createAuthorizationUrl, exchangeCode } from './steps.ts'

interface Steps {
  readonly provider: FakeProvider
  readonly platform: FakePlatform
  readonly options: AuthClientOptions
  /** The first step, and what the provider answers to it. */
  begin(request?: Parameters<typeof createAuthorizationUrl>[1]): Promise<Begun>
  /** The error of a second step, after a look that no code was sent and no secret is shown. */
  refusal(url: string, pending: AuthorizationRequest): Promise<AuthError>
}

interface Begun {
  readonly pending: AuthorizationRequest
  readonly callbackUrl: string
}

async function createSteps(change: Partial<AuthClientOptions> = {}): Promise<Steps> {
  const provider = await createFakeProvider()
  const platform = createFakePlatform({ fetch: provider.fetch })
  const options = {
    issuer: provider.issuer,
    clientId: 'app',
    redirectUri: 'https://app.example/callback',
    platform,
    ...change,
  } as AuthClientOptions
  return {
    provider,
    platform,
    options,
    async begin(request) {
      const pending = await createAuthorizationUrl(options, request)
      provider.secrets.push(pending.codeVerifier, pending.nonce, pending.state)
      return { pending, callbackUrl: provider.signIn(pending.url) }
    },
    async refusal(url, pending) {
      const error: unknown = await exchangeCode(url, pending, platform).then(
        () => undefined,
        (reason: unknown) => reason,
      )
      expect(error).toBeInstanceOf(AuthError)
      expectNoSecrets(error, provider.secrets)
      expect(provider.count('/token')).toBe(0)
      return error as AuthError
    },
  }
}

/** What is left of a pending sign-in after its time in storage. */
function stored(pending: AuthorizationRequest): AuthorizationRequest {
  return JSON.parse(JSON.stringify(pending)) as AuthorizationRequest
}

/** The URL with one of its parameters changed; undefined takes it out. */
function withParameter(url: string, name: string, value: string | undefined): string {
  const changed = new URL(url)
  if (value === undefined) changed.searchParams.delete(name)
  else changed.searchParams.set(name, value)
  return changed.href
}

describe('a sign-in by hand', () => {
  it('goes from URL to tokens, with nothing but JSON kept in between', async () => {
    const { provider, begin, platform } = await createSteps()
    const { pending, callbackUrl } = await begin()
    const tokens = await exchangeCode(callbackUrl, stored(pending), platform)
    expect(tokens).toMatchObject({
      accessToken: expect.stringMatching(/^SENTINEL-access-token/),
      claims: { sub: 'alice' },
      scope: 'openid profile email',
    })
    expect(provider.seen.map(({ path }) => path).sort()).toEqual([
      '/.well-known/openid-configuration',
      '/jwks',
      '/token',
    ])
  })

  it('sends a URL that holds neither the verifier nor where the page is', async () => {
    const { platform, begin } = await createSteps()
    platform.goTo('https://app.example/deep/place?secret=1#part')
    const { pending } = await begin()
    expect(pending.url).not.toContain(pending.codeVerifier)
    expect(decodeURIComponent(pending.url)).not.toMatch(/deep|place|secret|part/)
    expect(new URL(pending.url).searchParams.get('redirect_uri')).toBe('https://app.example/callback')
  })

  it('resolves a redirect path against the page, and keeps it to the letter', async () => {
    const { begin, platform } = await createSteps({ redirectUri: '/callback/?from=idp' })
    const { pending, callbackUrl } = await begin()
    expect(pending.redirectUri).toBe('https://app.example/callback/?from=idp')
    expect(new URL(pending.url).searchParams.get('redirect_uri')).toBe(pending.redirectUri)
    await expect(exchangeCode(callbackUrl, stored(pending), platform)).resolves.toBeDefined()
  })

  it('needs no page where the redirect URI is a whole URL', async () => {
    const { provider, platform, options } = await createSteps()
    // All else is the one of here, which is no browser.
    const parts = { fetch: provider.fetch, clock: platform.clock }
    const pending = await createAuthorizationUrl({ ...options, platform: parts })
    const answer = provider.signIn(pending.url)
    await expect(exchangeCode(answer, stored(pending), parts)).resolves.toMatchObject({
      claims: { sub: 'alice' },
    })
  })

  it('asks for what it is told to, and holds the answer to it', async () => {
    const { provider, begin, platform } = await createSteps()
    const request = {
      prompt: 'login',
      maxAge: 60,
      acrValues: ['gold'],
      scope: 'openid',
      params: { audience: 'a' },
    } as const
    const { pending, callbackUrl } = await begin(request)
    expect(Object.fromEntries(new URL(pending.url).searchParams)).toMatchObject({
      prompt: 'login',
      max_age: '60',
      acr_values: 'gold',
      scope: 'openid',
      audience: 'a',
    })
    provider.claims = { auth_time: 1_800_000_000 - 600, acr: 'gold' }
    await expect(exchangeCode(callbackUrl, stored(pending), platform)).rejects.toMatchObject({
      code: 'reauthentication_required',
    })
  })

  it('works for a plain OAuth 2.0 server', async () => {
    const { provider, platform } = await createSteps()
    provider.onToken = ({ body }) => void Object.assign(body, { id_token: undefined })
    const pending = await createAuthorizationUrl({ ...plainOAuth, platform })
    expect(new URL(pending.url).searchParams.has('nonce')).toBe(false)
    const tokens = await exchangeCode(provider.signIn(pending.url), stored(pending), platform)
    expect(tokens).not.toHaveProperty('claims')
  })

  it.each<[string, Partial<AuthClientOptions>, object]>([
    ['an option is wrong', { clientId: '' }, {}],
    ['a request is misspelt', {}, { maxage: 60 }],
    ['a request replaces what protects', {}, { params: { state: 'mine' } }],
    ['a scope lacks openid', {}, { scope: 'profile' }],
  ])('asks the provider nothing where %s', async (_, change, request) => {
    const { provider, begin } = await createSteps(change)
    await expect(begin(request)).rejects.toMatchObject({ name: 'ConfigurationError', code: 'invalid_option' })
    expect(provider.seen).toEqual([])
  })
})

it('has nowhere to keep a key between the halves, and refuses to bind tokens to one', async () => {
  const { provider, begin } = await createSteps({ binding: dpop() })
  const error = await rejectionOf(begin())
  expect(error).toMatchObject({ name: 'ConfigurationError', code: 'invalid_option' })
  expect(error.message).toMatch(/"binding".*createAuthClient\(\)/)
  expect(provider.seen).toEqual([])
})

describe('a URL that is not the answer', () => {
  it.each<[string, (url: string, pending: AuthorizationRequest) => string]>([
    ['another state', (url) => withParameter(url, 'state', 'another')],
    ['a state that goes on', (url, { state }) => withParameter(url, 'state', `${state}x`)],
    ['half of the state', (url, { state }) => withParameter(url, 'state', state.slice(0, -4))],
    ['no state', (url) => withParameter(url, 'state', undefined)],
    ['an empty state', (url) => withParameter(url, 'state', '')],
    ['another path', (url) => url.replace('/callback', '/promo')],
    ['another origin', (url) => url.replace('app.example', 'evil.example')],
    ['another scheme', (url) => url.replace('https:', 'http:')],
    ['nothing in it', () => 'https://app.example/callback'],
    ['no form', () => 'callback?code=1'],
  ])('for its %s is refused, and nothing is exchanged', async (_, change) => {
    const { begin, refusal } = await createSteps()
    const { pending, callbackUrl } = await begin()
    expect(await refusal(change(callbackUrl, pending), stored(pending))).toMatchObject({
      name: 'ProtocolError',
      code: 'invalid_authorization_response',
    })
  })

  it('is refused as well where it answers another sign-in of the same client', async () => {
    const { begin, refusal } = await createSteps()
    const [first, second] = [await begin(), await begin()]
    expect(await refusal(second.callbackUrl, stored(first.pending))).toMatchObject({
      code: 'invalid_authorization_response',
    })
  })
})

describe('what stands between the halves', () => {
  it.each<[string, unknown]>([
    ['missing', undefined],
    ['null, as where it was not found in the storage', null],
    ['the URL alone', 'https://id.example/authorize'],
    ['without its verifier', { state: 's', nonce: 'n', redirectUri: 'r', scope: 'openid', options: {} }],
    [
      'without its options',
      { state: 's', codeVerifier: 'SENTINEL', nonce: 'n', redirectUri: 'r', scope: '' },
    ],
  ])('is refused where it is %s, with what to do about it', async (_, pending) => {
    const error = await rejectionOf(exchangeCode('https://app.example/callback', pending as never))
    expect(error).toMatchObject({ name: 'ConfigurationError', code: 'invalid_option' })
    expect(error.message).toMatch(/"pending".*createAuthorizationUrl\(\)/)
    expect(error.message).not.toContain('SENTINEL')
  })

  it('needs an absolute redirect URI where there is no page, and says so', async () => {
    const error = await rejectionOf(
      createAuthorizationUrl({ issuer: 'https://id.example', clientId: 'app', redirectUri: '/callback' }),
    )
    expect(error).toMatchObject({ name: 'ConfigurationError', code: 'invalid_option' })
    expect(error.message).toMatch(/"redirectUri".*"https:\/\/app\.example\.com\/callback"/)
  })
})

describe('an answer', () => {
  it('from another issuer is refused, and nothing is exchanged (RFC 9207 §2.4)', async () => {
    const { begin, refusal } = await createSteps()
    const { pending, callbackUrl } = await begin()
    const elsewhere = withParameter(callbackUrl, 'iss', 'https://evil.example')
    expect(await refusal(elsewhere, stored(pending))).toMatchObject({ code: 'issuer_mismatch' })
  })

  it('with tokens in its fragment is refused, and nothing is exchanged', async () => {
    const { begin, refusal } = await createSteps()
    const { pending, callbackUrl } = await begin()
    expect(await refusal(`${callbackUrl}#access_token=SENTINEL`, stored(pending))).toMatchObject({
      code: 'invalid_authorization_response',
    })
  })

  it('that is an error becomes one', async () => {
    const { begin, refusal } = await createSteps()
    const { pending, callbackUrl } = await begin()
    const declined = withParameter(callbackUrl, 'error', 'access_denied')
    expect(await refusal(declined, stored(pending))).toMatchObject({
      name: 'ServerError',
      code: 'access_denied',
    })
  })

  it('that is an error without a state, as some providers send it, becomes one as well', async () => {
    const { begin, refusal } = await createSteps()
    const { pending } = await begin()
    const url = 'https://app.example/callback?error=login_required&error_description=Who+are+you%3F'
    expect(await refusal(url, stored(pending))).toMatchObject({
      name: 'SignInRequiredError',
      code: 'login_required',
      message: expect.not.stringContaining('Who are you?'),
    })
  })

  it('is of no use without the verifier it was asked with', async () => {
    const { provider, begin, platform } = await createSteps()
    const { pending, callbackUrl } = await begin()
    const { codeVerifier } = (await begin()).pending
    await expect(
      exchangeCode(callbackUrl, { ...stored(pending), codeVerifier }, platform),
    ).rejects.toMatchObject({
      code: 'token_request_failed',
      error: 'invalid_grant',
    })
    expect(provider.count('/token')).toBe(1)
  })
})
