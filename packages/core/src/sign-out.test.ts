import { describe, expect, it, vi } from 'vitest'
import { createFakeApp } from '../test/fake-app.ts'
import { createFakePlatform, settle } from '../test/fake-platform.ts'
import { createFakeProvider } from '../test/fake-provider.ts'
import { refusedReturnTo } from '../test/hostile-return-to.ts'
import { answerTo, cutOff, destinationOf, holdUp, nextPage, rejectionOf } from '../test/pages.ts'
import {
  createScene,
  createSignedInScene,
  type Scene,
  type SceneOptions,
  sceneOf,
} from '../test/signed-in.ts'
import { until } from '../test/until.ts'
import type { LogoutOptions } from './index.ts'
import type { Binding } from './protocol/binding.ts'

const signedOut = { status: 'unauthenticated', reason: 'signed_out' }

/** Where the page was sent. */
const paths = ({ platform }: Scene): string[] => platform.visited.map((url) => new URL(url).pathname)

/** Tokens that the provider was told to forget. */
const revoked = ({ provider }: Scene): (string | null)[] =>
  provider.seen.flatMap(({ path, form }) => (path === '/revoke' ? [form.get('token')] : []))

/** Alice on a page of a client with these options. */
async function createSignedIn(options: SceneOptions['options']): Promise<Scene> {
  const left = await createScene(options ? { options } : {})
  await left.auth.login()
  const scene = await nextPage(left, answerTo(left), options)
  await scene.auth.handleCallback()
  return scene
}

describe('signing out', () => {
  it('has dropped the tokens before anything is awaited (OUT-03)', async () => {
    const scene = await createSignedInScene()
    holdUp(scene, '/revoke')
    const identities: unknown[] = []
    scene.auth.on('identity', ({ previous, current }) => identities.push([previous?.sub, current]))
    scene.auth.logout()
    expect(scene.auth.getState()).toEqual({ status: 'redirecting', reason: 'requested', to: 'logout' })
    expect(identities).toEqual([['alice', undefined]])
    expect(scene.auth.explain().session).toBeUndefined()
    expect(await rejectionOf(scene.auth.getAccessToken())).toMatchObject({ code: 'not_signed_in' })
  })

  it('revokes the refresh token, and only then goes to the provider', async () => {
    const scene = await createSignedInScene()
    const { arrived, goOn } = holdUp(scene, '/revoke')
    const leaving = scene.auth.logout()
    await arrived
    expect(scene.provider.count('/revoke')).toBe(1)
    expect(paths(scene)).toEqual([])
    goOn()
    await expect(leaving).resolves.toEqual({ provider: 'redirected', isRevoked: true, error: undefined })
    expect(paths(scene)).toEqual(['/logout'])
    const { form, init } = scene.provider.seen.find(({ path }) => path === '/revoke') ?? {}
    expect(Object.fromEntries(form ?? [])).toEqual({
      client_id: 'app',
      token: expect.stringMatching(/^SENTINEL-refresh-token/),
      token_type_hint: 'refresh_token',
    })
    expect(init?.keepalive).toBe(true)
  })

  it('tells the provider who it was, who asks and where to go afterwards (OUT-01)', async () => {
    const scene = await createSignedInScene()
    const idToken = scene.provider.secrets.find((secret) => secret.split('.').length === 3)
    await scene.auth.logout()
    expect(destinationOf(scene).origin).toBe('https://id.example')
    expect(Object.fromEntries(destinationOf(scene).searchParams)).toEqual({
      id_token_hint: idToken,
      client_id: 'app',
      post_logout_redirect_uri: 'https://app.example/',
    })
  })

  it('goes to the provider too where nobody is signed in here', async () => {
    const scene = await createScene()
    await expect(scene.auth.logout()).resolves.toMatchObject({ provider: 'redirected', isRevoked: false })
    expect(Object.fromEntries(destinationOf(scene).searchParams)).toEqual({
      client_id: 'app',
      post_logout_redirect_uri: 'https://app.example/',
    })
    expect(revoked(scene)).toEqual([])
  })

  it('leaves no timer and no token behind', async () => {
    const scene = await createSignedInScene()
    const stop = scene.auth.start()
    expect(scene.platform.timerCount()).toBe(1)
    await scene.auth.logout()
    expect(scene.platform.timerCount()).toBe(0)
    await scene.platform.advance(600_000)
    expect(scene.provider.count('/token')).toBe(1)
    stop()
  })

  it('is done once, however often it is asked for', async () => {
    const scene = await createSignedInScene()
    const results = await Promise.all([scene.auth.logout(), scene.auth.logout(), scene.auth.logout()])
    expect(new Set(results).size).toBe(1)
    expect(paths(scene)).toEqual(['/logout'])
    expect(revoked(scene)).toHaveLength(1)
  })
})

describe('a second sign-out', () => {
  it('does not set out again, without the ID token, while the page is being left', async () => {
    const scene = await createSignedInScene()
    const first = await scene.auth.logout()
    expect(await scene.auth.logout()).toBe(first)
    expect(paths(scene)).toEqual(['/logout'])
  })

  it('sets out again once the page has come back', async () => {
    const scene = await createSignedInScene()
    scene.auth.start()
    await scene.auth.logout()
    scene.platform.wake('restored')
    await scene.auth.logout()
    expect(paths(scene)).toEqual(['/logout', '/logout'])
  })
})

describe('one more sign-out', () => {
  it('sets out again where the person has stopped the navigation', async () => {
    const scene = await createSignedInScene()
    await scene.auth.logout()
    await scene.platform.advance(9_999)
    await scene.auth.logout()
    expect(paths(scene)).toEqual(['/logout'])
    await scene.platform.advance(1)
    await scene.auth.logout()
    expect(paths(scene)).toEqual(['/logout', '/logout'])
  })

  it('goes to the provider where the one before was here only', async () => {
    const scene = await createSignedInScene()
    await scene.auth.logout({ local: true })
    await expect(scene.auth.logout()).resolves.toMatchObject({ provider: 'redirected' })
    expect(paths(scene)).toEqual(['/logout'])
  })

  it('sets out where the browser would not, the first time', async () => {
    const provider = await createFakeProvider()
    const platform = createFakePlatform({ fetch: provider.fetch })
    let isRefused = true
    const assign = (url: string): void => {
      if (isRefused) throw new DOMException('Not here.', 'SecurityError')
      platform.navigation.assign(url)
    }
    const navigation = { ...platform.navigation, assign }
    const scene = sceneOf(provider, { ...platform, navigation }, undefined)
    await expect(scene.auth.logout()).resolves.toMatchObject({ provider: 'local' })
    isRefused = false
    await scene.auth.logout()
    expect(paths(scene)).toEqual(['/logout'])
  })

  it('is of whoever has signed in while the provider is being told of the one before', async () => {
    const app = await createFakeApp()
    const tab = await app.signIn()
    const { arrived, goOn } = holdUp(tab, '/revoke')
    const first = tab.auth.logout({ local: true })
    await arrived
    app.provider.claims = { sub: 'bob' }
    await app.signIn()
    await until(() => tab.auth.getState().user?.sub === 'bob')
    const second = tab.auth.logout()
    expect(tab.auth.getState()).toMatchObject({ status: 'redirecting', to: 'logout' })
    goOn()
    await first
    const third = tab.auth.logout()
    expect([await first, await second, await third].map(({ provider }) => provider)).toEqual([
      'local',
      'redirected',
      'redirected',
    ])
    expect(paths(tab)).toEqual(['/logout'])
  })
})

describe('where a sign-out leads to', () => {
  const landing = (scene: Scene): string | null =>
    destinationOf(scene).searchParams.get('post_logout_redirect_uri')

  it('is what was asked for', async () => {
    const scene = await createSignedInScene()
    await scene.auth.logout({ returnTo: '/bye?x=%20#y' })
    expect(landing(scene)).toBe('https://app.example/bye?x=%20#y')
  })

  it('is what the client was configured with, otherwise', async () => {
    const scene = await createSignedIn({ postLogoutRedirectUri: 'https://www.example/bye' })
    await scene.auth.logout({ returnTo: undefined })
    expect(landing(scene)).toBe('https://www.example/bye')
  })

  it('is the default for every hostile address, which keeps nobody signed in', async () => {
    const { provider } = await createScene()
    for (const value of refusedReturnTo) {
      const scene = await createScene({ provider })
      await scene.auth.logout({ returnTo: value as string })
      expect(landing(scene)).toBe('https://app.example/')
    }
  })

  it.each<[string, unknown]>([
    ['a browser’s event', new Event('click')],
    ['null', null],
    ['a list', [{ local: true }]],
  ])('is the default where a handler passes %s (pain 56)', async (_, value) => {
    const scene = await createSignedInScene()
    await expect(scene.auth.logout(value as LogoutOptions)).resolves.toMatchObject({ provider: 'redirected' })
    expect(landing(scene)).toBe('https://app.example/')
  })
})

describe('signing out here only', () => {
  it('revokes, stays, and says so', async () => {
    const scene = await createSignedInScene()
    const reasons: string[] = []
    scene.auth.on('state', ({ state }) => reasons.push(state.reason))
    const leaving = scene.auth.logout({ local: true })
    expect(scene.auth.getState()).toEqual(signedOut)
    await expect(leaving).resolves.toEqual({ provider: 'local', isRevoked: true, error: undefined })
    expect(scene.auth.getState()).toEqual(signedOut)
    expect(reasons).toEqual(['signed_out'])
    expect(paths(scene)).toEqual([])
    expect(revoked(scene)).toHaveLength(1)
  })

  it('tells the provider nothing where it is not to revoke, with or without a network', async () => {
    for (const isOnline of [true, false]) {
      const scene = await createSignedInScene()
      scene.platform.setOnline(isOnline)
      const before = scene.provider.seen.length
      const result = await scene.auth.logout({ local: true, revoke: false })
      expect(result).toEqual({ provider: 'local', isRevoked: false, error: undefined })
      expect([scene.auth.getState(), scene.provider.seen.length]).toEqual([signedOut, before])
    }
  })

  it('revokes where it is not local, whatever else is asked for', async () => {
    const scene = await createSignedInScene()
    await scene.auth.logout({ revoke: false })
    expect(revoked(scene)).toHaveLength(1)
  })

  it('is done where the provider cannot be told, with the reason', async () => {
    const scene = await createSignedInScene()
    cutOff(scene)
    await expect(scene.auth.logout({ local: true })).resolves.toMatchObject({
      provider: 'local',
      isRevoked: false,
      error: { code: 'network_failed' },
    })
    expect(scene.auth.getState()).toEqual(signedOut)
  })

  it('is not undone by a guard, on this page or the next (OUT-06)', async () => {
    const scene = await createSignedInScene()
    await scene.auth.logout({ local: true })
    await expect(scene.auth.requireSession()).resolves.toEqual(signedOut)
    const reloaded = await nextPage(scene, 'https://app.example/orders')
    expect(reloaded.auth.getState()).toEqual(signedOut)
    await expect(reloaded.auth.requireSession()).resolves.toEqual(signedOut)
    expect(paths(scene)).toEqual([])
    expect(paths(reloaded)).toEqual([])
  })

  it('is not undone by a guard where the page is reloaded before the provider answered', async () => {
    const scene = await createSignedInScene()
    holdUp(scene, '/revoke')
    scene.auth.logout({ local: true })
    const reloaded = await nextPage(scene, 'https://app.example/orders')
    await expect(reloaded.auth.requireSession()).resolves.toEqual(signedOut)
    expect(paths(reloaded)).toEqual([])
  })

  it('is not undone by a guard where the callback page was opened again in between', async () => {
    const scene = await createSignedInScene()
    await scene.auth.logout({ local: true })
    const bare = await nextPage(scene, 'https://app.example/callback')
    await bare.auth.handleCallback()
    expect((await bare.auth.requireSession()).status).toBe('unauthenticated')
    await scene.platform.advance(11 * 60_000)
    const later = await nextPage(scene, 'https://app.example/callback')
    await rejectionOf(later.auth.handleCallback())
    expect((await later.auth.requireSession()).status).toBe('unauthenticated')
    expect([...paths(bare), ...paths(later)]).toEqual([])
  })

  it('is not undone by a guard where somebody is signed out as soon as it is known who they are', async () => {
    const left = await createScene()
    await left.auth.login()
    const scene = await nextPage(left, answerTo(left))
    scene.auth.on('identity', ({ current }) => {
      if (current) scene.auth.logout({ local: true })
    })
    await scene.auth.handleCallback()
    expect(scene.auth.getState()).toEqual(signedOut)
    const next = await nextPage(scene, 'https://app.example/orders')
    expect(await next.auth.requireSession()).toEqual(signedOut)
    expect(paths(next)).toEqual([])
  })

  it('ends when the person signs in again: from then on guards work as before', async () => {
    const scene = await createSignedInScene()
    await scene.auth.logout({ local: true })
    await scene.auth.login()
    const back = await nextPage(scene, answerTo(scene))
    await back.auth.handleCallback()
    const reloaded = await nextPage(back, 'https://app.example/orders')
    expect(reloaded.auth.getState()).toEqual({ status: 'unauthenticated', reason: 'no_session' })
    await reloaded.auth.requireSession()
    expect(paths(reloaded)).toEqual(['/auth'])
  })

  it('is not noted after all where the person signs in while the provider is being told', async () => {
    const scene = await createSignedInScene()
    const { goOn } = holdUp(scene, '/revoke')
    const leaving = scene.auth.logout({ local: true })
    await scene.auth.login()
    goOn()
    await leaving
    const back = await nextPage(scene, answerTo(scene))
    await back.auth.handleCallback()
    const reloaded = await nextPage(back, 'https://app.example/orders')
    await reloaded.auth.requireSession()
    expect(paths(reloaded)).toEqual(['/auth'])
  })
})

describe('a page that cannot load what it takes to sign out', () => {
  /** Its code is gone: a release has taken it away. */
  const gone: Binding = {
    kind: 'dpop',
    required: true,
    open() {
      throw new TypeError('Failed to fetch dynamically imported module')
    },
  }

  it('is signed out, and so is every other tab', async () => {
    const app = await createFakeApp()
    const other = await app.signIn()
    const tab = app.open({ options: { binding: gone } })
    const error = expect.objectContaining({ code: 'code_not_loaded' })
    expect(await tab.auth.logout()).toEqual({ provider: 'local', isRevoked: false, error })
    expect(tab.auth.getState()).toEqual({ ...signedOut, error })
    await until(() => other.auth.getState().status === 'unauthenticated')
    expect(other.auth.getState()).toEqual({ ...signedOut, reason: 'signed_out_elsewhere' })
    expect(await rejectionOf(other.auth.getAccessToken())).toMatchObject({ code: 'not_signed_in' })
  })

  it('does not sign the person straight back in when it is loaded anew, nor where nobody was signed in (OUT-06)', async () => {
    const app = await createFakeApp()
    ;(await app.signIn()).close()
    for (let round = 0; round < 2; round++) {
      const tab = app.open({ options: { binding: gone } })
      await tab.auth.logout()
      const next = app.open({ stored: tab.platform.stored })
      expect(await next.auth.requireSession()).toEqual(signedOut)
      expect(next.platform.visited).toEqual([])
    }
    expect(app.count('signed_out')).toBe(1)
  })

  it('is signed out where nothing can be stored', async () => {
    const scene = await createScene({ options: { binding: gone } })
    scene.platform.blockStorage()
    await scene.auth.logout()
    expect(scene.auth.getState()).toMatchObject(signedOut)
  })
})

describe('a provider that does not do its part', () => {
  it('has nowhere to sign out: here only, and nothing went wrong', async () => {
    const { provider } = await createScene()
    delete provider.metadata.end_session_endpoint
    const scene = await createSignedInScene({ provider })
    await expect(scene.auth.logout()).resolves.toEqual({
      provider: 'local',
      isRevoked: true,
      error: undefined,
    })
    expect(scene.auth.getState()).toEqual(signedOut)
    expect(paths(scene)).toEqual([])
    const reloaded = await nextPage(scene, 'https://app.example/orders')
    await reloaded.auth.requireSession()
    expect(paths(reloaded)).toEqual([])
  })

  it('has nowhere to revoke: it is gone to all the same', async () => {
    const { provider } = await createScene()
    delete provider.metadata.revocation_endpoint
    const scene = await createSignedInScene({ provider })
    await expect(scene.auth.logout()).resolves.toMatchObject({ provider: 'redirected', isRevoked: false })
  })

  it('is down: here only, with the reason in the result, the state and an event', async () => {
    const scene = await createSignedInScene()
    const heard: unknown[] = []
    scene.auth.on('error', (event) => heard.push(event))
    cutOff(scene)
    const result = await scene.auth.logout()
    expect(result).toMatchObject({ provider: 'local', isRevoked: false, error: { code: 'network_failed' } })
    expect(scene.auth.getState()).toEqual({ ...signedOut, error: result.error })
    expect(heard).toEqual([{ error: result.error, during: 'logout' }])
    expect(paths(scene)).toEqual([])
    expect(await rejectionOf(scene.auth.getAccessToken())).toMatchObject({ code: 'not_signed_in' })
  })

  it('is down, which is told once, however often somebody signs out meanwhile', async () => {
    const scene = await createSignedInScene()
    const heard: unknown[] = []
    scene.auth.on('error', (event) => heard.push(event))
    cutOff(scene)
    await Promise.all([scene.auth.logout(), scene.auth.logout()])
    expect(heard).toHaveLength(1)
  })

  it('cannot be asked to revoke from here (CORS), and is there: it is gone to', async () => {
    const scene = await createSignedInScene()
    scene.provider.onRequest = ({ path }) =>
      path === '/revoke' ? Promise.reject(new TypeError('Failed to fetch')) : undefined
    await expect(scene.auth.logout()).resolves.toMatchObject({
      provider: 'redirected',
      isRevoked: false,
      error: { code: 'network_failed' },
    })
    expect(paths(scene)).toEqual(['/logout'])
  })

  it.each([
    [503, false],
    [429, false],
    [400, true],
    [401, true],
    [404, true],
    [200, true],
  ])('answers a revocation with %i: it is gone to', async (status, isRevoked) => {
    const scene = await createSignedInScene()
    scene.provider.onRequest = ({ path }) => (path === '/revoke' ? new Response('', { status }) : undefined)
    await expect(scene.auth.logout()).resolves.toMatchObject({
      provider: 'redirected',
      isRevoked,
      ...(!isRevoked && { error: { code: 'server_unavailable' } }),
    })
  })

  it('never answers a revocation, and is there: it is gone to within three seconds', async () => {
    const scene = await createSignedInScene()
    const request = holdUp(scene, '/revoke')
    const leaving = scene.auth.logout()
    await request.arrived
    await scene.platform.advance(2_999)
    expect(paths(scene)).toEqual([])
    await scene.platform.advance(1)
    await expect(leaving).resolves.toMatchObject({ provider: 'redirected', error: { code: 'timeout' } })
    expect(scene.platform.timerCount()).toBe(0)
  })

  it('never answers anything: here only, within six seconds', async () => {
    const scene = await createSignedInScene()
    const request = holdUp(scene)
    const leaving = scene.auth.logout()
    await request.arrived
    await scene.platform.advance(6_000)
    await expect(leaving).resolves.toMatchObject({ provider: 'local', error: { code: 'timeout' } })
    expect(scene.auth.getState()).toMatchObject(signedOut)
    expect(scene.platform.timerCount()).toBe(0)
  })

  it('cannot be reached offline: here only, and nothing is tried', async () => {
    const scene = await createSignedInScene()
    scene.platform.setOnline(false)
    const requests = scene.provider.seen.length
    await expect(scene.auth.logout()).resolves.toMatchObject({
      provider: 'local',
      isRevoked: false,
      error: { code: 'network_failed' },
    })
    expect(scene.provider.seen).toHaveLength(requests)
    expect(scene.auth.getState()).toMatchObject(signedOut)
  })

  it('signs out by http: here only, with the reason', async () => {
    const { provider } = await createScene()
    provider.metadata.end_session_endpoint = 'http://id.example/logout'
    const scene = await createSignedInScene({ provider })
    await expect(scene.auth.logout()).resolves.toMatchObject({
      provider: 'local',
      error: { code: 'insecure_endpoint' },
    })
  })
})

describe('what is under way when somebody signs out', () => {
  it('is a refresh, whose tokens are thrown away and revoked', async () => {
    const scene = await createSignedInScene()
    await scene.platform.advance(301_000)
    const { arrived, goOn } = holdUp(scene, '/token')
    const late = rejectionOf(scene.auth.getAccessToken())
    await arrived
    const result = await scene.auth.logout()
    goOn()
    expect(await late).toMatchObject({ code: 'not_signed_in' })
    await settle()
    expect(result.provider).toBe('redirected')
    expect(revoked(scene)).toEqual(
      scene.provider.secrets.filter((secret) => secret.includes('refresh-token')),
    )
    expect(revoked(scene)).toHaveLength(2)
    expect(scene.auth.getState()).toMatchObject({ status: 'redirecting', to: 'logout' })
    expect(await rejectionOf(scene.auth.getAccessToken())).toMatchObject({ code: 'not_signed_in' })
  })

  it.each([{}, { local: true }])(
    'is a sign-in, whose tokens are thrown away and revoked: %j',
    async (how) => {
      const left = await createScene()
      await left.auth.login()
      const scene = await nextPage(left, answerTo(left))
      const { arrived, goOn } = holdUp(scene, '/token')
      const late = rejectionOf(scene.auth.handleCallback())
      await arrived
      await scene.auth.logout(how)
      goOn()
      expect(await late).toMatchObject({ code: 'not_signed_in' })
      await settle()
      expect(revoked(scene)).toHaveLength(1)
      expect(scene.auth.getState().status).not.toBe('authenticated')
      expect(await rejectionOf(scene.auth.getAccessToken())).toMatchObject({ code: 'not_signed_in' })
    },
  )

  it('is a guard, which does not sign in against it (pain 16)', async () => {
    const scene = await createSignedInScene()
    const { goOn } = holdUp(scene, '/revoke')
    const leaving = scene.auth.logout()
    await expect(scene.auth.requireSession()).resolves.toMatchObject({ status: 'redirecting', to: 'logout' })
    goOn()
    await leaving
    await scene.auth.requireSession()
    expect(paths(scene)).toEqual(['/logout'])
  })
})

describe('a page that comes back after a sign-out (OUT-09)', () => {
  it('is signed out, shows nobody, and can be signed in again', async () => {
    const scene = await createSignedInScene()
    scene.auth.start()
    await scene.auth.logout()
    const users = vi.fn()
    scene.auth.subscribe(() => users(scene.auth.getState().user))
    scene.platform.wake('restored')
    expect(scene.auth.getState()).toEqual(signedOut)
    expect(users.mock.calls).toEqual([[undefined]])
    await scene.auth.requireSession()
    expect(paths(scene)).toEqual(['/logout'])
    await scene.auth.login()
    expect(paths(scene)).toEqual(['/logout', '/auth'])
  })
})
