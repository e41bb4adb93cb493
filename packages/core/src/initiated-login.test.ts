import { describe, expect, it } from 'vitest'
import { createFakeApp, sameSite } from '../test/fake-app.ts'
import { refusedReturnTo } from '../test/hostile-return-to.ts'
import { answerTo, cutOff, destinationOf, nextPage, rejectionOf } from '../test/pages.ts'
import { createScene, createSignedInScene, type Scene } from '../test/signed-in.ts'
import { createAuthClient, isAuthError } from './index.ts'

const iss = 'https://id.example'

/** What a third party's link leads to. */
const link = (query: Record<string, string> = {}): string =>
  `https://app.example/start?${new URLSearchParams({ iss, ...query })}`

/** Everything that listeners of `error` hear: of what, and what was being done. */
function errorsOf({ auth }: Scene): unknown[] {
  const heard: unknown[] = []
  auth.on('error', ({ error, during }) => heard.push(`${during}: ${error.code}`))
  return heard
}

describe('a third party that wants somebody signed in (OpenID Connect Core 1.0 §4, AUTHZ-13)', () => {
  it('is answered on the page that it leads to, with its hint passed on', async () => {
    const href = link({
      login_hint: 'alice@example.com',
      target_link_uri: 'https://app.example/orders?page=2#top',
    })
    const scene = await createScene({ href })
    await expect(scene.auth.handleInitiateLogin()).resolves.toEqual({
      returnTo: '/orders?page=2#top',
      isLeaving: true,
    })
    expect(destinationOf(scene).searchParams.get('login_hint')).toBe('alice@example.com')
    const back = await nextPage(scene, answerTo(scene))
    await expect(back.auth.handleCallback()).resolves.toMatchObject({ returnTo: '/orders?page=2#top' })
    expect(back.auth.getState()).toMatchObject({ status: 'authenticated', user: { sub: 'alice' } })
  })

  it('ends at the front page where it does not say where', async () => {
    const scene = await createScene()
    const heard = errorsOf(scene)
    await expect(scene.auth.handleInitiateLogin(link())).resolves.toMatchObject({ returnTo: '/' })
    const back = await nextPage(scene, answerTo(scene))
    await expect(back.auth.handleCallback()).resolves.toMatchObject({ returnTo: '/' })
    expect(heard).toEqual([])
  })

  it.each(refusedReturnTo.filter((target) => typeof target === 'string').map((target) => [target]))(
    'cannot lead out of the app by %j (RFC 9700 §4.11.1)',
    async (target) => {
      const scene = await createScene()
      const heard = errorsOf(scene)
      const answered = scene.auth.handleInitiateLogin(link({ target_link_uri: target }))
      await expect(answered).resolves.toEqual({ returnTo: '/', isLeaving: true })
      expect(heard).toEqual(['login: invalid_login_request'])
      const back = await nextPage(scene, answerTo(scene))
      await expect(back.auth.handleCallback()).resolves.toMatchObject({ returnTo: '/' })
    },
  )

  it.each([
    ['another issuer', link({ iss: 'https://evil.example' }), 'issuer_mismatch'],
    ['the issuer with a slash more', link({ iss: `${iss}/` }), 'issuer_mismatch'],
    ['the issuer in other letters', link({ iss: 'https://ID.example' }), 'issuer_mismatch'],
    ['no issuer', 'https://app.example/start', 'invalid_login_request'],
    ['two issuers', `${link()}&iss=https%3A%2F%2Fevil.example`, 'invalid_login_request'],
    ['two targets', `${link({ target_link_uri: '/a' })}&target_link_uri=%2Fb`, 'invalid_login_request'],
    ['two hints', `${link({ login_hint: 'a' })}&login_hint=b`, 'invalid_login_request'],
    ['no URL', 'https://', 'invalid_login_request'],
  ])('is not answered where it names %s', async (_, url, code) => {
    const scene = await createScene()
    const before = scene.auth.getState()
    const error = await rejectionOf(scene.auth.handleInitiateLogin(url))
    expect(error).toMatchObject({ name: 'ProtocolError', code })
    expect(String(error)).not.toContain('evil')
    expect(scene.auth.getState()).toBe(before)
    expect([scene.platform.visited, scene.provider.seen]).toEqual([[], []])
  })

  it('is not answered in a frame, whoever is signed in', async () => {
    const scene = await createSignedInScene()
    scene.platform.setFramed(true)
    expect(await rejectionOf(scene.auth.handleInitiateLogin(link()))).toMatchObject({
      code: 'invalid_login_request',
    })
  })

  it('is not answered by a client that has no issuer', async () => {
    const { platform } = await createScene()
    const auth = createAuthClient({
      clientId: 'app',
      redirectUri: '/callback',
      endpoints: { authorization: `${iss}/auth`, token: `${iss}/token` },
      platform,
    })
    expect(await rejectionOf(auth.handleInitiateLogin(link()))).toMatchObject({
      code: 'invalid_login_request',
    })
  })

  it('does not replace whoever is signed in, whatever hint it gives', async () => {
    const scene = await createSignedInScene()
    const before = scene.auth.getState()
    const answered = scene.auth.handleInitiateLogin(
      link({ login_hint: 'mallory', target_link_uri: '/orders' }),
    )
    await expect(answered).resolves.toEqual({ returnTo: '/orders', isLeaving: false })
    expect(scene.auth.getState()).toBe(before)
    expect(scene.platform.visited).toEqual([])
  })

  it('is answered at most twice without a gesture: it cannot keep a page going round', async () => {
    let scene = await createScene({ href: link() })
    for (const isLeaving of [true, true]) {
      await expect(scene.auth.handleInitiateLogin()).resolves.toMatchObject({ isLeaving })
      scene = await nextPage(scene, link())
    }
    const heard = errorsOf(scene)
    expect(await rejectionOf(scene.auth.handleInitiateLogin())).toMatchObject({ code: 'login_loop' })
    expect(heard).toEqual(['login: login_loop'])
    expect(scene.auth.getState()).toMatchObject({ reason: 'sign_in_failed', error: { code: 'login_loop' } })
    expect(scene.platform.visited).toEqual([])
  })

  it('leaves the page for nobody whose session could not be looked for: it may be there', async () => {
    const app = await createFakeApp(sameSite)
    app.browser.removeChannels()
    const before = await app.signIn()
    before.close()
    const { auth, platform, start } = app.open({ stored: before.platform.stored })
    platform.setOnline(false)
    start()
    const url = `https://example.com/start?iss=${encodeURIComponent(app.provider.issuer)}`
    const error = await rejectionOf(auth.handleInitiateLogin(url))
    expect(auth.getState()).toMatchObject({ reason: 'restore_failed', error })
    expect(platform.visited).toEqual([])
  })

  it('says why where the provider cannot be reached', async () => {
    const scene = await createScene()
    cutOff(scene)
    const error = await rejectionOf(scene.auth.handleInitiateLogin(link()))
    expect(isAuthError(error) && error.name).toBe('NetworkError')
    expect(scene.auth.getState()).toMatchObject({ reason: 'sign_in_failed', error })
  })
})
