import { describe, expect, it } from 'vitest'
import {
  createFakeApp,
  decided,
  type FakeApp,
  letNobodyAnswer,
  refusal,
  type Tab,
} from '../../test/fake-app.ts'
import { settle } from '../../test/fake-platform.ts'
import { demandPush } from '../../test/fake-provider.ts'
import { destinationOf, holdUp } from '../../test/pages.ts'
import { until } from '../../test/until.ts'

const byRedirect = { options: { restoreByRedirect: true } }
const place = 'https://app.example/orders?page=2#part'

/** A page that is loaded after a sign-in, with nobody to ask but the provider. */
async function reloaded(
  prepare: (tab: Tab) => void = () => undefined,
  setting = byRedirect,
): Promise<{ app: FakeApp; tab: Tab }> {
  const app = await createFakeApp(setting)
  app.browser.removeChannels()
  const before = await app.signIn({ href: place })
  before.close()
  const tab = app.open({ href: place, stored: before.platform.stored })
  prepare(tab)
  tab.start()
  return { app, tab }
}

/** The page is being left: where to. */
async function leaves(tab: Tab): Promise<URL> {
  await until(() => tab.platform.visited.length > 0)
  return destinationOf(tab)
}

/** The page that the provider sends the person back to. */
function comeBack(app: FakeApp, tab: Tab, url: string): Tab {
  return app.reload(tab, url)
}

function redirectReport({ auth }: Tab): unknown {
  return auth.explain().restore.find(({ rung }) => rung === 'redirect')
}

describe('the provider, asked by a redirect', () => {
  it('is asked without showing anything, in place of the page in the history', async () => {
    const used: string[] = []
    const { tab } = await reloaded(({ platform }) => {
      Object.assign(platform.navigation, {
        leave: (url: string) => {
          used.push('leave')
          platform.visited.push(url)
        },
      })
    })
    const { pathname, searchParams } = await leaves(tab)
    expect([pathname, searchParams.get('prompt'), used]).toEqual(['/auth', 'none', ['leave']])
    expect(searchParams.get('redirect_uri')).toBe('https://app.example/callback')
    expect(tab.auth.getState()).toEqual({ status: 'redirecting', reason: 'requested', to: 'login' })
    expect(redirectReport(tab)).toMatchObject({ outcome: 'leaving' })
  })

  it('is told beforehand what is asked, where it demands that (RFC 9126)', async () => {
    const app = await createFakeApp(byRedirect)
    demandPush(app.provider)
    app.browser.removeChannels()
    const tab = app.reload(await app.signIn({ href: place }))
    const asked = await leaves(tab)
    expect([...asked.searchParams.keys()]).toEqual(['client_id', 'request_uri'])
    expect(app.provider.seen.at(-1)?.form.get('prompt')).toBe('none')
    const back = comeBack(app, tab, app.provider.signIn(asked.href))
    await expect(back.auth.handleCallback()).resolves.toMatchObject({ returnTo: '/orders?page=2#part' })
  })

  it('brings the session back to where the person was: path, query and hash', async () => {
    const { app, tab } = await reloaded()
    const back = comeBack(app, tab, app.provider.signIn((await leaves(tab)).href))
    await expect(back.auth.handleCallback()).resolves.toMatchObject({ returnTo: '/orders?page=2#part' })
    expect(back.auth.getState()).toMatchObject({ status: 'authenticated', reason: 'restored' })
    expect(back.auth.explain()).toMatchObject({
      sentence:
        'Signed in: the session was found again, because the provider, asked by a redirect, knew the person.',
      restore: [{ rung: 'redirect', outcome: 'restored' }],
    })
    // And may be asked again after the next reload.
    const next = app.reload(back, place)
    await leaves(next)
  })

  it('is not asked where no option allows it', async () => {
    const { tab } = await reloaded(undefined, { options: { restoreByRedirect: false } })
    expect(await decided(tab)).toEqual({ status: 'unauthenticated', reason: 'no_session' })
    expect(redirectReport(tab)).toMatchObject({ outcome: 'skipped', why: 'not_configured' })
    expect(tab.platform.visited).toEqual([])
  })

  it.each<[string, (tab: Tab) => void, object, string]>([
    [
      'the page is hidden',
      ({ platform }) => platform.setVisible(false),
      { outcome: 'skipped', why: 'not_now' },
      'no_session',
    ],
    [
      'another page shows it',
      ({ platform }) => platform.setFramed(true),
      { outcome: 'skipped', why: 'framed' },
      'no_session',
    ],
    [
      'storage is blocked',
      ({ platform }) => platform.blockStorage(),
      { outcome: 'skipped', why: 'tried' },
      'no_session',
    ],
    [
      'the browser is offline',
      ({ platform }) => platform.setOnline(false),
      { outcome: 'failed', why: 'network_failed' },
      'restore_failed',
    ],
    [
      'the page is not secure',
      ({ platform }) => platform.setSecure(false),
      { outcome: 'failed', why: 'insecure_context' },
      'restore_failed',
    ],
  ])('is not asked while %s', async (_, prepare, report, reason) => {
    const { tab } = await reloaded(prepare)
    expect(await decided(tab)).toMatchObject({ status: 'unauthenticated', reason })
    expect(redirectReport(tab)).toMatchObject(report)
    expect(tab.platform.visited).toEqual([])
  })

  it('is not asked where the page has said that nobody is signed in, and somebody does something there', async () => {
    const { app, tab } = await reloaded(({ platform }) => platform.setOnline(false))
    expect(await decided(tab)).toMatchObject({ reason: 'restore_failed' })
    tab.platform.setOnline(true)
    tab.platform.setUserDriven(true)
    tab.platform.wake('online')
    await until(() => redirectReport(tab) !== undefined)
    await settle()
    expect(redirectReport(tab)).toMatchObject({ outcome: 'skipped', why: 'not_now' })
    expect(tab.platform.visited).toEqual([])
    // The next page asks.
    expect((await leaves(app.reload(tab))).searchParams.get('prompt')).toBe('none')
  })

  it('is asked at a reload, which nobody has done anything in yet', async () => {
    const { tab } = await reloaded(({ platform }) => platform.setUserDriven(true))
    expect((await leaves(tab)).searchParams.get('prompt')).toBe('none')
  })

  it('is asked by the next page where one that was loaded in the background could not', async () => {
    const { app, tab } = await reloaded(({ platform }) => platform.setVisible(false))
    await decided(tab)
    const next = app.load({ href: place })
    expect((await leaves(next)).searchParams.get('prompt')).toBe('none')
  })

  it('is not asked where the breaker has had enough (invariant 4)', async () => {
    const app = await createFakeApp(byRedirect)
    app.browser.removeChannels()
    // Two navigations that nobody clicked for, in this tab.
    let tab = app.load({ href: place })
    for (let round = 0; round < 2; round++) {
      await tab.auth.requireSession()
      tab = app.reload(tab, refusal(destinationOf(tab).href, 'access_denied'))
      await tab.auth.handleCallback().catch(() => undefined)
      tab = app.reload(tab, place)
    }
    // Somebody signs in elsewhere, and is gone.
    ;(await app.signIn()).close()
    tab = app.reload(tab)
    expect(await decided(tab)).toEqual({ status: 'unauthenticated', reason: 'no_session' })
    expect(redirectReport(tab)).toMatchObject({ outcome: 'skipped', why: 'tried' })
    expect(tab.platform.visited).toEqual([])
  })

  it('is not asked by a page that the person is leaving to sign in, and no session is thought lost for that', async () => {
    const app = await createFakeApp(byRedirect)
    app.browser.removeChannels()
    ;(await app.signIn()).close()
    const tab = app.open({ href: place })
    const held = holdUp(tab, '/.well-known/openid-configuration')
    const leaving = tab.auth.login()
    await held.arrived
    tab.start()
    await until(() => redirectReport(tab) !== undefined)
    await settle()
    expect(tab.auth.getState()).toEqual({ status: 'loading', reason: 'restoring' })
    expect(redirectReport(tab)).toMatchObject({ outcome: 'leaving' })
    held.goOn()
    await leaving
    expect(tab.platform.visited).toHaveLength(1)
    expect(destinationOf(tab).searchParams.has('prompt')).toBe(false)
  })

  it('is not asked after all where somebody signs in, in another tab, before it is known where to ask', async () => {
    const app = await createFakeApp(byRedirect)
    ;(await app.signIn()).close()
    const left = app.open()
    await left.auth.login()
    const tab = app.open({ href: place })
    const held = holdUp(tab, '/.well-known/openid-configuration')
    tab.start()
    await letNobodyAnswer(app)
    await held.arrived
    const href = app.provider.signIn(destinationOf(left).href)
    await app.load({ href, stored: left.platform.stored }).auth.handleCallback()
    await until(() => tab.auth.getState().status === 'authenticated')
    held.goOn()
    await settle()
    expect(tab.auth.getState()).toMatchObject({ status: 'authenticated', user: { sub: 'alice' } })
    expect(tab.platform.visited).toEqual([])
    // It was no try, and no navigation that the breaker counts.
    expect([...tab.platform.stored.keys()].filter((key) => key.endsWith('asked-by-redirect'))).toEqual([])
    expect(redirectReport(tab)).toMatchObject({ outcome: 'skipped' })
  })

  it('is not asked where the person wants to sign in before it is known where: they are shown its page', async () => {
    const app = await createFakeApp(byRedirect)
    app.browser.removeChannels()
    ;(await app.signIn()).close()
    const tab = app.open({ href: place })
    const held = holdUp(tab, '/.well-known/openid-configuration')
    tab.start()
    await held.arrived
    const leaving = tab.auth.login({ prompt: 'login', loginHint: 'bob' })
    held.goOn()
    await leaving
    await settle()
    expect(tab.platform.visited).toHaveLength(1)
    const { searchParams } = destinationOf(tab)
    expect([searchParams.get('prompt'), searchParams.get('login_hint')]).toEqual(['login', 'bob'])
    expect(tab.auth.getState()).toMatchObject({ status: 'redirecting', to: 'login' })
    // Nor is the session thought lost for that.
    expect(redirectReport(tab)).toMatchObject({ outcome: 'leaving' })
  })

  it('is asked once it is online where it could not be reached before: that was no try', async () => {
    const { app, tab } = await reloaded(({ platform }) => platform.setOnline(false))
    expect(await decided(tab)).toMatchObject({ reason: 'restore_failed' })
    tab.platform.setOnline(true)
    app.provider.onRequest = () => {
      throw new TypeError('Failed to fetch')
    }
    for (const key of tab.platform.stored.keys()) {
      if (key.endsWith('.metadata')) tab.platform.stored.delete(key)
    }
    tab.platform.wake('online')
    await settle()
    app.provider.onRequest = () => undefined
    await until(() => {
      tab.platform.wake('online')
      return tab.platform.visited.length > 0
    })
    expect(destinationOf(tab).searchParams.get('prompt')).toBe('none')
  })
})

describe('a provider that answers login_required for ever', () => {
  it('is asked once: then nobody is signed in, quietly and where the person was (pain 15)', async () => {
    const { app, tab } = await reloaded()
    const errors: unknown[] = []
    let page = comeBack(app, tab, refusal((await leaves(tab)).href, 'login_required'))
    page.auth.on('error', (event) => errors.push(event))
    expect(page.platform.navigation.href()).toBe('https://app.example/callback')
    await expect(page.auth.handleCallback()).resolves.toMatchObject({ returnTo: '/orders?page=2#part' })
    expect(page.auth.getState()).toEqual({ status: 'unauthenticated', reason: 'no_session' })
    expect(page.auth.explain()).toMatchObject({
      errorCode: undefined,
      restore: [{ rung: 'redirect', outcome: 'signed_out' }],
    })
    for (let round = 0; round < 5; round++) {
      page = app.reload(page, place)
      expect(page.auth.getState()).toEqual({ status: 'unauthenticated', reason: 'no_session' })
      await settle()
      expect(page.platform.visited).toEqual([])
    }
    expect(errors).toEqual([])
  })

  it('is not asked again at a reload of the callback, nor by a step back to it (invariant 8)', async () => {
    const { app, tab } = await reloaded()
    const answer = refusal((await leaves(tab)).href, 'login_required')
    const back = comeBack(app, tab, answer)
    await back.auth.handleCallback()
    for (const url of ['https://app.example/callback', answer]) {
      const again = app.reload(back, url)
      await expect(again.auth.handleCallback()).resolves.toMatchObject({ returnTo: '/orders?page=2#part' })
      expect(again.auth.getState()).toEqual({ status: 'unauthenticated', reason: 'no_session' })
      expect(again.platform.visited).toEqual([])
    }
  })

  it('is asked again after the next sign-in, by whichever tab', async () => {
    const { app, tab } = await reloaded()
    const back = comeBack(app, tab, refusal((await leaves(tab)).href, 'login_required'))
    await back.auth.handleCallback()
    ;(await app.signIn()).close()
    const next = app.reload(back, place)
    expect((await leaves(next)).searchParams.get('prompt')).toBe('none')
  })

  it('is asked again once another tab has handed the session over after all', async () => {
    const app = await createFakeApp(byRedirect)
    const sibling = await app.signIn()
    sibling.close()
    const tab = app.load({ href: place })
    await letNobodyAnswer(app, 1)
    await leaves(tab)
    const back = app.reload(tab, place)
    await letNobodyAnswer(app, 2)
    expect(await decided(back)).toMatchObject({ reason: 'no_session' })
    sibling.start()
    sibling.platform.wake('resumed')
    back.platform.wake('visible')
    await until(() => back.auth.getState().status === 'authenticated')
    // Nobody waits for an answer any more.
    await app.advance(200)
    sibling.close()
    const asked = app.count('ask')
    const next = app.reload(back, place)
    await letNobodyAnswer(app, asked + 1)
    await leaves(next)
  })

  it('says nothing of a sign-in that another tab has made meanwhile', async () => {
    const { app, tab } = await reloaded()
    const url = refusal((await leaves(tab)).href, 'login_required')
    await app.signIn()
    await comeBack(app, tab, url).auth.handleCallback()
    const key = app.browser.storage.keys().find((name) => name.endsWith('.session')) ?? ''
    expect(app.browser.storage.get(key)).toContain('signed_in')
  })

  it('signs nobody in who has signed out in another tab while the page was away (REST-05)', async () => {
    const { app, tab } = await reloaded()
    const answer = app.provider.signIn((await leaves(tab)).href)
    const other = await app.signIn()
    await other.auth.logout({ local: true })
    const back = comeBack(app, tab, answer)
    await expect(back.auth.handleCallback()).resolves.toMatchObject({ returnTo: '/orders?page=2#part' })
    expect(back.auth.getState()).toEqual({ status: 'unauthenticated', reason: 'signed_out' })
    expect(other.auth.getState()).toMatchObject({ status: 'unauthenticated' })
  })

  it('signs nobody in who signs out in another tab while its answer is exchanged: that is no failure', async () => {
    const { app, tab } = await reloaded()
    const back = comeBack(app, tab, app.provider.signIn((await leaves(tab)).href))
    const held = holdUp(app, '/token')
    const finished = back.auth.handleCallback()
    await held.arrived
    await app.open().auth.logout({ local: true })
    held.goOn()
    await expect(finished).resolves.toMatchObject({ returnTo: '/orders?page=2#part' })
    expect(back.auth.getState()).toEqual({ status: 'unauthenticated', reason: 'signed_out' })
  })

  it('does not take the place of whoever has signed in in another tab while the page was away (REST-01)', async () => {
    const app = await createFakeApp(byRedirect)
    const tab = app.reload(await app.signIn({ href: place }))
    await letNobodyAnswer(app)
    const asked = (await leaves(tab)).href
    tab.close()
    app.provider.claims = { sub: 'bob' }
    const other = await app.signIn()
    app.provider.claims = {}
    const back = comeBack(app, tab, app.provider.signIn(asked))
    await expect(back.auth.handleCallback()).resolves.toMatchObject({ returnTo: '/orders?page=2#part' })
    for (const { auth } of [back, other]) expect(auth.getState().user?.sub).toBe('bob')
  })

  it('is left alone where it shows a page instead, and the person comes back by themselves', async () => {
    const { app, tab } = await reloaded()
    await leaves(tab)
    const back = app.reload(tab, place)
    expect(await decided(back)).toEqual({ status: 'unauthenticated', reason: 'no_session' })
    expect(back.platform.visited).toEqual([])
  })
})

describe('an answer to a question that nobody asked aloud', () => {
  it.each<[string, (url: string, app: FakeApp) => string, string]>([
    ['is an error of the provider', (url) => refusal(url, 'server_error'), 'authorization_failed'],
    [
      'cannot be exchanged without a network',
      (url, app) => {
        app.provider.onRequest = ({ path }) => {
          if (path === '/token') throw new TypeError('Failed to fetch')
          return undefined
        }
        return app.provider.signIn(url)
      },
      'network_failed',
    ],
    [
      'is somebody else’s (RFC 9207 §2.4)',
      (url, app) => app.provider.signIn(url, { iss: 'https://evil.example' }),
      'issuer_mismatch',
    ],
  ])('fails where it %s, without a word to a person who did nothing', async (_, answer, code) => {
    const { app, tab } = await reloaded()
    const back = comeBack(app, tab, answer((await leaves(tab)).href, app))
    await expect(back.auth.handleCallback()).resolves.toMatchObject({ returnTo: '/orders?page=2#part' })
    expect(back.auth.getState()).toMatchObject({ reason: 'restore_failed', error: { code } })
    expect(back.auth.explain().restore).toMatchObject([{ rung: 'redirect', outcome: 'failed', why: code }])
    // A guard sends nobody off for it either.
    await back.auth.requireSession()
    expect(back.platform.visited).toEqual([])
  })
})
