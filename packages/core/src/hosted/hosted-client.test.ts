import { afterEach, describe, expect, it } from 'vitest'
import { createFakePlatform } from '../../test/fake-platform.ts'
import { createHostedApp, type HostedApp } from '../../test/hosted-app.ts'
import { until } from '../../test/until.ts'
import { type AnyAuthError, SignInRequiredError } from '../errors.ts'
import { createAuthClient } from '../index.ts'
import type { VaultWorker } from '../options/client-options.ts'

let app: HostedApp

afterEach(() => app.close())

it('shows a first-time visitor as signed out at once, and makes no worker for them', async () => {
  app = await createHostedApp()
  const { auth, start } = app.open()
  expect(auth.getState()).toEqual({ status: 'unauthenticated', reason: 'no_session' })
  start()
  await expect(auth.ready()).resolves.toBe(auth.getState())
  await app.advance(10_000)
  expect(app.workerCount()).toBe(0)
  expect(auth.explain()).toMatchObject({ status: 'unauthenticated', reason: 'no_session', restore: [] })
})

it('signs in: the page is left for the provider, and the answer becomes a session', async () => {
  app = await createHostedApp()
  const left = app.open()
  await app.settled(left.auth.login({ returnTo: '/orders', appState: { from: 'here' } }))
  expect(left.auth.getState()).toMatchObject({ status: 'redirecting', to: 'login' })
  const href = app.provider.signIn(left.platform.visited.at(-1) ?? '')

  const back = app.open({ href: `${href}&tab=2#part`, stored: left.platform.stored })
  expect(back.auth.getState()).toEqual({ status: 'loading', reason: 'callback' })
  const done = back.auth.handleCallback()
  // Before the first await: nothing that runs later may read the code from the address bar.
  expect(back.platform.navigation.href()).not.toContain('code=')
  expect(await app.settled(done)).toEqual({ returnTo: '/orders', appState: { from: 'here' } })
  expect(back.platform.navigation.href()).toBe('https://example.com/callback?tab=2#part')
  expect(back.auth.getState()).toMatchObject({ status: 'authenticated', reason: 'signed_in' })
  expect(back.auth.getState().user?.sub).toBe('alice')
})

it('shows that it signs in where the answer is handed to it on another page', async () => {
  app = await createHostedApp()
  const left = app.open()
  await app.settled(left.auth.login())
  const href = app.provider.signIn(left.platform.visited.at(-1) ?? '')
  const { auth } = app.open({ stored: left.platform.stored })
  const shown: string[] = []
  auth.subscribe(() => shown.push(auth.getState().status))
  await app.settled(auth.handleCallback(href))
  expect(shown).toEqual(['loading', 'authenticated'])
})

it('gives access tokens, renewed where they have run out', async () => {
  app = await createHostedApp()
  const { auth } = await app.signIn()
  const first = await app.settled(auth.getAccessToken())
  await app.advance(301_000)
  const second = await app.settled(auth.getAccessToken())
  expect(second).not.toBe(first)
  expect(grants(app)).toEqual(['authorization_code', 'refresh_token'])
})

it('lets no refresh token and no ID token into a page, and no token at all out of a sealed worker', async () => {
  app = await createHostedApp(async () => new Response('[]'))
  const { auth } = await app.signIn({ sealed: true, apis: ['https://api.example'] })
  await app.settled(auth.fetch('https://api.example/orders'))
  await app.advance(301_000)
  await app.settled(auth.fetch('https://api.example/orders'))
  await expect(app.settled(auth.getAccessToken())).rejects.toMatchObject({ code: 'token_sealed' })
  const tokens = app.provider.secrets.filter((secret) => /-(access|refresh)-/.test(secret))
  expect(tokens.length).toBeGreaterThan(3)
  const said = JSON.stringify(app.messages)
  expect(said).toContain('https://api.example/orders')
  expect(tokens.filter((token) => said.includes(token))).toEqual([])
  // The front of every signed token.
  expect(said).not.toContain('eyJ')
})

it('sends requests with the token, and streams what comes back', async () => {
  const seen: Request[] = []
  app = await createHostedApp(async (request) => {
    seen.push(request)
    return new Response(new Blob(['one ', 'two']).stream(), {
      status: 201,
      headers: { 'x-served-by': 'api' },
    })
  })
  const { auth } = await app.signIn({ apis: ['https://api.example'] })
  const response = await app.settled(
    auth.fetch('https://api.example/orders', {
      method: 'POST',
      body: 'an order',
      headers: { 'x-mine': '1' },
    }),
  )
  expect(response).toMatchObject({ status: 201, url: '' })
  expect(response.headers.get('x-served-by')).toBe('api')
  expect(await app.settled(response.text())).toBe('one two')
  const [request] = seen
  expect(request?.headers.get('authorization')).toBe(`Bearer ${await app.settled(auth.getAccessToken())}`)
  expect(request?.headers.get('x-mine')).toBe('1')
  expect(await request?.text()).toBe('an order')
})

it('sends nothing to an address that is not listed', async () => {
  app = await createHostedApp(async () => new Response())
  const { auth } = await app.signIn({ apis: ['https://api.example'] })
  await expect(app.settled(auth.fetch('https://elsewhere.example/'))).rejects.toMatchObject({
    name: 'ConfigurationError',
    code: 'url_not_allowed',
  })
})

it('gives up what nobody waits for any more, with the reason of the signal', async () => {
  app = await createHostedApp(({ signal }) => {
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
  })
  const { auth } = await app.signIn({ apis: ['https://api.example'] })
  const stop = new AbortController()
  const reason = new Error('Enough.')
  const asked = auth.fetch('https://api.example/', { signal: stop.signal })
  const told = auth.getAccessToken({ signal: AbortSignal.abort(reason) })
  await expect(app.settled(told)).rejects.toBe(reason)
  stop.abort(reason)
  await expect(app.settled(asked)).rejects.toBe(reason)
})

describe('several pages', () => {
  it('have one session: a new one asks the provider for nothing, and a sign-out is for all', async () => {
    app = await createHostedApp()
    const first = await app.signIn()
    const requests = app.provider.seen.length
    const second = app.open()
    expect(second.auth.getState()).toEqual({ status: 'loading', reason: 'restoring' })
    second.start()
    expect(await app.settled(second.auth.ready())).toMatchObject({ status: 'authenticated' })
    expect(second.auth.explain()).toMatchObject({
      keeper: { kind: 'vault' },
      restore: [{ rung: 'vault', outcome: 'restored' }],
    })
    expect(app.provider.seen).toHaveLength(requests)
    expect(app.workerCount()).toBe(1)

    await app.settled(second.auth.logout({ local: true }))
    expect(second.auth.getState()).toEqual({ status: 'unauthenticated', reason: 'signed_out' })
    await until(() => first.auth.getState().status === 'unauthenticated')
    expect(first.auth.getState()).toEqual({ status: 'unauthenticated', reason: 'signed_out_elsewhere' })
  })

  it('refresh once, however many ask', async () => {
    app = await createHostedApp()
    const first = await app.signIn()
    const second = app.open()
    second.start()
    await app.settled(second.auth.ready())
    await app.advance(301_000)
    const asked = [first, second].flatMap(({ auth }) => [auth.getAccessToken(), auth.getAccessToken()])
    const tokens = await app.settled(Promise.all(asked))
    expect(new Set(tokens).size).toBe(1)
    expect(grants(app)).toEqual(['authorization_code', 'refresh_token'])
  })

  it('hear events in the order in which a client tells them: who it is, before any component does', async () => {
    app = await createHostedApp()
    const { auth } = await app.signIn()
    const heard: string[] = []
    auth.on('identity', ({ previous, current }) => heard.push(`identity ${previous?.sub} → ${current?.sub}`))
    auth.on('state', ({ state }) => heard.push(`state ${state.status}`))
    auth.subscribe(() => heard.push('subscriber'))
    await app.settled(auth.logout({ local: true }))
    expect(heard).toEqual(['identity alice → undefined', 'state unauthenticated', 'subscriber'])
  })
})

it('learns of a sign-in in another tab, for which it makes the worker that it had no need of', async () => {
  app = await createHostedApp()
  const { auth, start, noticeStored } = app.open()
  start()
  expect(app.workerCount()).toBe(0)
  const { platform } = await app.signIn()
  for (const key of platform.shared.keys()) noticeStored(key)
  await app.settled(until(() => auth.getState().status === 'authenticated'))
})

it('asks the provider in a frame of its page, where nothing else has the session', async () => {
  app = await createHostedApp()
  const options = { silentRedirectUri: '/silent' }
  await app.signIn(options)
  app.crash()
  app.browser.removeChannels()
  const { auth, platform, start } = app.open({ options })
  start()
  await app.settled(until(() => platform.frames.length > 0))
  const [frame] = platform.frames
  frame?.say({ latchkey: 'silent-callback', url: app.provider.signIn(frame.url) })
  expect(await app.settled(auth.ready())).toMatchObject({ status: 'authenticated', reason: 'restored' })
  await app.settled(until(() => platform.frames.length === 0))
  expect(auth.explain().restore.at(-1)).toMatchObject({ rung: 'frame', outcome: 'restored' })
})

describe('errors', () => {
  it('are what the client threw, with their class, their demand and where the sign-in was to go', async () => {
    app = await createHostedApp()
    const left = app.open()
    await app.settled(left.auth.login({ returnTo: '/orders' }))
    const asked = new URL(left.platform.visited.at(-1) ?? '')
    const answer = new URL(asked.searchParams.get('redirect_uri') ?? '')
    answer.searchParams.set('error', 'interaction_required')
    answer.searchParams.set('state', asked.searchParams.get('state') ?? '')
    answer.searchParams.set('iss', app.provider.issuer)
    const back = app.open({ href: answer.href, stored: left.platform.stored })
    const error = await app.settled(back.auth.handleCallback().catch((thrown: AnyAuthError) => thrown))
    expect(error).toBeInstanceOf(SignInRequiredError)
    expect(error).toMatchObject({ code: 'interaction_required', returnTo: '/orders', demand: {} })
    expect(back.auth.getState()).toMatchObject({
      status: 'unauthenticated',
      reason: 'sign_in_failed',
      error: { code: 'interaction_required', name: 'SignInRequiredError' },
    })
  })

  it('of the options are told by every call, and in the state', async () => {
    app = await createHostedApp()
    const { auth } = app.open({ options: { scope: 'profile' } })
    const heard: unknown[] = []
    auth.on('error', (event) => heard.push(event))
    await expect(app.settled(auth.login())).rejects.toMatchObject({
      name: 'ConfigurationError',
      code: 'invalid_option',
    })
    expect(auth.getState()).toMatchObject({ status: 'unauthenticated', error: { code: 'invalid_option' } })
    expect(heard).toEqual([{ error: auth.getState().error, during: 'login' }])
  })

  it.each([
    ['clientId', { clientId: undefined }],
    ['redirectUri', { redirectUri: undefined }],
    ['worker', { worker: undefined }],
    ['fallback', { fallback: undefined }],
    ['issuer', { issuer: undefined }],
  ])('say at once what the page itself cannot do without: %s', async (name, options) => {
    app = await createHostedApp()
    expect(() => app.open({ options: options as never })).toThrow(
      expect.objectContaining({ code: 'invalid_option', message: `Option "${name}" is missing.` }),
    )
  })

  it('say which options a client in a worker cannot have, in place of doing without them', async () => {
    app = await createHostedApp()
    const { auth } = app.open({ options: { idleTimeoutSeconds: 60 } as never })
    await expect(app.settled(auth.login())).rejects.toMatchObject({
      code: 'invalid_option',
      message: expect.stringMatching(/^Option "idleTimeoutSeconds" cannot be had .*, worker, fallback\.$/),
    })
  })

  it('say what the worker cannot make anything of, in place of no answer', async () => {
    app = await createHostedApp()
    const { auth } = app.open()
    await expect(app.settled(auth.handleCallback(1 as never))).rejects.toMatchObject({
      code: 'invalid_option',
      message: expect.stringContaining('"handleCallback"'),
    })
  })

  it('say that no window can be opened', async () => {
    app = await createHostedApp()
    const { loginWithPopup } = await import('../popup/index.ts')
    const { auth } = app.open()
    await expect(loginWithPopup(auth)).rejects.toMatchObject({ name: 'ConfigurationError' })
  })
})

describe('without a worker', () => {
  const broken: [string, () => VaultWorker, string][] = [
    ['where the browser has none', never, 'no_shared_worker'],
    [
      'where its file cannot be loaded',
      () => ({
        port: new MessageChannel().port1,
        addEventListener: (type, listener) => void (type === 'error' && setTimeout(listener, 0)),
      }),
      'not_loaded',
    ],
    [
      'where it never answers',
      () => ({ port: new MessageChannel().port1, addEventListener: () => undefined }),
      'no_answer',
    ],
    [
      'where it is of another version',
      () => {
        const { port1, port2 } = new MessageChannel()
        port2.onmessage = () => port2.postMessage({ latchkey: 0, kind: 'welcome' })
        return { port: port1, addEventListener: () => undefined }
      },
      'other_version',
    ],
  ]

  it.each(broken)('a worker of the page alone has the client, %s', async (_where, worker, fallback) => {
    app = await createHostedApp()
    const { auth } = await app.signIn({ worker })
    expect(await app.settled(auth.getAccessToken())).toBeTruthy()
    expect(auth.explain().keeper).toMatchObject({ kind: 'memory', fallback })
    // As pages that keep tokens themselves, it hands them over to the next one.
    const second = app.open({ options: { worker } })
    second.start()
    await app.settled(until(() => second.auth.getState().status === 'authenticated'))
  })

  it('a sealed client still gives no token to the page, nor to whoever asks as another tab does', async () => {
    const sent: (string | null)[] = []
    app = await createHostedApp(async ({ headers }) => {
      sent.push(headers.get('authorization'))
      return new Response()
    })
    const apis = ['https://api.example']
    const options = { worker: () => never(), sealed: true, apis }
    const { auth, platform } = await app.signIn(options)
    await expect(app.settled(auth.getAccessToken())).rejects.toMatchObject({ code: 'token_sealed' })
    await app.settled(auth.fetch('https://api.example/orders'))
    expect(sent).toEqual([expect.stringMatching(/^Bearer /)])
    expect(auth.explain().keeper).toEqual({ kind: 'memory', fallback: 'no_shared_worker' })

    // Which any script of the origin can be.
    const { provider, browser } = app
    const { clock } = platform
    const page = createFakePlatform({ browser, fetch: provider.fetch, href: 'https://example.com/' })
    const issuer = { issuer: provider.issuer, clientId: 'app', redirectUri: '/callback' }
    const other = createAuthClient({ ...issuer, platform: { ...page, clock } })
    const stop = other.start()
    await app.settled(other.ready())
    await expect(app.settled(other.getAccessToken())).rejects.toMatchObject({ code: 'not_signed_in' })
    stop()
  })

  it('of either kind, calls say that code is missing, and nobody is signed out for good', async () => {
    app = await createHostedApp()
    await app.signIn()
    const { auth, start } = app.open({ options: { worker: () => never(), fallback: () => never() } })
    start()
    expect(await app.settled(auth.ready())).toMatchObject({
      status: 'unauthenticated',
      reason: 'restore_failed',
      error: { code: 'code_not_loaded' },
    })
    await expect(app.settled(auth.login())).rejects.toMatchObject({ code: 'code_not_loaded' })
    const again = app.open()
    again.start()
    expect(await app.settled(again.auth.ready())).toMatchObject({ status: 'authenticated' })
  })
})

describe('a worker that says what no host says', () => {
  it.each<[string, unknown]>([
    ['null', null],
    ['to run a script', { kind: 'go', how: 'assign', url: 'javascript:alert(1)' }],
    ['to store what is not the client’s', { kind: 'store', where: 'shared', key: 'theme', value: 'x' }],
    ['a state that there is not', { kind: 'state', state: { status: 'authenticated', user: 'x' } }],
  ])('is gone by in nothing, and given up: %s', async (_what, said) => {
    app = await createHostedApp()
    const { port1, port2 } = new MessageChannel()
    port2.onmessage = ({ data }: MessageEvent<{ kind: string }>) => {
      if (data.kind === 'hello') port2.postMessage({ latchkey: 1, kind: 'welcome' })
      if (data.kind === 'call') port2.postMessage(said)
    }
    const worker = (): VaultWorker => ({ port: port1, addEventListener: () => undefined })
    const { auth, platform } = app.open({ options: { worker } })
    const shown: string[] = []
    auth.subscribe(() => shown.push(auth.getState().status))
    // The next one is asked in its place.
    await app.settled(auth.login())
    expect(platform.visited.map((url) => new URL(url).origin)).toEqual([app.provider.issuer])
    expect(platform.shared.keys()).toEqual([])
    expect(shown).toEqual(['redirecting'])
    port2.close()
  })
})

describe('signing out', () => {
  it('leaves for the provider, with the tokens gone, once however often it is asked for', async () => {
    app = await createHostedApp()
    const { auth, platform } = await app.signIn()
    const [first, second] = await app.settled(Promise.all([auth.logout(), auth.logout()]))
    expect(first).toEqual({ provider: 'redirected', isRevoked: true })
    expect(second).toEqual(first)
    expect(platform.visited).toHaveLength(1)
    expect(auth.getState()).toMatchObject({ status: 'redirecting', to: 'logout' })
    expect(auth.explain().session).toBeUndefined()
  })

  it('is for good where the worker dies of it: no later page looks for the session', async () => {
    app = await createHostedApp()
    const { auth, platform } = await app.signIn()
    app.crash()
    const result = await app.settled(auth.logout({ local: true }))
    expect(result).toMatchObject({ provider: 'local' })
    expect(auth.getState()).toMatchObject({ status: 'unauthenticated', reason: 'signed_out' })
    expect(app.open({ stored: platform.stored }).auth.getState()).toEqual({
      status: 'unauthenticated',
      reason: 'signed_out',
    })
    expect(app.open().auth.getState()).toEqual({ status: 'unauthenticated', reason: 'no_session' })
  })

  it('or in takes nothing from whoever is signed in and comes back without having been', async () => {
    app = await createHostedApp()
    const { auth, platform } = await app.signIn()
    await app.settled(auth.login())
    expect(auth.getState().status).toBe('redirecting')
    platform.wake('restored')
    await app.settled(until(() => auth.getState().status !== 'redirecting'))
    expect(auth.getState()).toMatchObject({ status: 'authenticated', reason: 'redirect_cancelled' })
  })

  it('or in is over where the page comes back without having been', async () => {
    app = await createHostedApp()
    const { auth, platform, start } = app.open()
    start()
    await app.settled(auth.login())
    platform.wake('restored')
    await app.settled(until(() => auth.getState().status === 'unauthenticated'))
    expect(auth.getState()).toMatchObject({ reason: 'redirect_cancelled' })
  })
})

describe('a page that is away', () => {
  it('hears nothing in the back/forward cache, and all of it when it is back', async () => {
    app = await createHostedApp()
    const away = await app.signIn()
    const other = app.open()
    other.start()
    await app.settled(other.auth.ready())
    away.platform.fallAsleep('gone')
    // Browsers say so after they have said that it is gone.
    away.platform.setVisible(false)
    away.platform.fallAsleep('hidden')
    await app.settled(other.auth.logout({ local: true }))
    await app.advance(1000)
    expect(away.auth.getState().status).toBe('authenticated')
    away.platform.setVisible(true)
    away.platform.wake('restored')
    await until(() => away.auth.getState().status === 'unauthenticated')
  })

  it('is found anew where it was away for longer than others were', async () => {
    app = await createHostedApp()
    const away = await app.signIn()
    away.platform.fallAsleep('gone')
    for (let count = 0; count < 8; count++) {
      const other = app.open()
      other.start()
      await app.settled(other.auth.ready())
      other.platform.fallAsleep('gone')
    }
    away.platform.wake('restored')
    expect(await app.settled(away.auth.getAccessToken())).toBeTruthy()
    expect(away.auth.getState().status).toBe('authenticated')
  })
})

/** What the token endpoint was asked for, oldest first. */
function grants({ provider }: HostedApp): (string | null)[] {
  return provider.seen.filter(({ path }) => path === '/token').map(({ form }) => form.get('grant_type'))
}

function never(): never {
  throw new ReferenceError('SharedWorker is not defined')
}
