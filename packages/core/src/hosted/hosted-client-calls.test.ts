import { afterEach, describe, expect, it } from 'vitest'
import { createFakePlatform } from '../../test/fake-platform.ts'
import { createHostedApp, type HostedApp, type HostedTab } from '../../test/hosted-app.ts'
import { hostedPageOf } from '../../test/hosted-page.ts'
import { until } from '../../test/until.ts'
import { NetworkError } from '../errors.ts'
import { composeHostedClient } from './hosted-client.ts'
import type { HostedOptions } from './hosted-options.ts'

let app: HostedApp | undefined

afterEach(() => app?.close())

async function signedIn(claims: Record<string, unknown> = {}): Promise<HostedTab & { app: HostedApp }> {
  app = await createHostedApp()
  app.provider.claims = { ...app.provider.claims, ...claims }
  return { ...(await app.signIn()), app }
}

async function signedOut(
  page: Parameters<HostedApp['open']>[0] = {},
): Promise<HostedTab & { app: HostedApp }> {
  app = await createHostedApp()
  const tab = app.open(page)
  tab.start()
  return { ...tab, app }
}

describe('on a server', () => {
  it('a client is loading, makes no worker, and says to whoever calls that there is no browser', async () => {
    let workers = 0
    const worker = (): never => {
      workers += 1
      throw new Error('There is none.')
    }
    const platform = createFakePlatform()
    const page = { ...hostedPageOf(platform), exists: () => false }
    const options = { issuer: 'https://id.example', clientId: 'app', redirectUri: '/callback' }
    const auth = composeHostedClient({ ...options, worker, fallback: worker } as HostedOptions, page)
    const state = { status: 'loading', reason: 'starting' }
    expect([auth.getState(), auth.getServerState()]).toEqual([state, state])
    const errors: unknown[] = []
    auth.on('error', (event) => errors.push(event))
    const stop = auth.start()
    expect(platform.listenerCount()).toBe(0)
    stop()
    for (const call of [auth.login(), auth.getAccessToken(), auth.fetch('https://api.example/')]) {
      await expect(call).rejects.toMatchObject({ name: 'ConfigurationError', code: 'no_browser' })
    }
    expect(await auth.ready()).toEqual(state)
    expect(await auth.requireSession()).toEqual(state)
    expect([workers, errors]).toEqual([0, []])
  })
})

describe('before anybody was asked', () => {
  it('a client says so, knows of nothing that was granted, and satisfies no demand', async () => {
    const { auth } = await signedOut()
    expect(auth.getServerState()).toEqual({ status: 'loading', reason: 'starting' })
    expect(auth.explain()).toEqual({
      sentence: 'Nobody was asked yet: unauthenticated, no_session.',
      status: 'unauthenticated',
      reason: 'no_session',
      errorCode: undefined,
      session: undefined,
      keeper: undefined,
      restore: [],
    })
    expect([auth.satisfies({}), auth.grantedDetails(), auth.sessionEndsAt()]).toEqual([
      false,
      undefined,
      undefined,
    ])
  })

  it('a client is told apart by issuer, client id and name, and by what identifies people', async () => {
    app = await createHostedApp()
    const { open } = app
    const options = [{}, { clientId: 'other' }, { name: 'second' }, { issuer: 'https://other.example' }]
    const ids = options.map((each) => open({ options: each }).auth.instanceId)
    expect(new Set(ids).size).toBe(4)
    expect(open().auth.instanceId).toBe(ids[0])
    const endpoints = (host: string): object => ({
      protocol: 'oauth2',
      issuer: undefined,
      endpoints: { authorization: `https://${host}/auth`, token: `https://${host}/token` },
    })
    const [one, other] = ['one.example', 'other.example'].map(
      (host) => open({ options: endpoints(host) }).auth.instanceId,
    )
    expect(one).not.toBe(other)
    expect(open().auth.identifiedBy).toEqual([])
    expect(open({ options: { identifiedBy: ['org'] } }).auth.identifiedBy).toEqual(['org'])
  })
})

describe('what is asked of a client', () => {
  it('goes to the worker with nothing of other clients of the page', async () => {
    const { app } = await signedIn()
    const stored = new Map([['latchkey.other.secret', 'of another client']])
    app.browser.storage.set('latchkey.other.record', 'of another client')
    const { auth } = app.open({ stored })
    await app.settled(auth.getAccessToken())
    expect(JSON.stringify(app.messages)).toContain('"hello"')
    expect(JSON.stringify(app.messages)).not.toContain('of another client')
  })

  it('may be to make an account: the provider is asked for that page', async () => {
    const { auth, platform, app } = await signedOut()
    app.provider.metadata.prompt_values_supported = ['none', 'login', 'create']
    await app.settled(auth.register({ loginHint: 'alice' }))
    const asked = new URL(platform.visited.at(-1) ?? '').searchParams
    expect([asked.get('prompt'), asked.get('login_hint')]).toEqual(['create', 'alice'])
  })

  it.each(['login', 'register', 'logout'] as const)('takes an event for no options: %s', async (method) => {
    const { auth, platform, app } = await signedIn()
    const event = Object.assign(new Event('click'), { loginHint: 'mallory', local: true })
    await app.settled<unknown>(auth[method](event as never))
    expect(platform.visited).toHaveLength(1)
    expect(platform.visited[0]).not.toContain('mallory')
  })

  it('may be whether somebody is signed in: whoever is not is sent off, and the state says so', async () => {
    const { auth, platform, app } = await signedOut()
    const state = await app.settled(auth.requireSession({ returnTo: '/orders' }))
    expect(state).toMatchObject({ status: 'redirecting', to: 'login' })
    expect(platform.visited).toHaveLength(1)
    const { auth: other, platform: page } = await signedIn()
    const there = await (app as HostedApp).settled(other.requireSession())
    expect([there, page.visited]).toEqual([other.getState(), []])
  })

  it('may be what a third party wants, by the address of the page where none is given', async () => {
    const query = new URLSearchParams({ iss: 'https://id.example.com', target_link_uri: '/orders' })
    const { auth, platform, app } = await signedOut({ href: `https://example.com/start?${query}` })
    expect(await app.settled(auth.handleInitiateLogin())).toEqual({ returnTo: '/orders', isLeaving: true })
    expect(platform.visited).toHaveLength(1)
    const other = auth.handleInitiateLogin('https://example.com/start?iss=https://evil.example')
    await expect(app.settled(other)).rejects.toMatchObject({ code: 'issuer_mismatch' })
  })

  it('may be who it is now', async () => {
    const { auth, app } = await signedIn()
    app.provider.userInfo = { name: 'Alicia' }
    const user = await app.settled(auth.refreshUser())
    expect(user).toMatchObject({ sub: 'alice', name: 'Alicia' })
    expect(auth.getState()).toEqual({ status: 'authenticated', reason: 'user_changed', user })
  })

  it('is given up by whoever does not wait any more, for the reason they give, and by nobody else', async () => {
    const { auth, app } = await signedIn()
    app.provider.onRequest = ({ path }) => (path === '/token' ? new Promise(() => undefined) : undefined)
    const stop = new AbortController()
    const given = auth.getAccessToken({ forceRefresh: true, signal: stop.signal })
    let isOthersSettled = false
    const other = auth.getAccessToken({ forceRefresh: true }).finally(() => {
      isOthersSettled = true
    })
    other.catch(() => undefined)
    await until(() => app.provider.count('/token') === 2)
    const reason = new Error('Enough.')
    stop.abort(reason)
    await expect(given).rejects.toBe(reason)
    expect(isOthersSettled).toBe(false)
    expect(app.messages).toContainEqual({ latchkey: 1, kind: 'abort', id: expect.any(Number) })
  })

  it('cannot be given up any more once it is answered: nobody is told', async () => {
    const { auth, app } = await signedIn()
    const stop = new AbortController()
    await app.settled(auth.getAccessToken({ signal: stop.signal }))
    stop.abort()
    expect(app.messages.filter((said) => (said as { kind?: unknown }).kind === 'abort')).toEqual([])
  })

  it('cannot be to extend a session, which no option can limit here', async () => {
    const { auth } = await signedIn()
    const before = auth.getState()
    expect(auth.extendSession()).toBeUndefined()
    expect(auth.getState()).toBe(before)
  })
})

describe('what a client says of its session without being awaited', () => {
  it('is what its worker told last', async () => {
    const { auth, app } = await signedIn({ acr: 'gold', session_expiry: 1_900_000_000 })
    expect(auth.satisfies({ acrValues: ['gold'] })).toBe(true)
    expect(auth.satisfies({ acrValues: ['platinum'] })).toBe(false)
    expect(auth.sessionEndsAt()).toBe(1_900_000_000_000)
    expect(auth.explain()).toMatchObject({ status: 'authenticated', session: { scope: expect.any(String) } })
    await app.settled(auth.logout({ local: true }))
    expect(auth.satisfies({ acrValues: ['gold'] })).toBe(false)
    expect(auth.sessionEndsAt()).toBeUndefined()
    expect(auth.explain()).toMatchObject({ status: 'unauthenticated', reason: 'signed_out' })
  })

  it('is what was granted in detail (RFC 9396 §7)', async () => {
    app = await createHostedApp()
    const { open, provider, settled } = app
    const authorizationDetails = [{ type: 'account_information', actions: ['read_balances'] }]
    provider.onToken = ({ body }) => void Object.assign(body, { authorization_details: authorizationDetails })
    const left = open()
    await settled(left.auth.login({ authorizationDetails }))
    const back = open({
      href: provider.signIn(left.platform.visited.at(-1) ?? ''),
      stored: left.platform.stored,
    })
    await settled(back.auth.handleCallback())
    expect(back.auth.grantedDetails()).toEqual(authorizationDetails)
  })
})

describe('whoever listens', () => {
  it('hears of a renewal, and of one that failed with an error of ours, until they stop', async () => {
    const { auth, app } = await signedIn()
    const heard: [name: string, event: unknown][] = []
    const stops = (['refreshed', 'refresh_failed', 'error'] as const).map((name) =>
      auth.on(name, (event) => heard.push([name, event])),
    )
    await app.settled(auth.getAccessToken({ forceRefresh: true }))
    expect(heard.splice(0)).toEqual([['refreshed', { accessTokenExpiresAt: expect.any(Number) }]])
    app.provider.onRequest = ({ path }) => (path === '/token' ? new Response('', { status: 503 }) : undefined)
    await expect(app.settled(auth.getAccessToken({ forceRefresh: true }))).rejects.toBeInstanceOf(
      NetworkError,
    )
    expect(heard.map(([name]) => name)).toEqual(['refresh_failed'])
    const [[, failed] = []] = heard.splice(0)
    expect((failed as { error: unknown }).error).toBeInstanceOf(NetworkError)
    for (const stop of stops) stop()
    app.provider.onRequest = () => undefined
    const before = app.provider.count('/token')
    await app.advance(60_000)
    await app.settled(auth.getAccessToken({ forceRefresh: true }))
    expect([app.provider.count('/token') > before, heard]).toEqual([true, []])
  })

  it('hears of a sign-in that failed, once, with the error that is in the state', async () => {
    const { auth, app } = await signedOut()
    const heard: unknown[] = []
    auth.on('error', (event) => heard.push(event))
    await expect(app.settled(auth.login({ prompt: 'dance' } as never))).rejects.toMatchObject({
      code: 'invalid_option',
    })
    expect(heard).toEqual([{ error: auth.getState().error, during: 'login' }])
  })

  it('to the state has it, and the one before', async () => {
    const { auth, app } = await signedIn()
    const previous = auth.getState()
    const heard: unknown[] = []
    let calls = 0
    auth.on('state', (event) => heard.push(event))
    auth.subscribe((...given: unknown[]) => {
      calls += 1
      expect(given).toEqual([])
    })
    await app.settled(auth.logout({ local: true }))
    expect(heard).toEqual([{ state: { status: 'unauthenticated', reason: 'signed_out' }, previous }])
    expect(calls).toBe(1)
  })
})
