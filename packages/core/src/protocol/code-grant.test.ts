import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFakePlatform, settle } from '../../test/fake-platform.ts'
import { json, type TokenAnswer } from '../../test/fake-provider.ts'
import { replaceIdTokens } from '../../test/id-tokens.ts'
import { everythingIn } from '../../test/no-secrets.ts'
import { createProtocolScene, type ProtocolScene, plainOAuth } from '../../test/protocol-scene.ts'
import { endlessBody, opaqueRedirect, page } from '../../test/responses.ts'
import { until } from '../../test/until.ts'
import { AuthError } from '../errors.ts'
import { parseOptions } from '../options/parse-options.ts'
import { redeemCode } from './code-grant.ts'
import { createHttp } from './http.ts'
import { metadataFromEndpoints } from './metadata.ts'

/** Signs in at a token endpoint whose answer is changed. */
async function signInWith(change: (answer: TokenAnswer) => void, scene?: ProtocolScene): Promise<unknown> {
  const { provider, signIn } = scene ?? (await createProtocolScene())
  provider.onToken = change
  return signIn()
}

/** The error of a sign-in at a token endpoint that answers this. Fails where the code was sent again. */
async function failureWith(change: (answer: TokenAnswer) => void, given?: ProtocolScene): Promise<AuthError> {
  const scene = given ?? (await createProtocolScene())
  const error = await scene.failure(signInWith(change, scene))
  await scene.platform.advance(600_000)
  expect(scene.provider.count('/token')).toBe(1)
  return error
}

/** The body of a token answer changed; undefined leaves a member out. */
function withBody(change: Record<string, unknown>): (answer: TokenAnswer) => void {
  return ({ body }) => void Object.assign(body, change)
}

describe('the token request', () => {
  it('posts the code with its verifier, client and redirect URI, and nothing else (RFC 6749 §4.1.3, RFC 7636 §4.5)', async () => {
    const { client, provider, answer } = await createProtocolScene()
    const { parameters, grant } = await answer()
    await client.redeem(parameters, grant)
    const [request] = provider.seen.filter(({ path }) => path === '/token')
    expect(Object.fromEntries(request?.form ?? [])).toEqual({
      grant_type: 'authorization_code',
      code: parameters.get('code'),
      redirect_uri: 'https://app.example/callback',
      client_id: 'app',
      code_verifier: grant.codeVerifier,
    })
  })

  it('carries neither cookies nor credentials, and no header that would call for a preflight', async () => {
    const { provider, signIn } = await createProtocolScene()
    await signIn()
    const [{ init } = { init: {} as RequestInit }] = provider.seen.filter(({ path }) => path === '/token')
    expect(init).toMatchObject({
      method: 'POST',
      credentials: 'omit',
      cache: 'no-store',
      redirect: 'manual',
      referrerPolicy: 'no-referrer',
    })
    // Fetch §2.2.2 "CORS-safelisted request-header".
    expect(Object.fromEntries(new Headers(init.headers))).toEqual({
      accept: 'application/json',
      'content-type': expect.stringMatching(/^application\/x-www-form-urlencoded\b/),
    })
  })

  it('is not sent where the metadata has no token endpoint, nor anything else', async () => {
    const platform = createFakePlatform()
    const seen: string[] = []
    const context = {
      settings: parseOptions(plainOAuth),
      metadata: { issuer: 'https://id.example', authorization_endpoint: 'https://id.example/auth' },
      http: async (url: string) => {
        seen.push(url)
        return json(200, {})
      },
      clock: platform.clock,
      clockSkewSeconds: 0,
      signingKeys: {},
    }
    const grant = {
      state: 's',
      nonce: 'n',
      codeVerifier: 'v',
      redirectUri: 'https://app.example/',
      scope: '',
    }
    const parameters = new URLSearchParams({ code: 'c', state: 's' })
    await expect(redeemCode(parameters, grant, context)).rejects.toMatchObject({ code: 'missing_endpoint' })
    expect(seen).toEqual([])
  })
})

describe('a token response', () => {
  it('becomes plain data', async () => {
    const { platform, signIn, provider } = await createProtocolScene()
    const startedAt = platform.clock.now()
    provider.onToken = async () => void (await platform.advance(2000))
    const tokens = await signIn()
    expect(tokens).toEqual({
      accessToken: expect.stringMatching(/^SENTINEL-access-token/),
      refreshToken: expect.stringMatching(/^SENTINEL-refresh-token/),
      idToken: expect.stringMatching(/^ey/),
      tokenType: 'bearer',
      scope: 'openid profile email',
      // The lifetime counts from the request's start: the answer may have been long on its way.
      requestedAt: startedAt,
      expiresAt: startedAt.epochMs + 300_000,
      claims: expect.objectContaining({ sub: 'alice', name: 'Alice' }),
    })
    expect(JSON.parse(JSON.stringify(tokens))).toEqual(tokens)
  })

  it.each<[string, Record<string, unknown>, object]>([
    ['a lifetime in quotation marks', { expires_in: '3600' }, { expiresAt: 1_800_000_000_000 + 3_600_000 }],
    ['a lifetime of nothing', { expires_in: 0 }, { expiresAt: 1_800_000_000_000 }],
    ['an odd token type (RFC 6749 §5.1)', { token_type: 'bEARER' }, { tokenType: 'bearer' }],
    ['a narrower scope (RFC 6749 §3.3)', { scope: 'openid' }, { scope: 'openid' }],
    ['a wider scope', { scope: 'openid admin' }, { scope: 'openid admin' }],
    ['members nobody knows', { scope: 'openid', foo: { bar: 1 } }, { scope: 'openid' }],
    ['a very long token', { access_token: 'x'.repeat(100_000) }, { tokenType: 'bearer' }],
  ])('may have %s', async (_, change, tokens) => {
    expect(await signInWith(withBody(change))).toMatchObject(tokens)
  })

  it.each<[string, string, string]>([
    ['lifetime', 'expires_in', 'expiresAt'],
    ['refresh token', 'refresh_token', 'refreshToken'],
  ])('may be without a %s', async (_, wire, name) => {
    const { client, provider, answer } = await createProtocolScene()
    provider.onToken = withBody({ [wire]: undefined })
    const { parameters, grant } = await answer()
    expect(await client.redeem(parameters, grant)).not.toHaveProperty(name)
  })

  it('cannot reach a prototype', async () => {
    const tokens = await signInWith((answer) => {
      const text = JSON.stringify(answer.body)
      answer.body = `${text.slice(0, -1)},"__proto__":{"accessToken":"evil","scope":"evil"}}`
    })
    expect(tokens).toMatchObject({
      accessToken: expect.stringMatching(/^SENTINEL/),
      scope: 'openid profile email',
    })
    expect(Object.prototype).not.toHaveProperty('scope')
  })

  const html = '<!doctype html><title>Welcome to the hotel</title>'

  it.each<[string, (answer: TokenAnswer) => void]>([
    [
      'a web page',
      (answer) => void Object.assign(answer, { body: html, headers: { 'content-type': 'text/html' } }),
    ],
    ['a web page that says it is JSON', (answer) => void Object.assign(answer, { body: html })],
    ['nothing', (answer) => void Object.assign(answer, { body: '' })],
    ['an array', (answer) => void Object.assign(answer, { body: '[{"access_token":"SENTINEL-in-array"}]' })],
    ['null', (answer) => void Object.assign(answer, { body: 'null' })],
    ['text', (answer) => void Object.assign(answer, { body: '"SENTINEL-text"' })],
    [
      'JSON that breaks off',
      (answer) => void Object.assign(answer, { body: '{"access_token":"SENTINEL-tok' }),
    ],
    ['no access token', withBody({ access_token: undefined })],
    ['an access token that is null', withBody({ access_token: null })],
    ['an access token that is empty', withBody({ access_token: '' })],
    ['an access token that is a number', withBody({ access_token: 12345 })],
    ['no token type', withBody({ token_type: undefined })],
    ['a token type that is a number', withBody({ token_type: 1 })],
    ['a token type nobody here can use', withBody({ token_type: 'mac' })],
    ['bound to a key that was not proved (RFC 9449 §5)', withBody({ token_type: 'DPoP' })],
    ['an empty refresh token', withBody({ refresh_token: '' })],
    ['a refresh token that is an object', withBody({ refresh_token: { value: 'SENTINEL-inside' } })],
    ['a scope that is a list', withBody({ scope: ['openid'] })],
    ['an ID token that is an object', withBody({ id_token: {} })],
    ['no ID token (Core §3.1.3.3)', withBody({ id_token: undefined })],
  ])('may not have or be %s: it is refused whole', async (_, change) => {
    const error = await failureWith(change)
    expect(error).toMatchObject({ name: 'ProtocolError', code: 'invalid_token_response' })
    expect(error.message).toMatch(/^The token response was refused: /)
    expect(everythingIn(error)).not.toContain('SENTINEL')
  })

  it.each<[string, (answer: TokenAnswer) => void]>([
    ['a negative lifetime', withBody({ expires_in: -1 })],
    ['a negative lifetime in quotation marks', withBody({ expires_in: '-1' })],
    ['a lifetime that is no number', withBody({ expires_in: 'soon' })],
    ['a lifetime that is null', withBody({ expires_in: null })],
    ['a lifetime that is an object', withBody({ expires_in: {} })],
    ['a lifetime that no text can be made of', withBody({ expires_in: { toString: 1 } })],
    ['a lifetime that ends at no moment', withBody({ expires_in: 1e308 })],
    [
      'a lifetime that no number can hold',
      (answer) => {
        if (typeof answer.body === 'object')
          answer.body = JSON.stringify({ ...answer.body, expires_in: 0 }).replace(
            '"expires_in":0',
            '"expires_in":1e999',
          )
      },
    ],
  ])('with %s is one without, and keeps nobody from signing in (pain 58)', async (_, change) => {
    const { signIn, provider } = await createProtocolScene()
    provider.onToken = change
    const tokens = await signIn()
    expect(tokens.accessToken).toMatch(/^SENTINEL-access-token/)
    expect(tokens.refreshToken).toMatch(/^SENTINEL-refresh-token/)
    expect(tokens.claims).toMatchObject({ sub: 'alice' })
    expect(tokens).not.toHaveProperty('expiresAt')
  })

  it('with a lifetime that means nothing has its ID token’s signature checked all the same', async () => {
    const error = await failureWith((answer) => {
      if (typeof answer.body !== 'object') return
      answer.body.expires_in = -1
      answer.body.id_token = `${String(answer.body.id_token).slice(0, -8)}AAAAAAAA`
    })
    expect(error).toMatchObject({ code: 'invalid_signature' })
  })

  it('is refused with an error of ours, or understood, whatever JSON it is', async () => {
    const platform = createFakePlatform()
    const settings = parseOptions(plainOAuth)
    const grant = {
      state: 's',
      nonce: 'n',
      codeVerifier: 'v',
      redirectUri: 'https://app.example/',
      scope: 'a',
    }
    const anything = fc.jsonValue()
    const orAbsent = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
      fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 2, arbitrary: values }, anything)
    const almostRight = fc.record({
      access_token: fc.string({ minLength: 1 }),
      token_type: fc.constantFrom('Bearer', 'DPoP', 'mac'),
      expires_in: orAbsent(fc.double()),
      refresh_token: orAbsent(fc.string()),
      scope: orAbsent(fc.string()),
      id_token: orAbsent(fc.constantFrom('a.b.c', 'e30.e30.e30', '...')),
    })
    let understood = 0
    const answer = fc.tuple(
      fc.constantFrom(200, 200, 200, 201, 302, 400, 401, 500),
      fc.oneof(anything, almostRight),
    )
    await fc.assert(
      fc.asyncProperty(answer, async ([status, body]) => {
        const http = createHttp({ fetch: async () => json(status, body), clock: platform.clock }, 10_000)
        const context = {
          settings,
          metadata: metadataFromEndpoints(settings),
          http,
          clock: platform.clock,
          clockSkewSeconds: 0,
          signingKeys: {},
        }
        try {
          const { tokens } = await redeemCode(new URLSearchParams({ code: 'c', state: 's' }), grant, context)
          understood++
          expect(tokens).toMatchObject({
            accessToken: expect.stringMatching(/./s),
            scope: expect.any(String),
          })
          expect(['bearer', 'dpop']).toContain(tokens.tokenType)
        } catch (error) {
          if (!(error instanceof AuthError)) throw error
        }
      }),
      { numRuns: 200 },
    )
    expect(understood).toBeGreaterThan(0)
  })
})

describe('whoever comes back', () => {
  it('is refused where it is not the one who is to go on, and what came of them is given back', async () => {
    const { client, provider, answer, failure } = await createProtocolScene()
    let refreshToken: unknown
    provider.onToken = ({ body }) => {
      refreshToken = (body as Record<string, unknown>).refresh_token
    }
    const { parameters, grant } = await answer({ expectedSubject: 'bob' })
    const error = await failure(client.redeem(parameters, grant))
    expect(error).toMatchObject({ name: 'SignInRequiredError', code: 'subject_changed' })
    expect(everythingIn(error)).not.toMatch(/alice|bob/)
    await until(() => provider.count('/revoke') === 1)
    expect(Object.fromEntries(provider.seen.at(-1)?.form ?? [])).toMatchObject({
      token: refreshToken,
      token_type_hint: 'refresh_token',
    })
  })

  it('may be the one who is to go on, or anybody where nobody is named', async () => {
    const { signIn, provider } = await createProtocolScene()
    await expect(signIn({ expectedSubject: 'alice' })).resolves.toMatchObject({ claims: { sub: 'alice' } })
    provider.claims = { sub: 'bob' }
    await expect(signIn()).resolves.toMatchObject({ claims: { sub: 'bob' } })
  })

  it('of whom nothing can be given back is refused all the same', async () => {
    const { client, provider, answer, failure } = await createProtocolScene()
    provider.onToken = withBody({ refresh_token: undefined })
    const { parameters, grant } = await answer({ expectedSubject: 'bob' })
    expect(await failure(client.redeem(parameters, grant))).toMatchObject({ code: 'subject_changed' })
    await settle()
    expect(provider.count('/revoke')).toBe(0)
  })
})

describe('what was granted in detail (RFC 9396 §7)', () => {
  it.each<[string, unknown]>([
    ['a list of things with a type', [{ type: 'payment', actions: ['read'] }, { type: 'account' }]],
    ['nothing', []],
  ])('is kept where it is %s', async (_, details) => {
    expect(await signInWith(withBody({ authorization_details: details }))).toMatchObject({
      authorizationDetails: details,
    })
  })

  it.each<[string, unknown]>([
    ['one thing without a list', { type: 'payment' }],
    ['things of which one has no type', [{ type: 'payment' }, { actions: ['read'] }]],
    ['things whose type is no text', [{ type: 7 }]],
    ['a list of nothing', [null]],
    ['text', 'payment'],
  ])('is left out where it is %s', async (_, details) => {
    expect(await signInWith(withBody({ authorization_details: details }))).not.toHaveProperty(
      'authorizationDetails',
    )
  })
})

describe('without OpenID Connect', () => {
  it('the session state of a response means nothing', async () => {
    const scene = await createProtocolScene({ options: plainOAuth })
    replaceIdTokens(scene.provider, () => undefined)
    scene.provider.sessionState = 's.1'
    const { parameters, grant } = await scene.answer()
    expect(parameters.get('session_state')).toBe('s.1')
    expect(await scene.client.redeem(parameters, grant)).not.toHaveProperty('providerSession')
  })

  it('an ID token that comes all the same is left out, and so is what it says of the time (RFC 6749 §5.1)', async () => {
    const scene = await createProtocolScene({ options: plainOAuth })
    scene.provider.now = () => 1_700_000_000
    const tokens = await scene.signIn()
    expect(tokens).not.toHaveProperty('idToken')
    expect(tokens).not.toHaveProperty('claims')
    expect(tokens).not.toHaveProperty('clockSkewSeconds')
  })

  it('tokens are opaque, there are no claims, and no keys are asked for', async () => {
    const scene = await createProtocolScene({ options: plainOAuth })
    replaceIdTokens(scene.provider, () => undefined)
    const tokens = await scene.signIn()
    expect(tokens).not.toHaveProperty('claims')
    expect(tokens).not.toHaveProperty('idToken')
    expect(scene.provider.seen.map(({ path }) => path)).toEqual(['/token'])
  })

  it('a scope that was not asked for and not given is empty', async () => {
    const scene = await createProtocolScene({ options: plainOAuth })
    replaceIdTokens(scene.provider, () => undefined)
    expect((await scene.signIn()).scope).toBe('')
  })

  it('a server is found by RFC 8414 where an issuer is given', async () => {
    const scene = await createProtocolScene({
      options: {
        ...plainOAuth,
        protocol: 'oauth2',
        issuer: 'https://id.example',
        endpoints: undefined as never,
      },
    })
    replaceIdTokens(scene.provider, () => undefined)
    await scene.signIn()
    expect(scene.provider.seen.map(({ path }) => path)).toEqual([
      '/.well-known/oauth-authorization-server',
      '/token',
    ])
  })
})

describe('a refusal of the code', () => {
  const refuseWith =
    (status: number, body: TokenAnswer['body'], headers: Record<string, string> = {}) =>
    (answer: TokenAnswer): void =>
      void Object.assign(answer, { status, body, headers })

  it.each<[number, TokenAnswer['body'], object]>([
    [
      400,
      { error: 'invalid_grant', error_description: 'Used.' },
      { error: 'invalid_grant', description: 'Used.' },
    ],
    [401, { error: 'invalid_request' }, { error: 'invalid_request' }],
    [403, { error: 'invalid_code' }, { error: 'invalid_code' }],
    [400, '', { error: 'unknown_error' }],
    [401, 'Unauthorized', { error: 'unknown_error' }],
    [404, '<!doctype html>', { error: 'unknown_error' }],
    [302, '', { error: 'unknown_error' }],
  ])('%i with %j shows what the provider said', async (status, body, details) => {
    expect(await failureWith(refuseWith(status, body))).toMatchObject({
      name: 'ServerError',
      code: 'token_request_failed',
      status,
      ...details,
    })
  })

  it('says what to do about a code that is refused, and which redirect URI the provider was given', async () => {
    const { message } = await failureWith(refuseWith(400, { error: 'invalid_grant' }))
    expect(message).toMatch(/^The code exchange was refused: invalid_grant\. Start the sign-in again/)
    expect(message).toContain('https://app.example/callback')
    const other = await failureWith(refuseWith(400, { error: 'invalid_request' }))
    expect(other.message).toBe('The code exchange was refused: invalid_request.')
  })

  it('with a challenge in WWW-Authenticate is read from its body all the same', async () => {
    const refuse = refuseWith(401, { error: 'invalid_client' }, { 'www-authenticate': 'Basic realm="id"' })
    expect(await failureWith(refuse)).toMatchObject({ name: 'ConfigurationError', code: 'client_rejected' })
  })

  it.each(['invalid_client', 'unauthorized_client', 'unsupported_grant_type', 'invalid_scope'])(
    '%s is a matter of registration',
    async (error) => {
      expect(await failureWith(refuseWith(400, { error }))).toMatchObject({
        name: 'ConfigurationError',
        code: 'client_rejected',
      })
    },
  )

  it.each<[number, TokenAnswer['body'], Record<string, string>, number | undefined]>([
    [500, '<!doctype html>', {}, undefined],
    [503, '', { 'retry-after': '7' }, 7],
    [429, { error: 'slow_down' }, { 'retry-after': '120' }, 120],
  ])('%i is no word about the code', async (status, body, headers, retryAfterSeconds) => {
    expect(await failureWith(refuseWith(status, body, headers))).toMatchObject({
      name: 'NetworkError',
      code: 'server_unavailable',
      status,
      retryAfterSeconds,
    })
  })

  it('does not show the code, the verifier, the nonce or the state that a server repeats', async () => {
    const { client, provider, answer, failure } = await createProtocolScene()
    const { parameters, grant } = await answer()
    const { codeVerifier, nonce, state } = grant
    const secrets = [parameters.get('code'), codeVerifier, nonce, state]
    provider.onToken = refuseWith(400, { error: codeVerifier, error_description: secrets.join(' & ') })
    expect(await failure(client.redeem(parameters, grant))).toMatchObject({
      description: '[removed] & [removed] & [removed] & [removed]',
    })
  })
})

describe('a code', () => {
  it.each<[string, () => Response | Promise<Response>, string]>([
    ['the network fails', () => Promise.reject(new TypeError('Failed to fetch')), 'network_failed'],
    ['the answer is a redirect', () => opaqueRedirect(), 'network_failed'],
    ['the server is down', () => page(502), 'server_unavailable'],
    ['the answer never comes', () => new Promise(() => undefined), 'timeout'],
    ['the answer never ends', () => endlessBody(), 'timeout'],
  ])('is sent once and never again where %s', async (_, answer, code) => {
    const { client, provider, platform, answer: begin, failure } = await createProtocolScene()
    provider.onRequest = ({ path }) => (path === '/token' ? answer() : undefined)
    const { parameters, grant } = await begin()
    const failed = failure(client.redeem(parameters, grant))
    await until(() => provider.count('/token') === 1)
    await platform.advance(10_000)
    expect(await failed).toMatchObject({ name: 'NetworkError', code })
    await platform.advance(600_000)
    expect(provider.count('/token')).toBe(1)
  })

  it('is sent first, and the keys are asked for before it is answered', async () => {
    const { client, provider, answer } = await createProtocolScene()
    const { parameters, grant } = await answer()
    let release = (): void => undefined
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    provider.onToken = () => held
    const tokens = client.redeem(parameters, grant)
    await settle()
    // The token response is still to come. Whoever signs in waits for it, so it is asked for first.
    expect(provider.seen.map(({ path }) => path).slice(-2)).toEqual(['/token', '/jwks'])
    release()
    await expect(tokens).resolves.toMatchObject({ claims: { sub: 'alice' } })
    expect(provider.count('/jwks')).toBe(1)
  })

  it('may take the keys out of the HTTP cache, for as long as the provider lets them be kept', async () => {
    const { provider, signIn } = await createProtocolScene()
    await signIn()
    const asked = provider.seen.filter(({ path }) => path === '/jwks')
    expect(asked.map(({ init }) => init.cache)).toEqual(['default'])
  })

  it('leaves nobody waiting for keys that are not needed: a refusal is told at once', async () => {
    const { client, provider, answer, failure } = await createProtocolScene()
    provider.onRequest = ({ path }) => (path === '/jwks' ? new Promise(() => undefined) : undefined)
    provider.onToken = (reply) => void Object.assign(reply, { status: 400, body: { error: 'invalid_grant' } })
    const { parameters, grant } = await answer()
    expect(await failure(client.redeem(parameters, grant))).toMatchObject({ error: 'invalid_grant' })
  })
})

describe('the token endpoint of a plain OAuth 2.0 server', () => {
  it('may leave out the token type, as openauth does', async () => {
    const scene = await createProtocolScene({ options: plainOAuth })
    const { epochMs } = scene.platform.clock.now()
    const withoutType = withBody({ token_type: undefined, id_token: undefined, expires_in: 60 })
    expect(await signInWith(withoutType, scene)).toMatchObject({
      expiresAt: epochMs + 60_000,
      accessToken: expect.stringMatching(/^SENTINEL-access-token/),
      tokenType: 'bearer',
    })
  })

  it('may not name one that nobody here can use', async () => {
    const scene = await createProtocolScene({ options: plainOAuth })
    const error = await failureWith(withBody({ token_type: 'mac', id_token: undefined }), scene)
    expect(error).toMatchObject({ name: 'ProtocolError', code: 'invalid_token_response' })
  })

  it.each([
    ['plain OAuth 2.0', plainOAuth],
    ['OpenID Connect', undefined],
  ])('may refuse with status 200, as GitHub does: %s', async (_, options) => {
    const scene = await createProtocolScene(options && { options })
    const body = {
      error: 'bad_verification_code',
      error_description: 'The code passed is incorrect or expired.',
      error_uri: 'https://docs.example/errors',
    }
    const error = await failureWith((answer) => void Object.assign(answer, { body }), scene)
    expect(error).toMatchObject({
      name: 'ServerError',
      code: 'token_request_failed',
      error: 'bad_verification_code',
      description: 'The code passed is incorrect or expired.',
      status: 200,
    })
  })
})
