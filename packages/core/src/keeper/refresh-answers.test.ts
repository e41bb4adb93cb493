import { describe, expect, it } from 'vitest'
import { json, type TokenAnswer } from '../../test/fake-provider.ts'
import { endlessBody, opaqueRedirect, page } from '../../test/responses.ts'
import { createScene, createSignedInScene, goThroughLogin, type Scene } from '../../test/signed-in.ts'
import type { AuthErrorCode } from '../errors.ts'
import type { AuthEventMap } from '../events.ts'
import type { User } from '../user.ts'

/** A scene with an expired token, and what it told since. */
interface ExpiredScene extends Scene {
  readonly told: {
    readonly failures: AuthEventMap<User>['refresh_failed'][]
    readonly states: string[]
  }
}

async function createExpiredScene(): Promise<ExpiredScene> {
  const scene = await createSignedInScene()
  await scene.platform.advance(300_000)
  const told: ExpiredScene['told'] = { failures: [], states: [] }
  scene.auth.on('refresh_failed', (event) => told.failures.push(event))
  scene.auth.on('state', ({ state }) => told.states.push(`${state.status}: ${state.reason}`))
  return { ...scene, told }
}

/** Has the token endpoint answer like this, by itself or by a change to what the provider would say. */
type Fault =
  | { readonly answer: () => Response | Promise<Response> }
  | { readonly change: (answer: TokenAnswer) => void }

const answer = (by: () => Response | Promise<Response>): Fault => ({ answer: by })
const refuse = (status: number, body: unknown, headers: Record<string, string> = {}): Fault =>
  answer(() => json(status, body, headers))
const text = (status: number, body: string | null, contentType?: string): Fault =>
  answer(
    () =>
      new Response(body, {
        status,
        headers: contentType === undefined ? {} : { 'content-type': contentType },
      }),
  )
const fail = (error: unknown): Fault => answer(() => Promise.reject(error))
/** What the provider would say, with some members changed; undefined removes one. */
const say = (members: Record<string, unknown>): Fault => ({
  change: (given) => Object.assign(given.body, members),
})

function apply(fault: Fault, { provider }: Scene): void {
  if ('change' in fault) provider.onToken = fault.change
  else provider.onRequest = ({ path }) => (path === '/token' ? fault.answer() : undefined)
}

/** What a call of getAccessToken rejects with. Fails where it gives a token. */
const refusedToken = ({ auth }: Scene): Promise<unknown> =>
  auth.getAccessToken().then(
    (token) => Promise.reject(new Error(`A token was given out: ${token}`)),
    (error: unknown) => error,
  )

describe('an answer at the token endpoint that ends the session', () => {
  it.each<[string, Fault]>([
    ['400 invalid_grant (RFC 6749 §5.2)', refuse(400, { error: 'invalid_grant' })],
    [
      '400 invalid_grant with words',
      refuse(400, { error: 'invalid_grant', error_description: 'Token revoked.' }),
    ],
    ['400 invalid_grant as text/plain', text(400, '{"error":"invalid_grant"}', 'text/plain')],
    ['400 invalid_grant without a content type', text(400, '{"error":"invalid_grant"}')],
    ['401 invalid_grant', refuse(401, { error: 'invalid_grant' }, { 'www-authenticate': 'Bearer' })],
    ['403 invalid_grant', refuse(403, { error: 'invalid_grant' })],
    ['400 invalid_request (LemonLDAP::NG, @jmondi/oauth2-server)', refuse(400, { error: 'invalid_request' })],
    ['400 with an empty body (Glewlwyd)', text(400, null)],
    ['400 with nothing but white space', text(400, ' \r\n', 'application/json')],
  ])('is %s', async (_name, fault) => {
    const scene = await createExpiredScene()
    apply(fault, scene)
    const error = await refusedToken(scene)
    expect(error).toMatchObject({ name: 'SignInRequiredError', code: 'session_ended' })
    expect(scene.auth.getState()).toEqual({ status: 'unauthenticated', reason: 'session_ended', error })
    expect(scene.told).toEqual({ failures: [], states: ['unauthenticated: session_ended'] })
    await expect(scene.auth.getAccessToken()).rejects.toMatchObject({ code: 'not_signed_in' })
    expect(scene.provider.count('/token')).toBe(2)
  })

  it('is an ID token of another person (OpenID Connect Core 1.0 §12.2)', async () => {
    const scene = await createExpiredScene()
    scene.provider.claims = { sub: 'bob' }
    const error = await refusedToken(scene)
    expect(error).toMatchObject({ name: 'SignInRequiredError', code: 'subject_changed' })
    expect(scene.auth.getState()).toEqual({ status: 'unauthenticated', reason: 'subject_changed', error })
    expect(scene.told).toEqual({ failures: [], states: ['unauthenticated: subject_changed'] })
    await expect(scene.auth.getAccessToken()).rejects.toMatchObject({ code: 'not_signed_in' })
  })
})

describe('an answer at the token endpoint that keeps the session', () => {
  const html = '<!doctype html><title>Welcome</title>'
  const network = 'NetworkError'
  const protocol = 'ProtocolError'
  const server = 'ServerError'

  it.each<[string, Fault, name: string, code: AuthErrorCode]>([
    // The registration is wrong
    ['400 invalid_client', refuse(400, { error: 'invalid_client' }), 'ConfigurationError', 'client_rejected'],
    ['401 invalid_client', refuse(401, { error: 'invalid_client' }), 'ConfigurationError', 'client_rejected'],
    [
      '400 unauthorized_client',
      refuse(400, { error: 'unauthorized_client' }),
      'ConfigurationError',
      'client_rejected',
    ],
    [
      '400 unsupported_grant_type',
      refuse(400, { error: 'unsupported_grant_type' }),
      'ConfigurationError',
      'client_rejected',
    ],
    ['400 invalid_scope', refuse(400, { error: 'invalid_scope' }), 'ConfigurationError', 'client_rejected'],
    // A refusal that does not say the refresh token is dead
    [
      '400 interaction_required',
      refuse(400, { error: 'interaction_required' }),
      server,
      'token_request_failed',
    ],
    [
      '400 temporarily_unavailable',
      refuse(400, { error: 'temporarily_unavailable' }),
      server,
      'token_request_failed',
    ],
    ['400 of an unknown kind', refuse(400, { error: 'try_harder' }), server, 'token_request_failed'],
    ['400 without an error member', refuse(400, { message: 'Bad Request' }), server, 'token_request_failed'],
    ['400 with JSON that is only the word', refuse(400, 'invalid_grant'), server, 'token_request_failed'],
    ['400 with an array', refuse(400, [{ error: 'invalid_grant' }]), server, 'token_request_failed'],
    [
      '400 with an error that is no string',
      refuse(400, { error: { code: 'invalid_grant' } }),
      server,
      'token_request_failed',
    ],
    ['400 with a web page', answer(() => page(400)), server, 'token_request_failed'],
    ['401 with an empty body', text(401, null), server, 'token_request_failed'],
    ['403 with the page of a firewall', answer(() => page(403)), server, 'token_request_failed'],
    ['404 with an empty body', text(404, null), server, 'token_request_failed'],
    ['405', text(405, null), server, 'token_request_failed'],
    ['413 with a web page', answer(() => page(413)), server, 'token_request_failed'],
    // Nothing was said about the request
    ['408', text(408, null), network, 'server_unavailable'],
    ['429', text(429, null), network, 'server_unavailable'],
    ['429 invalid_grant', refuse(429, { error: 'invalid_grant' }), network, 'server_unavailable'],
    ['500 with an empty body', text(500, null), network, 'server_unavailable'],
    ['500 invalid_grant', refuse(500, { error: 'invalid_grant' }), network, 'server_unavailable'],
    [
      '500 with a web page (django-oauth-toolkit, two refreshes at once)',
      answer(() => page(500)),
      network,
      'server_unavailable',
    ],
    ['502 with a web page', answer(() => page(502)), network, 'server_unavailable'],
    ['503', text(503, null), network, 'server_unavailable'],
    ['504', text(504, null), network, 'server_unavailable'],
    // No answer
    ['a network that fails', fail(new TypeError('Failed to fetch')), network, 'network_failed'],
    [
      'a request that the browser aborts',
      fail(new DOMException('The user aborted a request.', 'AbortError')),
      network,
      'network_failed',
    ],
    ['no answer before the deadline', answer(() => new Promise(() => undefined)), network, 'timeout'],
    ['a body that does not end before the deadline', answer(endlessBody), network, 'timeout'],
    [
      'a body that breaks off',
      answer(
        () =>
          new Response(new ReadableStream({ start: (stream) => stream.error(new TypeError('terminated')) })),
      ),
      network,
      'network_failed',
    ],
    ['a redirect', answer(opaqueRedirect), network, 'network_failed'],
    // 200, but not what was asked for
    [
      '200 with the page of a captive portal',
      text(200, html, 'text/html'),
      protocol,
      'invalid_token_response',
    ],
    [
      '200 with a web page that calls itself JSON',
      text(200, html, 'application/json'),
      protocol,
      'invalid_token_response',
    ],
    ['200 with an empty body', text(200, null), protocol, 'invalid_token_response'],
    ['200 with JSON of something else', refuse(200, { status: 'ok' }), protocol, 'invalid_token_response'],
    ['200 with an array', refuse(200, []), protocol, 'invalid_token_response'],
    ['200 with an error inside', refuse(200, { error: 'invalid_grant' }), server, 'token_request_failed'],
    ['204', text(204, null), server, 'token_request_failed'],
    ['an access token that is empty', say({ access_token: '' }), protocol, 'invalid_token_response'],
    ['a refresh token that is empty', say({ refresh_token: '' }), protocol, 'invalid_token_response'],
    ['a token type that nobody knows', say({ token_type: 'mac' }), protocol, 'invalid_token_response'],
    ['an ID token that is none', say({ id_token: 'a.b.c' }), protocol, 'invalid_token_response'],
  ])('is %s', async (_name, fault, name, code) => {
    const scene = await createExpiredScene()
    apply(fault, scene)
    const refused = refusedToken(scene)
    if (code === 'timeout') await scene.platform.advance(10_000)
    const error = await refused
    expect(error).toMatchObject({ name, code })
    expect(scene.auth.getState()).toMatchObject({ status: 'authenticated', user: { sub: 'alice' } })
    expect(scene.told).toEqual({ failures: [{ error, retryAt: expect.any(Number) }], states: [] })
    expect(scene.provider.count('/token')).toBe(2)
  })

  it.each<[string, Record<string, unknown>]>([
    ['another nonce', { nonce: 'another' }],
    ['another time of authentication', { auth_time: 1 }],
    ['another issuer', { iss: 'https://other.example' }],
    ['another audience', { aud: 'other' }],
    ['an end in the past', { exp: 1 }],
  ])('is an ID token with %s', async (_name, claims) => {
    const { provider, ...scene } = await createSignedInScene()
    provider.claims = { auth_time: 1_800_000_000 }
    await scene.auth.getAccessToken({ forceRefresh: true })
    provider.claims = { auth_time: 1_800_000_000, ...claims }
    await expect(scene.auth.getAccessToken({ forceRefresh: true })).rejects.toMatchObject({ name: protocol })
    expect(scene.auth.getState()).toMatchObject({ status: 'authenticated', user: { sub: 'alice' } })
    expect(await scene.auth.getAccessToken()).toMatch(/^SENTINEL-access-token/)
  })

  it('is an ID token that is signed by somebody else', async () => {
    const scene = await createExpiredScene()
    scene.provider.onToken = async ({ body }) => {
      const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign'])
      const [head, claims] = String(Object(body).id_token).split('.')
      const signed = new TextEncoder().encode(`${head}.${claims}`)
      const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, keys.privateKey, signed)
      const encoded = btoa(String.fromCharCode(...new Uint8Array(signature)))
      const url = encoded.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
      Object.assign(body, { id_token: `${head}.${claims}.${url}` })
    }
    expect(await refusedToken(scene)).toMatchObject({ name: protocol, code: 'invalid_signature' })
    expect(scene.auth.getState().status).toBe('authenticated')
  })

  it('lets the next refresh bring a token, once the wait is over', async () => {
    const scene = await createExpiredScene()
    apply(text(503, null), scene)
    await expect(scene.auth.getAccessToken()).rejects.toMatchObject({ code: 'server_unavailable' })
    await expect(scene.auth.getAccessToken()).rejects.toMatchObject({ code: 'server_unavailable' })
    expect(scene.provider.count('/token')).toBe(2)

    scene.provider.onRequest = () => undefined
    await scene.platform.advance(1000)
    expect(await scene.auth.getAccessToken()).toMatch(/^SENTINEL-access-token/)
    expect(scene.provider.count('/token')).toBe(3)
  })

  it.each([429, 503])('is asked again no sooner than Retry-After says (%i)', async (status) => {
    const scene = await createExpiredScene()
    apply(
      answer(() => new Response(null, { status, headers: { 'retry-after': '120' } })),
      scene,
    )
    await expect(scene.auth.getAccessToken()).rejects.toMatchObject({ status, retryAfterSeconds: 120 })
    const [failure] = scene.told.failures
    expect(failure?.retryAt).toBeGreaterThanOrEqual(scene.platform.clock.now().epochMs + 120_000)

    await scene.platform.advance(120_000)
    await expect(scene.auth.getAccessToken()).rejects.toMatchObject({ status })
    expect(scene.provider.count('/token')).toBe(2)
    scene.provider.onRequest = () => undefined
    await scene.platform.advance(1000)
    await expect(scene.auth.getAccessToken()).resolves.toMatch(/^SENTINEL-access-token/)
  })

  it('leaves a token that still lives in use', async () => {
    const scene = await createSignedInScene()
    const token = await scene.auth.getAccessToken()
    await scene.platform.advance(295_000)
    apply(text(503, null), scene)
    expect(await scene.auth.getAccessToken()).toBe(token)
    expect(scene.provider.count('/token')).toBe(2)
  })

  it('is given up on at the deadline, and its request is aborted', async () => {
    const scene = await createExpiredScene()
    apply(
      answer(() => new Promise(() => undefined)),
      scene,
    )
    let outcome: unknown = 'pending'
    scene.auth.getAccessToken().catch((error: unknown) => {
      outcome = error
    })
    await scene.platform.advance(9999)
    expect(outcome).toBe('pending')
    await scene.platform.advance(1)
    expect(outcome).toMatchObject({ name: network, code: 'timeout' })
    expect(scene.provider.seen.at(-1)?.init.signal?.aborted).toBe(true)
    expect(scene.platform.timerCount()).toBe(0)
    expect(scene.auth.getState().status).toBe('authenticated')
  })
})

describe('an answer that is lost', () => {
  it('has the same refresh token sent again only by a later call, after the wait', async () => {
    const scene = await createExpiredScene()
    apply(fail(new TypeError('Failed to fetch')), scene)
    await expect(scene.auth.getAccessToken()).rejects.toMatchObject({ code: 'network_failed' })
    expect(scene.provider.count('/token')).toBe(2)
    await scene.platform.advance(1000)
    await expect(scene.auth.getAccessToken()).rejects.toMatchObject({ code: 'network_failed' })
    const sent = scene.provider.seen
      .filter(({ path }) => path === '/token')
      .map(({ form }) => form.get('refresh_token'))
    expect(sent).toHaveLength(3)
    expect(sent[1]).toBe(sent[2])
  })

  it('ends the session where the provider had rotated the token before it was lost', async () => {
    const scene = await createExpiredScene()
    scene.provider.onToken = () => Promise.reject(new TypeError('Failed to fetch'))
    await expect(scene.auth.getAccessToken()).rejects.toMatchObject({ code: 'network_failed' })
    expect(scene.auth.getState().status).toBe('authenticated')
    scene.provider.onToken = () => undefined
    await scene.platform.advance(1000)
    await expect(scene.auth.getAccessToken()).rejects.toMatchObject({ code: 'session_ended' })
    expect(scene.auth.getState()).toMatchObject({ status: 'unauthenticated', reason: 'session_ended' })
  })

  it('never has a code sent again, by a later call or a later page', async () => {
    const first = await createScene()
    const second = await goThroughLogin(first)
    const { provider, platform } = second
    const href = platform.navigation.href()
    apply(fail(new TypeError('Failed to fetch')), second)
    await expect(second.auth.handleCallback()).rejects.toMatchObject({ code: 'network_failed' })
    provider.onRequest = () => undefined
    await platform.advance(60_000)
    await expect(second.auth.handleCallback(href)).rejects.toMatchObject({
      name: expect.stringMatching(/Error$/),
    })

    const reloaded = await createScene({ provider, href, stored: platform.stored })
    await expect(reloaded.auth.handleCallback()).rejects.toMatchObject({ name: 'SignInRequiredError' })
    expect(provider.count('/token')).toBe(1)
  })

  it('is none where only the keys could not be had: what was rotated is kept, and the next refresh works', async () => {
    const scene = await createExpiredScene()
    scene.provider.rotateKeys()
    scene.provider.onRequest = ({ path }) =>
      path === '/jwks' ? new Response(null, { status: 503 }) : undefined
    expect(await scene.auth.getAccessToken()).toMatch(/^SENTINEL-access-token/)
    scene.provider.onRequest = () => undefined
    await scene.platform.advance(300_000)
    expect(await scene.auth.getAccessToken()).toMatch(/^SENTINEL-access-token/)
    expect(scene.auth.getState()).toMatchObject({ status: 'authenticated', user: { sub: 'alice' } })
    expect(scene.told.failures).toEqual([])
  })
})
