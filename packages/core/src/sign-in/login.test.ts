import { describe, expect, it, vi } from 'vitest'
import { createFakeApp, decided, letNobodyAnswer } from '../../test/fake-app.ts'
import { settle } from '../../test/fake-platform.ts'
import { demandPush, json } from '../../test/fake-provider.ts'
import { refusedReturnTo } from '../../test/hostile-return-to.ts'
import { answerTo, cutOff, destinationOf, holdUp, nextPage, rejectionOf } from '../../test/pages.ts'
import { createScene, createSignedInScene, goThroughLogin, type Scene } from '../../test/signed-in.ts'
import { type AuthError, isAuthError, type LoginOptions } from '../index.ts'

const signInsIn = ({ platform }: Scene): string[] =>
  [...platform.stored.keys()].filter((key) => key.includes('.sign-in.'))

/** What the listeners of "error" hear. */
function errorsOf({ auth }: Scene): unknown[] {
  const heard: unknown[] = []
  auth.on('error', (event) => heard.push(event))
  return heard
}

describe('leaving to sign in', () => {
  it('asks for what was configured, with PKCE and nothing else', async () => {
    const scene = await createScene()
    await scene.auth.login()
    const { origin, pathname, searchParams } = destinationOf(scene)
    expect(origin + pathname).toBe('https://id.example/auth')
    expect(Object.fromEntries(searchParams)).toEqual({
      client_id: 'app',
      response_type: 'code',
      redirect_uri: 'https://app.example/callback',
      scope: 'openid profile email',
      state: expect.stringMatching(/^\w+\.[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    })
  })

  it('passes every option on under its wire name', async () => {
    const scene = await createScene({ options: { params: { audience: 'https://api.example' } } })
    await scene.auth.login({
      prompt: 'login',
      loginHint: 'alice@example.com',
      acrValues: ['gold', 'silver'],
      maxAge: 60,
      uiLocales: ['de-CH', 'de'],
      scope: 'openid orders',
      params: { theme: 'dark' },
    })
    expect(Object.fromEntries(destinationOf(scene).searchParams)).toMatchObject({
      prompt: 'login',
      login_hint: 'alice@example.com',
      acr_values: 'gold silver',
      max_age: '60',
      ui_locales: 'de-CH de',
      scope: 'openid orders',
      theme: 'dark',
      audience: 'https://api.example',
    })
  })

  it('is told to the provider beforehand where it demands that, anew each time (RFC 9126 §4)', async () => {
    const scene = await createScene()
    demandPush(scene.provider)
    await scene.auth.login({ loginHint: 'alice@example.com' })
    const first = destinationOf(scene)
    expect([...first.searchParams.keys()]).toEqual(['client_id', 'request_uri'])
    const back = await nextPage(scene, 'https://app.example/')
    await back.auth.login()
    expect(destinationOf(back).searchParams.get('request_uri')).not.toBe(
      first.searchParams.get('request_uri'),
    )
    const { auth } = await nextPage(back, answerTo(back))
    await auth.handleCallback()
    expect(auth.getState()).toMatchObject({ status: 'authenticated', user: { sub: 'alice' } })
  })

  it('goes nowhere where it cannot be told beforehand, and keeps nothing (AUTHZ-10)', async () => {
    const scene = await createScene()
    demandPush(scene.provider)
    scene.provider.onRequest = ({ path }) =>
      path === '/par' ? json(400, { error: 'invalid_request' }) : undefined
    expect(await rejectionOf(scene.auth.login())).toMatchObject({ code: 'authorization_failed' })
    expect(scene.platform.visited).toEqual([])
    expect(signInsIn(scene)).toEqual([])
    expect(scene.auth.getState()).toMatchObject({
      status: 'unauthenticated',
      reason: 'sign_in_failed',
      error: { code: 'authorization_failed', error: 'invalid_request' },
    })
  })

  it('asks to make an account where the provider lists that (AUTHZ-09)', async () => {
    const scene = await createScene()
    scene.provider.metadata.prompt_values_supported = ['none', 'create']
    await scene.auth.register({ loginHint: 'alice@example.com' })
    expect(destinationOf(scene).searchParams.get('prompt')).toBe('create')
    expect(destinationOf(scene).searchParams.get('login_hint')).toBe('alice@example.com')
    const { auth } = await nextPage(scene, answerTo(scene))
    await auth.handleCallback()
    expect(auth.getState().status).toBe('authenticated')
  })

  it.each([[undefined], [['none', 'login']], ['create']])(
    'signs in plainly where the provider lists %j, and says so: it might show a page and strand the person (AUTHZ-09)',
    async (listed) => {
      const scene = await createScene()
      scene.provider.metadata.prompt_values_supported = listed
      const heard = errorsOf(scene)
      await scene.auth.login({ prompt: 'create', maxAge: 60 })
      const { searchParams } = destinationOf(scene)
      expect([searchParams.has('prompt'), searchParams.get('max_age')]).toEqual([false, '60'])
      expect(heard).toEqual([
        {
          error: expect.objectContaining({ name: 'ConfigurationError', code: 'create_unsupported' }),
          during: 'login',
        },
      ])
      expect(scene.auth.getState().status).toBe('redirecting')
    },
  )

  it('asks to make an account where the endpoints are given by hand: whoever did knows', async () => {
    const endpoints = {
      authorization: 'https://id.example/auth',
      token: 'https://id.example/token',
      jwks: 'https://id.example/jwks',
    }
    const scene = await createScene({ options: { endpoints } })
    const heard = errorsOf(scene)
    await scene.auth.register()
    expect(destinationOf(scene).searchParams.get('prompt')).toBe('create')
    expect(heard).toEqual([])
  })

  it('takes no event for options of register()', async () => {
    const scene = await createScene()
    await scene.auth.register(new Event('click'))
    expect(scene.auth.getState().status).toBe('redirecting')
  })

  it('says so in the state, before it goes', async () => {
    const { auth, platform } = await createScene()
    const states: string[] = []
    vi.spyOn(platform.navigation, 'assign').mockImplementation(() => states.push(auth.getState().status))
    await auth.login()
    expect(states).toEqual(['redirecting'])
    expect(auth.getState()).toEqual({ status: 'redirecting', reason: 'requested', to: 'login' })
  })

  it('stores what the answer will be checked against before it goes (AUTHZ-06)', async () => {
    const scene = await createScene()
    let storedBefore: string[] = []
    const assign = vi.spyOn(scene.platform.navigation, 'assign').mockImplementation(() => {
      storedBefore = signInsIn(scene)
    })
    await scene.auth.login({ maxAge: 60, acrValues: ['gold'], appState: { cart: 1 } })
    const state = new URL(assign.mock.calls[0]?.[0] ?? '').searchParams.get('state')
    expect(storedBefore).toHaveLength(1)
    expect(storedBefore[0]?.endsWith(`.sign-in.${state}`)).toBe(true)
    expect(JSON.parse(scene.platform.stored.get(storedBefore[0] ?? '') ?? '')).toMatchObject({
      signIn: { state, maxAge: 60, acrValues: ['gold'], appState: { cart: 1 }, returnTo: '/' },
    })
  })

  it('shows the provider no verifier, and storage no token', async () => {
    const scene = await createScene()
    await scene.auth.login()
    const { codeVerifier } = JSON.parse(scene.platform.stored.get(signInsIn(scene)[0] ?? '') ?? '').signIn
    expect(codeVerifier).toMatch(/^[\w-]{43}$/)
    expect(destinationOf(scene).href).not.toContain(codeVerifier)
  })

  it('asks the provider where to go once, and not again after coming back', async () => {
    const scene = await goThroughLogin(await createScene())
    await scene.auth.handleCallback()
    await scene.auth.login()
    expect(scene.provider.count('/.well-known/openid-configuration')).toBe(1)
  })

  it('uses a fresh state, nonce and verifier each time (AUTHZ-05)', async () => {
    const scene = await createScene()
    const seen = new Set<string>()
    for (let round = 0; round < 5; round++) {
      await scene.auth.login()
      for (const name of ['state', 'nonce', 'code_challenge'])
        seen.add(destinationOf(scene).searchParams.get(name) ?? '')
      await scene.platform.advance(10_000)
    }
    expect(seen.size).toBe(15)
  })
})

describe('where a sign-in leads back to', () => {
  it.each<[string, LoginOptions | undefined, string]>([
    ['https://app.example/', undefined, '/'],
    ['https://app.example/orders?page=2#part', undefined, '/orders?page=2#part'],
    ['https://app.example/orders?page=2#part', {}, '/orders?page=2#part'],
    ['https://app.example/orders?page=2#part', { returnTo: undefined }, '/orders?page=2#part'],
    ['https://app.example/#/hash/router?x=%20', undefined, '/#/hash/router?x=%20'],
    ['https://app.example/orders', { returnTo: '/cart?x=1#y' }, '/cart?x=1#y'],
    ['https://app.example/orders', { returnTo: 'https://app.example/cart' }, '/cart'],
    ['https://app.example/callback', undefined, '/'],
    ['https://app.example/callback/?a=1#b', undefined, '/'],
    ['https://app.example/callback?code=C&state=theirs', undefined, '/'],
    ['https://app.example/callback', { returnTo: '/cart' }, '/cart'],
  ])('from %s with %j is right', async (href, options, returnTo) => {
    const back = await goThroughLogin(await createScene({ href }), options)
    await expect(back.auth.handleCallback()).resolves.toMatchObject({ returnTo })
  })

  it('is the front page for every hostile address (AUTHZ-13)', async () => {
    const { provider } = await createScene()
    const given = refusedReturnTo.filter((value) => value !== undefined && value !== null)
    for (const returnTo of given) {
      const scene = await createScene({ provider, href: 'https://app.example/orders' })
      await scene.auth.login({ returnTo: returnTo as string })
      const [key = ''] = signInsIn(scene)
      expect(JSON.parse(scene.platform.stored.get(key) ?? '')).toMatchObject({ signIn: { returnTo: '/' } })
    }
    expect(given.length).toBeGreaterThan(60)
  })

  it('is where the page was when login() was called, wherever it is when the provider was found', async () => {
    const scene = await createScene({ href: 'https://app.example/orders' })
    const leaving = scene.auth.login()
    scene.platform.goTo('https://app.example/elsewhere')
    await leaving
    const back = await nextPage(scene, answerTo(scene))
    await expect(back.auth.handleCallback()).resolves.toMatchObject({ returnTo: '/orders' })
  })

  it('brings along what the app gave it, as JSON', async () => {
    const appState = { cart: [1, 2], note: 'für später', at: null }
    const back = await goThroughLogin(await createScene(), { appState })
    await expect(back.auth.handleCallback()).resolves.toEqual({ returnTo: '/', appState })
  })
})

describe('login() called again', () => {
  it('is the same navigation, whatever it was given', async () => {
    const scene = await createScene()
    await Promise.all([scene.auth.login(), scene.auth.login({ prompt: 'login' }), scene.auth.login()])
    await scene.platform.advance(9_000)
    await scene.auth.login()
    expect(scene.platform.visited).toHaveLength(1)
    expect(signInsIn(scene)).toHaveLength(1)
  })

  it('is a new navigation where the first has not happened within ten seconds: somebody stopped it', async () => {
    const scene = await createScene()
    await scene.auth.login()
    await scene.platform.advance(10_000)
    await scene.auth.login()
    expect(scene.platform.visited).toHaveLength(2)
    expect(scene.platform.visited[0]).not.toBe(scene.platform.visited[1])
    // Whichever of the two is answered, its record is there.
    expect(signInsIn(scene)).toHaveLength(2)
  })

  it('shows its failure where the first was stopped, and is not stuck in leaving', async () => {
    const scene = await createSignedInScene()
    await scene.auth.login({ prompt: 'login' })
    expect(scene.auth.getState().status).toBe('redirecting')
    await scene.platform.advance(10_000)
    await expect(scene.auth.login({ maxAge: -1 })).rejects.toMatchObject({ code: 'invalid_option' })
    expect(scene.auth.getState()).toMatchObject({ status: 'authenticated', user: { sub: 'alice' } })
  })

  it('waits for a provider that takes longer than that to say where its sign-in page is', async () => {
    const scene = await createScene({ options: { requestTimeoutSeconds: 60 } })
    const held = holdUp(scene, '/.well-known/openid-configuration')
    const first = scene.auth.login()
    await held.arrived
    await scene.platform.advance(11_000)
    const second = scene.auth.login()
    held.goOn()
    await Promise.all([first, second])
    expect(scene.platform.visited).toHaveLength(1)
  })

  it('fails for all who called meanwhile, and is told once', async () => {
    const scene = await createScene()
    cutOff(scene)
    const heard = errorsOf(scene)
    const calls = [scene.auth.login(), scene.auth.login(), scene.auth.login()]
    const [first, ...others] = await Promise.all(calls.map(rejectionOf))
    expect(first).toMatchObject({ code: 'network_failed' })
    for (const error of others) expect(error).toBe(first)
    expect(heard).toEqual([{ error: first, during: 'login' }])
  })

  it('works after a failure', async () => {
    const scene = await createScene()
    cutOff(scene)
    await rejectionOf(scene.auth.login())
    scene.provider.onRequest = () => undefined
    await scene.auth.login()
    expect(destinationOf(scene).pathname).toBe('/auth')
    expect(scene.auth.getState().status).toBe('redirecting')
  })
})

it('login() goes to the provider where the session that was looked for turns out to be gone while that is found', async () => {
  const app = await createFakeApp()
  ;(await app.signIn()).close()
  const tab = app.load()
  const held = holdUp(tab, '/.well-known/openid-configuration')
  const leaving = tab.auth.login()
  await held.arrived
  await letNobodyAnswer(app)
  expect(await decided(tab)).toEqual({ status: 'unauthenticated', reason: 'no_session' })
  held.goOn()
  await leaving
  expect(destinationOf(tab).pathname).toBe('/auth')
})

describe('a sign-in that cannot begin', () => {
  it.each<[string, (scene: Scene) => void, Partial<AuthError>]>([
    ['the provider is down', cutOff, { name: 'NetworkError', code: 'network_failed' }],
    [
      'the provider is overloaded',
      ({ provider }) => {
        provider.onRequest = () => new Response('', { status: 503, headers: { 'retry-after': '7' } })
      },
      { name: 'NetworkError', code: 'server_unavailable' },
    ],
    [
      'the provider is another',
      ({ provider }) => {
        provider.metadata.issuer = 'https://evil.example'
      },
      { name: 'ProtocolError', code: 'issuer_mismatch' },
    ],
    [
      'storage is blocked',
      ({ platform }) => platform.blockStorage(),
      { name: 'ConfigurationError', code: 'storage_unavailable' },
    ],
    [
      'the page is not secure',
      ({ platform }) => platform.setSecure(false),
      { name: 'ConfigurationError', code: 'insecure_context' },
    ],
  ])('stays here and says why: %s', async (_, arrange, expected) => {
    const scene = await createScene()
    const heard = errorsOf(scene)
    arrange(scene)
    const error = await rejectionOf(scene.auth.login())
    expect(error).toMatchObject(expected)
    expect(scene.auth.getState()).toEqual({ status: 'unauthenticated', reason: 'sign_in_failed', error })
    expect(heard).toEqual([{ error, during: 'login' }])
    expect(scene.platform.visited).toEqual([])
    expect(signInsIn(scene)).toEqual([])
  })

  it('is over within the deadline where the provider never answers', async () => {
    const scene = await createScene({ options: { requestTimeoutSeconds: 5 } })
    const request = holdUp(scene)
    const failed = rejectionOf(scene.auth.login())
    await request.arrived
    await scene.platform.advance(5_000)
    expect(await failed).toMatchObject({ code: 'timeout' })
    expect(scene.platform.timerCount()).toBe(0)
  })

  it('is no uncaught rejection where nobody waits for it', async () => {
    const scene = await createScene()
    cutOff(scene)
    const told = new Promise((resolve) => scene.auth.on('error', resolve))
    scene.auth.login()
    scene.auth.login()
    await told
    await settle()
    // The run itself fails on an uncaught rejection.
    expect(scene.auth.getState()).toMatchObject({ reason: 'sign_in_failed' })
  })

  it('touches nothing where what the app wants to have back is no JSON', async () => {
    const scene = await createScene()
    const circular: Record<string, unknown> = {}
    circular.self = circular
    for (const appState of [circular, 1n, { total: 1n }]) {
      const error = await rejectionOf(scene.auth.login({ appState }))
      expect(error).toMatchObject({ name: 'ConfigurationError', code: 'invalid_option' })
      expect(error.message).toContain('"appState" must be JSON')
    }
    expect(scene.platform.visited).toEqual([])
    expect(signInsIn(scene)).toEqual([])
  })

  it('takes nothing from the session that there is', async () => {
    const scene = await createSignedInScene()
    const state = scene.auth.getState()
    const heard = errorsOf(scene)
    scene.platform.blockStorage()
    expect(await rejectionOf(scene.auth.login({ maxAge: 0 }))).toMatchObject({ code: 'storage_unavailable' })
    expect(await rejectionOf(scene.auth.login({ maxAge: -1 }))).toMatchObject({ code: 'invalid_option' })
    expect(scene.auth.getState()).toBe(state)
    expect(heard).toHaveLength(2)
    await expect(scene.auth.getAccessToken()).resolves.toMatch(/^SENTINEL/)
  })

  it('names the page’s origin, and ways out, where WebCrypto is withheld (pain 50)', async () => {
    const { auth, platform } = await createScene({ href: 'http://192.168.1.7:5173/' })
    platform.setSecure(false)
    const { message } = await rejectionOf(auth.login())
    expect(message).toContain('http://192.168.1.7:5173')
    expect(message).toMatch(/https.*localhost.*tunnel/)
  })

  it.each<[string, unknown]>([
    ['an unknown option', { redirectUri: '/x' }],
    ['a protected parameter', { params: { state: 'x' } }],
    ['a scope without openid', { scope: 'profile' }],
    ['a scope that is no text', { scope: 7 }],
    ['a silent sign-in that must ask', { prompt: 'none', maxAge: 0 }],
    ['an empty list', { acrValues: [] }],
  ])('touches nothing for %s', async (_, options) => {
    const scene = await createScene()
    const error = await rejectionOf(scene.auth.login(options as LoginOptions))
    expect(error).toMatchObject({ name: 'ConfigurationError', code: 'invalid_option' })
    expect(scene.platform.visited).toEqual([])
    expect(scene.platform.stored.size).toBe(0)
    expect(scene.provider.seen).toEqual([])
  })

  it('names both origins where the redirect URI is not on this one', async () => {
    const scene = await createScene({ options: { redirectUri: 'https://www.app.example/callback' } })
    const error = await rejectionOf(scene.auth.login())
    expect(error).toMatchObject({ code: 'invalid_option' })
    expect(error.message).toMatch(/https:\/\/app\.example, .* https:\/\/www\.app\.example /)
    expect(scene.platform.visited).toEqual([])
  })

  it('gives an error of ours on a page without an origin', async () => {
    const scene = await createScene({ href: 'file:///index.html' })
    expect(scene.auth.getState()).toEqual({ status: 'unauthenticated', reason: 'no_session' })
    expect(isAuthError(await rejectionOf(scene.auth.login()))).toBe(true)
  })
})

describe('what a handler passes to login()', () => {
  /** As React makes them: a constructor of its own, with the browser's event inside. */
  function SyntheticEvent(this: Record<string, unknown>): void {
    this.nativeEvent = new Event('click')
    this.type = 'click'
    this.prompt = 'none'
  }
  const Synthetic = SyntheticEvent as unknown as new () => object

  it.each<[string, unknown]>([
    ['a browser’s event', new Event('click')],
    ['React’s event', new Synthetic()],
    ['null', null],
    ['text', 'x'],
    ['a number', 7],
    ['a list', [{ prompt: 'none' }]],
  ])('is no options where it is %s (pain 56)', async (_, value) => {
    const scene = await createScene({ href: 'https://app.example/orders' })
    await scene.auth.login(value as LoginOptions)
    expect([...destinationOf(scene).searchParams.keys()].sort()).toEqual([
      'client_id',
      'code_challenge',
      'code_challenge_method',
      'nonce',
      'redirect_uri',
      'response_type',
      'scope',
      'state',
    ])
    const back = await nextPage(scene, answerTo(scene))
    await expect(back.auth.handleCallback()).resolves.toMatchObject({ returnTo: '/orders' })
  })
})

describe('login() and a sign-out', () => {
  it('is refused while the page is being left to sign out (pain 16)', async () => {
    const scene = await createSignedInScene()
    const { goOn } = holdUp(scene, '/revoke')
    const leaving = scene.auth.logout()
    const prepared = vi.spyOn(scene.platform.random, 'bytes')
    expect(await rejectionOf(scene.auth.login())).toMatchObject({ code: 'signing_out' })
    expect(prepared).not.toHaveBeenCalled()
    goOn()
    await expect(leaving).resolves.toMatchObject({ provider: 'redirected' })
    expect(await rejectionOf(scene.auth.login())).toMatchObject({ code: 'signing_out' })
    expect(scene.platform.visited.map((url) => new URL(url).pathname)).toEqual(['/logout'])
    expect(signInsIn(scene).filter((key) => scene.platform.stored.get(key)?.includes('"signIn"'))).toEqual([])
  })

  it('does not go after all where somebody has signed out here while it was being prepared', async () => {
    const scene = await createSignedInScene()
    for (const key of scene.platform.stored.keys()) {
      if (key.endsWith('.metadata')) scene.platform.stored.delete(key)
    }
    const { auth, platform } = await nextPage(scene, 'https://app.example/')
    const held = holdUp(scene, '/.well-known/openid-configuration')
    const failed = rejectionOf(auth.login())
    await held.arrived
    await auth.logout({ local: true })
    held.goOn()
    expect(await failed).toMatchObject({ code: 'signing_out' })
    expect(platform.visited).toEqual([])
    expect(auth.getState()).toMatchObject({ status: 'unauthenticated' })
  })

  it('goes where somebody has signed out here before', async () => {
    const scene = await createSignedInScene()
    await scene.auth.logout({ local: true })
    expect(scene.auth.getState().reason).toBe('signed_out')
    await scene.auth.login()
    expect(destinationOf(scene).pathname).toBe('/auth')
  })

  it('does not go after all where a sign-out began while it was being prepared', async () => {
    const scene = await createSignedInScene()
    const failed = rejectionOf(scene.auth.login())
    const leaving = scene.auth.logout()
    expect(await failed).toMatchObject({ code: 'signing_out' })
    await leaving
    expect(scene.platform.visited.map((url) => new URL(url).pathname)).toEqual(['/logout'])
    expect(scene.auth.getState()).toMatchObject({ status: 'redirecting', to: 'logout' })
  })
})
