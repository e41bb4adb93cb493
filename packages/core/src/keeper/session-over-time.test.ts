import { describe, expect, it } from 'vitest'
import { settle } from '../../test/fake-platform.ts'
import { json } from '../../test/fake-provider.ts'
import { createScene, createSignedInScene, type Scene } from '../../test/signed-in.ts'

const hourMs = 3_600_000

/** The refresh tokens that were sent, in order. */
const sentRefreshTokens = ({ provider }: Scene): (string | null)[] =>
  provider.seen
    .filter(({ form }) => form.get('grant_type') === 'refresh_token')
    .map(({ form }) => form.get('refresh_token'))

/** Answers every refresh with this alone, as a provider that neither rotates nor repeats. */
function answerRefreshes(scene: Scene, body: Record<string, unknown> = {}): void {
  let serial = 0
  scene.provider.onRequest = ({ path, form }) =>
    path === '/token' && form.has('refresh_token')
      ? json(200, { access_token: `bare-${++serial}`, token_type: 'Bearer', expires_in: 300, ...body })
      : undefined
}

/** Has the provider tell the true time, while the device's clock is set this far off. */
function setClockOff({ provider, platform }: Scene, offMs: number): void {
  provider.now = () => (platform.clock.now().epochMs - offMs) / 1000
  platform.setWallClock(platform.clock.now().epochMs + offMs)
}

describe('a session through many refreshes', () => {
  it('sends each time the newest refresh token, and no other (RFC 9700 §4.14.2)', async () => {
    const scene = await createSignedInScene()
    for (let round = 0; round < 5; round++) {
      await scene.platform.advance(300_000)
      await scene.auth.getAccessToken()
    }
    const sent = sentRefreshTokens(scene)
    expect(sent).toHaveLength(5)
    expect(new Set(sent).size).toBe(5)
  })

  it('goes on with the first refresh token where the provider gives no other (RFC 6749 §6)', async () => {
    const scene = await createSignedInScene()
    answerRefreshes(scene)
    for (let round = 1; round <= 5; round++) {
      await scene.platform.advance(300_000)
      expect(await scene.auth.getAccessToken()).toBe(`bare-${round}`)
    }
    expect(sentRefreshTokens(scene)).toHaveLength(5)
    expect(new Set(sentRefreshTokens(scene)).size).toBe(1)
  })

  it('keeps person, scope and refresh token where a refresh brings an access token alone', async () => {
    const scene = await createSignedInScene()
    const before = scene.auth.explain().session
    const state = scene.auth.getState()
    answerRefreshes(scene)
    await scene.auth.getAccessToken({ forceRefresh: true })
    expect(scene.auth.getState()).toBe(state)
    expect(scene.auth.explain().session).toEqual({
      ...before,
      accessTokenExpiresAt: scene.platform.clock.now().epochMs + 300_000,
    })
  })

  it.each([
    ['the ID token of the sign-in where no other came', true],
    ['the newest ID token', false],
  ])('signs out with %s (OpenID Connect RP-Initiated Logout 1.0 §2)', async (_what, isBare) => {
    const scene = await createSignedInScene()
    const idTokens = (): string[] => scene.provider.secrets.filter((secret) => secret.startsWith('ey'))
    const [first] = idTokens()
    if (isBare) answerRefreshes(scene)
    await scene.auth.getAccessToken({ forceRefresh: true })
    await scene.auth.logout()
    const hint = new URL(scene.platform.visited.at(-1) ?? '').searchParams.get('id_token_hint')
    expect(hint).toBe(isBare ? first : idTokens().at(-1))
  })

  it('records a narrower scope', async () => {
    const scene = await createSignedInScene()
    expect(scene.auth.explain().session?.scope).toBe('openid profile email')
    answerRefreshes(scene, { scope: 'openid' })
    await scene.auth.getAccessToken({ forceRefresh: true })
    expect(scene.auth.explain().session?.scope).toBe('openid')
  })

  it.each([
    ['takes the lifetime that comes', { expires_in: 60 }, 60_000],
    ['reads a lifetime that comes as text', { expires_in: '3600' }, 3_600_000],
    ['accepts a lifetime of zero', { expires_in: 0 }, 0],
  ])('%s', async (_what, body, lifetimeMs) => {
    const scene = await createSignedInScene()
    answerRefreshes(scene, body)
    await scene.auth.getAccessToken({ forceRefresh: true })
    const { epochMs } = scene.platform.clock.now()
    expect(scene.auth.explain().session?.accessTokenExpiresAt).toBe(epochMs + lifetimeMs)
  })

  it('uses a token whose lifetime does not come until it is told otherwise', async () => {
    const scene = await createSignedInScene()
    const stop = scene.auth.start()
    answerRefreshes(scene, { expires_in: undefined })
    await scene.auth.getAccessToken({ forceRefresh: true })
    expect(scene.auth.explain().session?.accessTokenExpiresAt).toBeUndefined()
    expect(scene.platform.timerCount()).toBe(0)
    await scene.platform.advance(48 * hourMs)
    expect(await scene.auth.getAccessToken()).toBe('bare-1')
    stop()
  })

  it('counts a lifetime from the start of the request, not from its answer', async () => {
    const scene = await createSignedInScene()
    const { epochMs } = scene.platform.clock.now()
    scene.provider.onRequest = ({ path }) =>
      path === '/token'
        ? new Promise((resolve) => {
            scene.platform.clock.setTimer(8000, () =>
              resolve(json(200, { access_token: 'slow', token_type: 'Bearer', expires_in: 300 })),
            )
          })
        : undefined
    const asked = scene.auth.getAccessToken({ forceRefresh: true })
    await scene.platform.advance(8000)
    expect(await asked).toBe('slow')
    expect(scene.auth.explain().session?.accessTokenExpiresAt).toBe(epochMs + 300_000)
  })
})

describe('the state through a refresh', () => {
  it('is not replaced where the person is described as before', async () => {
    const { auth, provider, platform } = await createSignedInScene()
    const state = auth.getState()
    let changes = 0
    let refreshes = 0
    auth.subscribe(() => {
      changes += 1
    })
    auth.on('refreshed', () => {
      refreshes += 1
    })
    for (let round = 0; round < 5; round++) {
      // What speaks of the token, such as "iat" and "exp", is another each time.
      await platform.advance(60_000)
      await auth.getAccessToken({ forceRefresh: true })
    }
    expect(provider.count('/token')).toBe(6)
    expect([changes, refreshes]).toEqual([0, 5])
    expect(auth.getState()).toBe(state)
  })

  it('is replaced once where the person is described anew, and that is no other person', async () => {
    const { auth, provider } = await createSignedInScene()
    const told: string[] = []
    auth.subscribe(() => told.push('change'))
    auth.on('identity', () => told.push('identity'))
    provider.claims = { name: 'Alice Liddell' }
    await auth.getAccessToken({ forceRefresh: true })
    await auth.getAccessToken({ forceRefresh: true })
    expect(told).toEqual(['change'])
    expect(auth.getState()).toMatchObject({
      reason: 'user_changed',
      user: { sub: 'alice', name: 'Alice Liddell' },
    })
  })

  it('stays through failures, offline hours and the return of the network', async () => {
    const { auth, provider, platform } = await createSignedInScene()
    const stop = auth.start()
    let changes = 0
    auth.subscribe(() => {
      changes += 1
    })
    platform.setOnline(false)
    await platform.advance(8 * hourMs)
    await expect(auth.getAccessToken()).rejects.toMatchObject({
      name: 'NetworkError',
      code: 'network_failed',
    })
    expect(provider.count('/token')).toBe(1)
    platform.setOnline(true)
    platform.wake('online')
    await settle()
    expect(provider.count('/token')).toBe(2)
    await expect(auth.getAccessToken()).resolves.toMatch(/^SENTINEL-access-token/)
    expect(changes).toBe(0)
    stop()
  })

  it('has an end where the token expires that no refresh token can renew', async () => {
    const scene = await createScene()
    scene.provider.onToken = ({ body }) => void Reflect.deleteProperty(Object(body), 'refresh_token')
    const { auth, platform } = await createSignedInScene({ provider: scene.provider })
    const stop = auth.start()
    await platform.advance(299_000)
    expect(auth.getState().status).toBe('authenticated')
    await platform.advance(1000)
    expect(auth.getState()).toMatchObject({
      status: 'unauthenticated',
      reason: 'session_expired',
      error: { name: 'SignInRequiredError', code: 'session_expired' },
    })
    expect(platform.timerCount()).toBe(0)
    stop()
  })
})

describe('a started client', () => {
  it('renews ahead of time, so that nobody waits', async () => {
    const { auth, provider, platform } = await createSignedInScene()
    const stop = auth.start()
    await platform.advance(250_000)
    expect(provider.count('/token')).toBe(2)
    stop()
    expect([platform.timerCount(), platform.listenerCount()]).toEqual([0, 0])
  })

  it('does not renew while the page is hidden, and does so once it is seen', async () => {
    const { auth, provider, platform } = await createSignedInScene()
    auth.start()
    platform.setVisible(false)
    await platform.advance(8 * hourMs)
    expect(provider.count('/token')).toBe(1)
    platform.setVisible(true)
    platform.wake('visible')
    await settle()
    expect(provider.count('/token')).toBe(2)
  })
})

describe('a device clock that is set after the sign-in', () => {
  it('one day back costs nothing', async () => {
    const scene = await createSignedInScene()
    setClockOff(scene, -24 * hourMs)
    for (let minute = 0; minute < 30; minute++) {
      await scene.platform.advance(60_000)
      expect(await scene.auth.getAccessToken()).toMatch(/^SENTINEL-access-token/)
    }
    expect(scene.provider.count('/token')).toBe(1 + 30 / 5)
    expect(scene.auth.getState().status).toBe('authenticated')
  })

  it('one day ahead makes no storm of requests', async () => {
    const scene = await createSignedInScene()
    scene.auth.start()
    setClockOff(scene, 24 * hourMs)
    for (let count = 0; count < 50; count++) await scene.auth.getAccessToken()
    expect(scene.provider.count('/token')).toBe(2)
  })

  it('one day ahead signs nobody out, and every call has its token', async () => {
    const scene = await createSignedInScene()
    setClockOff(scene, 24 * hourMs)
    for (let minute = 0; minute < 30; minute++) {
      await scene.platform.advance(60_000)
      expect(await scene.auth.getAccessToken()).toMatch(/^SENTINEL-access-token/)
    }
    expect(scene.provider.count('/token')).toBeLessThanOrEqual(2 + 30 / 5)
    expect(scene.auth.getState().status).toBe('authenticated')
  })

  it('by a sleep of 8 hours, which stopped the monotonic clock, has the next call refresh', async () => {
    const scene = await createSignedInScene()
    const before = await scene.auth.getAccessToken()
    scene.platform.setWallClock(scene.platform.clock.now().epochMs + 8 * hourMs)
    const after = await scene.auth.getAccessToken()
    expect(after).not.toBe(before)
    expect(scene.provider.count('/token')).toBe(2)
  })
})

describe('a sign-out while a refresh is under way', () => {
  it('wins: what the refresh brings is discarded and revoked', async () => {
    const scene = await createSignedInScene()
    const { auth, provider } = scene
    let release = (): void => undefined
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    provider.onToken = () => released
    const asked = auth.getAccessToken({ forceRefresh: true })
    await settle()
    await auth.logout({ local: true })
    release()
    await expect(asked).rejects.toMatchObject({ code: 'not_signed_in' })
    await settle()
    expect(auth.getState()).toMatchObject({ status: 'unauthenticated', reason: 'signed_out' })
    await expect(auth.getAccessToken()).rejects.toMatchObject({ name: 'SignInRequiredError' })
    const revoked = provider.seen
      .filter(({ path }) => path === '/revoke')
      .map(({ form }) => form.get('token'))
    const issued = provider.secrets.filter((secret) => secret.startsWith('SENTINEL-refresh-token'))
    expect(revoked).toEqual(issued)
  })
})

describe('the deadline of a refresh', () => {
  it('is the one that was asked for', async () => {
    const { provider, platform, auth } = await createScene()
    await auth.login()
    const options = {
      issuer: provider.issuer,
      clientId: 'app',
      redirectUri: '/callback',
      requestTimeoutSeconds: 3,
    }
    const href = provider.signIn(platform.visited.at(-1) ?? '')
    const scene = await createScene({ provider, href, stored: platform.stored, options })
    await scene.auth.handleCallback()
    provider.onRequest = ({ path }) => (path === '/token' ? new Promise(() => undefined) : undefined)
    let outcome: unknown = 'pending'
    scene.auth.getAccessToken({ forceRefresh: true }).catch((error: unknown) => {
      outcome = error
    })
    await scene.platform.advance(2999)
    expect(outcome).toBe('pending')
    await scene.platform.advance(1)
    expect(outcome).toMatchObject({ name: 'NetworkError', code: 'timeout' })
    expect(scene.auth.getState().status).toBe('authenticated')
  })
})
