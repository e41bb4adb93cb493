import { describe, expect, it } from 'vitest'
import { settle } from '../../test/fake-platform.ts'
import { type FakeProvider, json, type TokenAnswer } from '../../test/fake-provider.ts'
import { flipSignatureBit, replaceIdTokens } from '../../test/id-tokens.ts'
import { everythingIn } from '../../test/no-secrets.ts'
import { createProtocolScene, type ProtocolScene, plainOAuth } from '../../test/protocol-scene.ts'
import { endlessBody, opaqueRedirect, page } from '../../test/responses.ts'
import { until } from '../../test/until.ts'
import type { AuthError } from '../errors.ts'
import type { RefreshableTokenSet } from './refresh-grant.ts'

const html = '<!doctype html><title>Welcome to the hotel</title>'

/** A scene where Alice is signed in, and what she holds. */
async function createHeldScene(): Promise<ProtocolScene & { readonly held: RefreshableTokenSet }> {
  const scene = await createProtocolScene()
  scene.provider.claims = { auth_time: 1_800_000_000, acr: 'silver' }
  const held = await scene.signIn()
  return { ...scene, held }
}

/** The error of a refresh that is answered like this. Fails where it was asked for twice. */
async function failureWith(change: (answer: TokenAnswer) => void | Promise<void>): Promise<AuthError> {
  const { provider, platform, client, held, failure } = await createHeldScene()
  provider.onToken = change
  const error = await failure(client.refresh(held))
  await platform.advance(600_000)
  expect(provider.count('/token')).toBe(2)
  return error
}

/** The body of the answer changed; undefined leaves a member out. */
function withBody(change: Record<string, unknown>): (answer: TokenAnswer) => void {
  return ({ body }) => void Object.assign(body, change)
}

describe('a refresh', () => {
  it('posts the refresh token and the client, and asks for no scope (RFC 6749 §6)', async () => {
    const { provider, client, held } = await createHeldScene()
    await client.refresh(held)
    const [, { form, init } = { form: [], init: {} as RequestInit }] = provider.seen.filter(
      ({ path }) => path === '/token',
    )
    expect(Object.fromEntries(form)).toEqual({
      grant_type: 'refresh_token',
      refresh_token: held.refreshToken,
      client_id: 'app',
    })
    expect(init).toMatchObject({ method: 'POST', credentials: 'omit', cache: 'no-store', redirect: 'manual' })
    expect([...new Headers(init.headers).keys()].sort()).toEqual(['accept', 'content-type'])
  })

  it('replaces what comes anew, the refresh token included, through many rounds', async () => {
    const { provider, platform, client, held } = await createHeldScene()
    let tokens = held
    for (let round = 0; round < 5; round++) {
      await platform.advance(100_000)
      const { refreshToken = '', ...rest } = await client.refresh(tokens)
      expect(refreshToken).not.toBe(tokens.refreshToken)
      expect(rest.accessToken).not.toBe(tokens.accessToken)
      expect(rest.requestedAt).toEqual(platform.clock.now())
      expect(rest.expiresAt).toBe(platform.clock.now().epochMs + 300_000)
      expect(rest.claims?.iat).toBe(provider.now())
      // What a sign-out shows the provider is as new as what it says.
      expect(rest.idToken).not.toBe(tokens.idToken)
      tokens = { ...rest, refreshToken }
    }
    expect(provider.count('/token')).toBe(6)
    // The keys of the sign-in serve for all.
    expect(provider.count('/jwks')).toBe(1)
  })

  it.each([
    ['refresh_token', 'refreshToken'],
    ['scope', 'scope'],
  ] as const)('keeps what the answer leaves out: %s', async (wire, name) => {
    const { provider, client, held } = await createHeldScene()
    provider.onToken = withBody({ [wire]: undefined })
    const tokens = await client.refresh(held)
    expect(tokens[name]).toBe(held[name])
    expect(tokens.accessToken).not.toBe(held.accessToken)
  })

  it('keeps ID token and claims where the answer brings none (Core §12.2)', async () => {
    const { provider, client, held } = await createHeldScene()
    provider.onToken = withBody({ id_token: undefined })
    const tokens = await client.refresh(held)
    expect(tokens.idToken).toBe(held.idToken)
    expect(tokens.claims).toBe(held.claims)
  })

  it('forgets the old lifetime where the answer names none', async () => {
    const { provider, client, held } = await createHeldScene()
    provider.onToken = withBody({ expires_in: undefined })
    expect(await client.refresh(held)).not.toHaveProperty('expiresAt')
  })

  it('takes over a scope that was narrowed', async () => {
    const { provider, client, held } = await createHeldScene()
    provider.onToken = withBody({ scope: 'openid' })
    expect((await client.refresh(held)).scope).toBe('openid')
  })

  it('takes a lifetime that means nothing for none (pain 58)', async () => {
    const { client, held, provider } = await createHeldScene()
    provider.onToken = withBody({ expires_in: -1 })
    const tokens = await client.refresh(held)
    expect(tokens.accessToken).not.toBe(held.accessToken)
    expect(tokens).not.toHaveProperty('expiresAt')
  })

  it('counts the lifetime from the request, not from the answer', async () => {
    const { provider, platform, client, held } = await createHeldScene()
    const { epochMs } = platform.clock.now()
    provider.onToken = async () => void (await platform.advance(5000))
    expect((await client.refresh(held)).expiresAt).toBe(epochMs + 300_000)
  })

  it('keeps what was granted in detail and the provider’s own session, and takes over what is new of it', async () => {
    const { provider, client, signIn } = await createProtocolScene()
    provider.sessionState = 's.1'
    provider.onToken = withBody({ authorization_details: [{ type: 'payment' }] })
    const held = await signIn()
    provider.onToken = () => undefined
    const { refreshToken = '', ...after } = await client.refresh(held)
    expect(after).toMatchObject({
      authorizationDetails: [{ type: 'payment' }],
      providerSession: { state: 's.1' },
    })
    provider.onToken = withBody({ authorization_details: [{ type: 'account' }] })
    expect(await client.refresh({ ...after, refreshToken })).toMatchObject({
      authorizationDetails: [{ type: 'account' }],
      providerSession: { state: 's.1' },
    })
  })

  it('has nothing of what the sign-in had not', async () => {
    const { provider, client, held } = await createHeldScene()
    provider.onToken = withBody({ id_token: undefined })
    const { idToken: _, claims: __, ...bare } = held
    expect(Object.keys(await client.refresh(bare)).sort()).toEqual([
      'accessToken',
      'expiresAt',
      'refreshToken',
      'requestedAt',
      'scope',
      'tokenType',
    ])
  })

  it('says how far the device’s clock is off, by its ID token, and else by the last one', async () => {
    const { provider, client, held } = await createHeldScene()
    expect(held).not.toHaveProperty('clockSkewSeconds')
    provider.now = () => 1_800_086_400
    provider.claims = {}
    const { auth_time: _, ...claims } = held.claims ?? ({} as never)
    const after = await client.refresh({ ...held, claims })
    expect(after.clockSkewSeconds).toBe(86_400)
    // Of another page, which has learned nothing yet.
    const other = await createProtocolScene({ provider })
    provider.onToken = withBody({ id_token: undefined })
    const next = await other.client.refresh({ ...after, refreshToken: after.refreshToken ?? '' })
    expect(next.clockSkewSeconds).toBe(86_400)
  })

  it('works without OpenID Connect, and asks for no keys', async () => {
    const { provider, client, signIn } = await createProtocolScene({ options: plainOAuth })
    replaceIdTokens(provider, () => undefined)
    const tokens = await client.refresh(await signIn())
    expect(tokens).not.toHaveProperty('claims')
    expect(provider.seen.map(({ path }) => path)).toEqual(['/token', '/token'])
  })
})

/** The next ID token is signed with a key that is yet to be asked for, and this is other than it was. */
function change(provider: FakeProvider, to: FakeProvider['onToken'] | Record<string, unknown>): void {
  provider.rotateKeys()
  if (typeof to === 'function') provider.onToken = to
  else provider.claims = { ...provider.claims, ...to }
}

describe('a refresh for one API (RFC 8707 §2.2)', () => {
  const target = { resource: 'urn:api', scope: 'read' }

  it('says which, and brings an access token for that; the rest is the session’s', async () => {
    const { provider, client, held } = await createHeldScene()
    provider.onToken = withBody({ scope: undefined, refresh_token: undefined })
    const tokens = await client.refresh(held, { target: { scope: 'openid' } })
    const [form] = provider.seen.flatMap(({ form }) => (form.has('refresh_token') ? [form] : []))
    expect(Object.fromEntries(form ?? [])).toMatchObject({ grant_type: 'refresh_token', scope: 'openid' })
    expect(tokens).toMatchObject({ scope: 'openid', refreshToken: held.refreshToken })
    expect(tokens.accessToken).not.toBe(held.accessToken)
  })

  it.each<[string, number, Record<string, unknown>]>([
    ['an API that was not granted', 400, { error: 'invalid_target' }],
    ['a scope that was not granted', 400, { error: 'invalid_scope' }],
    ['a person who has not agreed', 400, { error: 'consent_required' }],
    ['a person who has to act', 400, { error: 'interaction_required' }],
    ['a person who is to sign in', 400, { error: 'login_required' }],
    ['what a rule forbids', 403, { error: 'access_denied' }],
    [
      'a person who has not agreed, in other words',
      400,
      { error: 'invalid_grant', suberror: 'consent_required' },
    ],
  ])('is refused for %s, and what to ask the person for is said', async (_, status, body) => {
    const { provider, client, held, failure } = await createHeldScene()
    provider.onRequest = ({ path }) => (path === '/token' ? json(status, body) : undefined)
    expect(await failure(client.refresh(held, { target }))).toMatchObject({
      name: 'SignInRequiredError',
      code: 'consent_required',
      demand: { resource: 'urn:api', scope: 'openid profile email read' },
    })
  })

  it.each([
    [{ audience: 'orders', scope: 'read' }, 'orders', { audience: 'orders' }],
    [
      { resource: 'urn:api', audience: 'orders', scope: 'read' },
      'urn:api',
      { resource: 'urn:api', audience: 'orders' },
    ],
    [{ scope: 'read' }, 'read', {}],
  ])('is refused by its name, and the person is to be asked for the same: %j', async (target, name, api) => {
    const { provider, client, held, failure } = await createHeldScene()
    provider.onRequest = ({ path }) => (path === '/token' ? json(400, { error: 'invalid_scope' }) : undefined)
    const error = await failure(client.refresh(held, { target }))
    expect(error).toMatchObject({ code: 'consent_required', message: expect.stringContaining(name) })
    expect(error).toHaveProperty('demand', { scope: 'openid profile email read', ...api })
  })

  it('is refused with the advice to name the API, where it was asked for by its scope alone', async () => {
    const { provider, client, held, failure } = await createHeldScene()
    const invalidScope = json(400, { error: 'invalid_scope' })
    provider.onRequest = ({ path }) => (path === '/token' ? invalidScope.clone() : undefined)
    expect((await failure(client.refresh(held, { target: { scope: 'read' } }))).message).toContain(
      '"resource" or "audience"',
    )
    expect((await failure(client.refresh(held, { target }))).message).toContain('registered for')
  })

  it.each([
    ['invalid_grant', 'session_ended'],
    ['invalid_request', 'token_request_failed'],
    ['invalid_client', 'client_rejected'],
  ])('is refused otherwise by %s: %s', async (error, code) => {
    const { provider, client, held, failure } = await createHeldScene()
    provider.onRequest = ({ path }) => (path === '/token' ? json(400, { error }) : undefined)
    expect(await failure(client.refresh(held, { target }))).toMatchObject({ code })
  })

  it('is not the end of the session where the refusal says nothing', async () => {
    const { provider, client, held, failure } = await createHeldScene()
    provider.onRequest = ({ path }) => (path === '/token' ? new Response('', { status: 400 }) : undefined)
    expect(await failure(client.refresh(held, { target }))).toMatchObject({ code: 'token_request_failed' })
    expect(await failure(client.refresh(held))).toMatchObject({ code: 'session_ended' })
  })
})

describe('a refreshed ID token (Core §12.2)', () => {
  it.each<[string, Record<string, unknown>]>([
    ['without the nonce', { nonce: undefined }],
    ['with the nonce of the sign-in', {}],
    ['without auth_time', { auth_time: undefined }],
    ['with the same auth_time', { auth_time: 1_800_000_000 }],
    ['with another name of the person', { name: 'Alice B.' }],
  ])('%s is fine', async (_, claims) => {
    const { provider, client, held } = await createHeldScene()
    Object.assign(provider.claims, claims)
    const said = Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined))
    expect((await client.refresh(held)).claims).toMatchObject({ sub: 'alice', ...said })
  })

  it('may say when the person authenticated where the sign-in did not', async () => {
    const { provider, client, signIn } = await createProtocolScene()
    const held = await signIn()
    provider.claims = { auth_time: 1_800_000_000 }
    await expect(client.refresh(held)).resolves.toMatchObject({ claims: { auth_time: 1_800_000_000 } })
  })

  it.each<[string, Record<string, unknown>]>([
    ['another nonce', { nonce: 'another-nonce' }],
    ['another auth_time', { auth_time: 1_800_000_001 }],
    ['another issuer', { iss: 'https://evil.example' }],
    ['another audience', { aud: 'other' }],
    ['another azp', { azp: 'other' }],
    ['an expiry that is past', { exp: 1_800_000_000 - 60 }],
    ['no iat', { iat: undefined }],
    ['another at_hash', { at_hash: '77QmUPtjPfzWtF2AnpK9RQ' }],
  ])('with %s is refused, and the session is not over', async (_, claims) => {
    const { provider, client, held, failure } = await createHeldScene()
    Object.assign(provider.claims, claims)
    expect(await failure(client.refresh(held))).toMatchObject({
      name: 'ProtocolError',
      code: 'invalid_id_token',
    })
  })

  it('of another person is refused, and the session is over', async () => {
    const { provider, client, held, failure } = await createHeldScene()
    provider.claims = { sub: 'mallory' }
    const error = await failure(client.refresh(held))
    expect(error).toMatchObject({ name: 'SignInRequiredError', code: 'subject_changed' })
    expect(everythingIn(error)).not.toMatch(/mallory|alice/)
  })

  it('of another person by another key is a forgery, and ends nothing', async () => {
    const { provider, client, held, failure } = await createHeldScene()
    provider.claims = { sub: 'mallory' }
    replaceIdTokens(provider, (_, { id_token: idToken }) => flipSignatureBit(String(idToken)))
    expect(await failure(client.refresh(held))).toMatchObject({ code: 'invalid_signature' })
  })

  it.each([
    ['is', 'given back, for it is new', 1, {}],
    ['is', 'given back, for the session is over', 1, { sub: 'mallory' }],
    ['is not', 'given back, for it is the session’s', 0, { auth_time: 1 }],
  ])('that is refused: what it came with %s %s', async (_is, _why, count, claims) => {
    const { provider, client, held, failure } = await createHeldScene()
    const isNew = Object.keys(claims).length === 0
    provider.claims = { auth_time: 1, ...claims }
    if (!isNew) provider.onToken = withBody({ refresh_token: held.refreshToken })
    await failure(client.refresh(held))
    await until(() => provider.count('/revoke') === count)
    await settle()
    expect(provider.count('/revoke')).toBe(count)
  })

  it('is left out where the keys have changed and cannot be had: the tokens beside it are kept', async () => {
    const { provider, client, held } = await createHeldScene()
    provider.rotateKeys()
    provider.claims = { name: 'Not to be believed' }
    provider.onRequest = ({ path }) => (path === '/jwks' ? page(503) : undefined)
    const after = await client.refresh(held)
    expect(after).toMatchObject({ idToken: held.idToken, claims: held.claims })
    expect(after.refreshToken).not.toBe(held.refreshToken)
    expect(after.accessToken).not.toBe(held.accessToken)
  })

  it('is not left out where it is the first to say who somebody is: without its keys nothing is believed', async () => {
    const { provider, client, held, failure } = await createHeldScene()
    provider.rotateKeys()
    provider.onRequest = ({ path }) => (path === '/jwks' ? page(503) : undefined)
    const { claims: _, ...nameless } = held
    expect(await failure(client.refresh(nameless))).toMatchObject({ code: 'server_unavailable' })
    await until(() => provider.count('/revoke') === 1)
  })

  it('is believed, once it is proven, where it is the first to say who somebody is', async () => {
    const { client, held } = await createHeldScene()
    const { claims: _, idToken: __, ...nameless } = held
    expect(await client.refresh(nameless)).toMatchObject({
      idToken: expect.any(String),
      claims: { sub: 'alice' },
    })
  })

  it('of another person ends the session, also where its signature cannot be checked', async () => {
    const { provider, client, held, failure } = await createHeldScene()
    provider.rotateKeys()
    provider.claims = { sub: 'mallory' }
    provider.onRequest = ({ path }) => (path === '/jwks' ? page(503) : undefined)
    expect(await failure(client.refresh(held))).toMatchObject({ code: 'subject_changed' })
  })

  it('is not waited for before it is told that another refresh token came, which may yet be refused', async () => {
    const { provider, client, held, failure } = await createHeldScene()
    provider.rotateKeys()
    let giveKeys = (_keys: undefined): void => undefined
    provider.onRequest = ({ path }) =>
      path === '/jwks'
        ? new Promise<never>((resolve) => {
            giveKeys = resolve as never
          })
        : undefined
    replaceIdTokens(provider, (_, { id_token: idToken }) => flipSignatureBit(String(idToken)))
    const told: string[] = []
    const refused = failure(client.refresh(held, { rotated: (refreshToken) => told.push(refreshToken) }))
    await until(() => told.length > 0)
    expect(told).toEqual([expect.stringContaining('refresh-token')])
    expect(told).not.toContain(held.refreshToken)
    giveKeys(undefined)
    provider.onRequest = () => undefined
    expect(await refused).toMatchObject({ code: 'invalid_signature' })
    expect(told).toHaveLength(1)
    await until(() => provider.count('/revoke') === 1)
  })

  it('has another refresh token told of once, however often the keys are asked for', async () => {
    const { provider, held } = await createHeldScene()
    // A page that was just loaded, and has no keys yet.
    const { client, failure } = await createProtocolScene({ provider })
    replaceIdTokens(provider, (_, { id_token: idToken }) => flipSignatureBit(String(idToken)))
    const told: string[] = []
    const before = provider.seen.length
    await failure(client.refresh(held, { rotated: (refreshToken) => told.push(refreshToken) }))
    const asked = provider.seen.slice(before).filter(({ path }) => path === '/jwks')
    expect(asked.map(({ init }) => init.cache)).toEqual(['default', 'no-cache'])
    expect(told).toHaveLength(1)
  })

  it.each<[string, (provider: FakeProvider) => void]>([
    ['the keys are at hand', () => undefined],
    ['it is the same as before', (provider) => change(provider, withBody({ refresh_token: undefined }))],
    ['no ID token is beside it', (provider) => change(provider, withBody({ id_token: undefined }))],
    ['another kind of token is', (provider) => change(provider, withBody({ token_type: 'mac' }))],
    ['that of somebody else is', (provider) => change(provider, { sub: 'mallory' })],
    ['that of another sign-in is', (provider) => change(provider, { nonce: 'another' })],
  ])('does not have another refresh token told of where %s', async (_, prepare) => {
    const { provider, client, held } = await createHeldScene()
    const told: string[] = []
    prepare(provider)
    await client.refresh(held, { rotated: (token) => told.push(token) }).catch(() => undefined)
    expect(told).toEqual([])
  })

  it('has what only the sign-in could say, also where it leaves that out', async () => {
    const { provider, client, signIn } = await createProtocolScene()
    const facts = { auth_time: 1_800_000_000, acr: 'gold', amr: ['otp'], sid: 's1' }
    provider.claims = { ...facts, phone_number: '+1' }
    const held = await signIn()
    provider.claims = { nonce: undefined, name: 'Alice B.' }
    const { claims } = await client.refresh(held)
    expect(claims).toMatchObject({ ...facts, nonce: held.claims?.nonce, name: 'Alice B.' })
    // What is said of the person now is what holds.
    expect(claims).not.toHaveProperty('phone_number')
  })

  it('may leave out the nonce once and bring it the next time', async () => {
    const { provider, client, held } = await createHeldScene()
    provider.claims = { nonce: undefined }
    const once = await client.refresh(held)
    provider.claims = {}
    await expect(client.refresh({ ...once, refreshToken: once.refreshToken ?? '' })).resolves.toBeDefined()
  })
})

describe('a refusal', () => {
  it.each<[string, number, TokenAnswer['body']]>([
    ['invalid_grant', 400, { error: 'invalid_grant', error_description: 'Gone.' }],
    ['invalid_grant with status 401', 401, { error: 'invalid_grant' }],
    ['invalid_request, as LemonLDAP::NG and @jmondi/oauth2-server say', 400, { error: 'invalid_request' }],
    ['400 with an empty body, as Glewlwyd says', 400, ''],
  ])('by %s ends the session', async (_, status, body) => {
    const error = await failureWith((answer) => void Object.assign(answer, { status, body }))
    expect(error).toMatchObject({ name: 'SignInRequiredError', code: 'session_ended' })
    expect(error.message).toMatch(/Call login\(\)\.$/)
  })

  it.each<[string, Partial<TokenAnswer>, object]>([
    ['invalid_client', { status: 401, body: { error: 'invalid_client' } }, { code: 'client_rejected' }],
    [
      'unauthorized_client',
      { status: 400, body: { error: 'unauthorized_client' } },
      { code: 'client_rejected' },
    ],
    ['invalid_scope', { status: 400, body: { error: 'invalid_scope' } }, { code: 'client_rejected' }],
    [
      'an error nobody knows',
      { status: 400, body: { error: 'hm' } },
      { code: 'token_request_failed', error: 'hm' },
    ],
    ['400 with a web page', { status: 400, body: html }, { code: 'token_request_failed', status: 400 }],
    ['401 with a web page', { status: 401, body: html }, { code: 'token_request_failed', status: 401 }],
    ['401 with an empty body', { status: 401, body: '' }, { code: 'token_request_failed', status: 401 }],
    ['403 with an empty body', { status: 403, body: '' }, { code: 'token_request_failed', status: 403 }],
    ['404', { status: 404, body: html }, { code: 'token_request_failed', status: 404 }],
    ['a redirect that can be seen', { status: 302, body: '' }, { code: 'token_request_failed', status: 302 }],
    [
      'server_error with status 400',
      { status: 400, body: { error: 'server_error' } },
      { error: 'server_error' },
    ],
    [
      'invalid_grant with status 500',
      { status: 500, body: { error: 'invalid_grant' } },
      { name: 'NetworkError' },
    ],
    ['500 with a web page', { status: 500, body: html }, { code: 'server_unavailable', status: 500 }],
    [
      '503',
      { status: 503, body: '', headers: { 'retry-after': '30' } },
      { status: 503, retryAfterSeconds: 30 },
    ],
    [
      '429',
      { status: 429, body: {}, headers: { 'retry-after': '120' } },
      { status: 429, retryAfterSeconds: 120 },
    ],
    [
      '429 without a word',
      { status: 429, body: '' },
      { code: 'server_unavailable', retryAfterSeconds: undefined },
    ],
    ['408', { status: 408, body: '' }, { code: 'server_unavailable' }],
    [
      'the page of a hotel',
      { body: html, headers: { 'content-type': 'text/html' } },
      { code: 'invalid_token_response' },
    ],
    ['an error with status 200', { body: { error: 'invalid_grant' } }, { code: 'token_request_failed' }],
    ['an empty body with status 200', { body: '' }, { code: 'invalid_token_response' }],
  ])('by %s does not end the session', async (_, answer, details) => {
    const error = await failureWith((reply) => void Object.assign(reply, answer))
    expect(error).toMatchObject(details)
    expect(error.name).not.toBe('SignInRequiredError')
  })

  it('may say by date how long to wait', async () => {
    const at = new Date(Date.now() + 90_000).toUTCString()
    const error = await failureWith(
      (answer) => void Object.assign(answer, { status: 429, headers: { 'retry-after': at } }),
    )
    const { retryAfterSeconds } = error as unknown as { retryAfterSeconds: number }
    expect(retryAfterSeconds).toBeGreaterThan(80)
    expect(retryAfterSeconds).toBeLessThanOrEqual(90)
  })

  it.each<[string, () => Response | Promise<Response>, string]>([
    ['the network fails', () => Promise.reject(new TypeError('Failed to fetch')), 'network_failed'],
    ['the answer is a redirect', () => opaqueRedirect(), 'network_failed'],
    ['the answer never comes', () => new Promise(() => undefined), 'timeout'],
    ['the answer never ends', () => endlessBody(), 'timeout'],
  ])('is not what it is where %s: the session is not over', async (_, answer, code) => {
    const { provider, platform, client, held, failure } = await createHeldScene()
    provider.onRequest = ({ path }) => (path === '/token' ? answer() : undefined)
    const failed = failure(client.refresh(held))
    await until(() => provider.count('/token') === 2)
    await platform.advance(10_000)
    expect(await failed).toMatchObject({ name: 'NetworkError', code })
    await platform.advance(600_000)
    expect(provider.count('/token')).toBe(2)
  })

  it('does not show the tokens that a server repeats', async () => {
    const { provider, client, held, failure } = await createHeldScene()
    const { refreshToken, accessToken, idToken } = held
    for (const error of ['invalid_grant', 'server_error', 'invalid_client', refreshToken]) {
      provider.onToken = (answer) => {
        const words = `No ${refreshToken}, ${accessToken} or ${idToken}.`
        Object.assign(answer, { status: 400, body: { error, error_description: words } })
      }
      // The helper looks for all of them.
      expect((await failure(client.refresh(held))).message).toContain('No [removed], [removed] or [removed].')
    }
  })
})

describe('a refreshed token response', () => {
  it.each<[string, Record<string, unknown>]>([
    ['no access token', { access_token: undefined }],
    ['an access token that is null', { access_token: null }],
    ['no token type', { token_type: undefined }],
    ['a token type nobody here can use', { token_type: 'mac' }],
    ['an empty refresh token', { refresh_token: '' }],
  ])('with %s is refused whole', async (_, change) => {
    const error = await failureWith(withBody(change))
    expect(error).toMatchObject({ name: 'ProtocolError', code: 'invalid_token_response' })
  })
})
