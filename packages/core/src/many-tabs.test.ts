import { describe, expect, it } from 'vitest'
import { createFakeApp, decided, type FakeApp, type Tab } from '../test/fake-app.ts'
import { settle } from '../test/fake-platform.ts'
import { rejectionOf } from '../test/pages.ts'
import { until } from '../test/until.ts'
import { type AuthEventMap, isAuthError, type User } from './index.ts'

/** Somebody signs in, and opens the app in so many tabs. */
async function openTabs(app: FakeApp, count: number): Promise<[Tab, ...Tab[]]> {
  const tabs: [Tab, ...Tab[]] = [await app.signIn()]
  while (tabs.length < count) {
    const tab = app.load()
    await decided(tab)
    tabs.push(tab)
  }
  return tabs
}

/** What a page hears of who is signed in. */
function identitiesOf({ auth }: Tab): AuthEventMap<User>['identity'][] {
  const heard: AuthEventMap<User>['identity'][] = []
  auth.on('identity', (event) => heard.push(event))
  return heard
}

/** The tab is of one mind, and it is this person's. */
const isOf = ({ auth }: Tab, sub: string): boolean => auth.getState().user?.sub === sub

describe('a sign-out in one of 8 tabs', () => {
  it('is one in all of them, at the cost of one, and none leaves by itself (invariants 4 and 8)', async () => {
    const app = await createFakeApp()
    const [first, ...others] = await openTabs(app, 8)
    const identities = others.map(identitiesOf)
    const before = app.provider.seen.length
    await first.auth.logout()
    await settle()
    for (const { auth } of others) {
      expect(auth.getState()).toEqual({ status: 'unauthenticated', reason: 'signed_out_elsewhere' })
      await expect(auth.getAccessToken()).rejects.toMatchObject({ code: 'not_signed_in' })
    }
    expect(identities.map((heard) => heard.map(({ current, reason }) => [current, reason]))).toEqual(
      others.map(() => [[undefined, 'signed_out_elsewhere']]),
    )
    // Whatever guards, wakes and time do.
    for (const tab of others) {
      await tab.auth.requireSession()
      for (const cause of ['visible', 'online', 'resumed', 'restored'] as const) tab.platform.wake(cause)
    }
    await app.advance(3_600_000)
    expect(others.flatMap(({ platform }) => platform.visited)).toEqual([])
    expect(app.provider.seen.slice(before).map(({ path }) => path)).toEqual(['/revoke'])
    expect(first.platform.visited.map((url) => new URL(url).pathname)).toEqual(['/logout'])
    // Nor at a reload.
    for (const tab of others) {
      const again = app.reload(tab)
      expect(again.auth.getState()).toMatchObject({ reason: 'signed_out' })
      await again.auth.requireSession()
      expect(again.platform.visited).toEqual([])
    }
  })

  it('sends nobody off either where the tab cannot note it down', async () => {
    const app = await createFakeApp()
    const [first, other] = await openTabs(app, 2)
    other?.platform.blockStorage()
    await first.auth.logout({ local: true })
    await settle()
    await expect(other?.auth.requireSession()).resolves.toEqual({
      status: 'unauthenticated',
      reason: 'signed_out_elsewhere',
    })
    expect(app.provider.count('/token')).toBe(1)
  })

  it('reaches a tab that was frozen before it is asked for a token (pain 18)', async () => {
    const app = await createFakeApp()
    const [first, frozen] = await openTabs(app, 2)
    if (!frozen) throw new Error('There is no second tab.')
    frozen.close()
    await first.auth.logout({ local: true })
    await settle()
    expect(frozen.auth.getState().status).toBe('authenticated')
    frozen.start()
    frozen.platform.wake('resumed')
    await expect(frozen.auth.getAccessToken()).rejects.toMatchObject({ code: 'not_signed_in' })
    expect(frozen.auth.getState()).toMatchObject({ reason: 'signed_out_elsewhere' })
  })

  it('reaches a tab that was frozen, though somebody else has signed in since, and is gone (invariant 8)', async () => {
    const app = await createFakeApp()
    const [first, frozen] = await openTabs(app, 2)
    frozen?.close()
    await first.auth.logout({ local: true })
    first.close()
    app.provider.claims = { sub: 'bob' }
    ;(await app.signIn()).close()
    frozen?.start()
    frozen?.platform.wake('resumed')
    expect(frozen?.auth.getState()).toEqual({ status: 'unauthenticated', reason: 'signed_out_elsewhere' })
  })

  it('is not undone by the back/forward cache (invariant 8)', async () => {
    const app = await createFakeApp()
    const tab = await app.signIn()
    await tab.auth.logout()
    tab.platform.wake('restored')
    expect(tab.auth.getState()).toEqual({ status: 'unauthenticated', reason: 'signed_out' })
    // Somebody who was on another page when the sign-out was.
    const [first, cached] = await openTabs(app, 2)
    cached?.close()
    await first.auth.logout({ local: true })
    cached?.start()
    cached?.platform.wake('restored')
    expect(cached?.auth.getState()).toEqual({ status: 'unauthenticated', reason: 'signed_out_elsewhere' })
  })
})

describe('a sign-in in one tab', () => {
  it('is taken over by those that are seen, at once, and by the hidden ones when they are seen', async () => {
    const app = await createFakeApp()
    const [seen, hidden] = [app.load(), app.load()]
    hidden.platform.setVisible(false)
    const identities = identitiesOf(seen)
    await app.signIn()
    await until(() => seen.auth.getState().status === 'authenticated')
    expect(seen.auth.getState()).toMatchObject({ reason: 'signed_in_elsewhere', user: { sub: 'alice' } })
    expect(identities).toMatchObject([{ previous: undefined, current: { sub: 'alice' } }])
    await settle()
    expect(hidden.auth.getState()).toEqual({ status: 'unauthenticated', reason: 'no_session' })
    hidden.platform.setVisible(true)
    hidden.platform.wake('visible')
    await until(() => hidden.auth.getState().status === 'authenticated')
    expect(app.provider.count('/token')).toBe(1)
  })

  it('is taken over by a guard that waited to be seen, in place of a redirect', async () => {
    const app = await createFakeApp()
    const tab = app.load()
    tab.platform.setVisible(false)
    const required = tab.auth.requireSession()
    await app.signIn()
    await settle()
    tab.platform.setVisible(true)
    tab.platform.wake('visible')
    await expect(required).resolves.toMatchObject({ status: 'authenticated', reason: 'signed_in_elsewhere' })
    expect(tab.platform.visited).toEqual([])
  })

  it('is asked for again where whoever has it was frozen', async () => {
    const app = await createFakeApp()
    const tab = app.load()
    tab.platform.setVisible(false)
    const other = await app.signIn()
    await settle()
    other.close()
    tab.platform.setVisible(true)
    tab.platform.wake('visible')
    await until(() => app.count('ask') === 1)
    await app.advance(200)
    expect(tab.auth.getState().status).toBe('unauthenticated')
    other.start()
    tab.platform.wake('visible')
    await until(() => tab.auth.getState().status === 'authenticated')
  })

  it('signs nobody in who is just being signed out of this page', async () => {
    const app = await createFakeApp()
    const tab = await app.signIn()
    await tab.auth.logout()
    await app.signIn()
    await settle()
    expect(tab.auth.getState()).toMatchObject({ status: 'redirecting', to: 'logout' })
  })
})

describe('a refresh token that came just before its tab was gone', () => {
  it('is the one that the others go on with, though who it speaks of was not proven yet (REF-04)', async () => {
    const app = await createFakeApp()
    const [first, other] = await openTabs(app, 2)
    const refreshes: unknown[] = []
    other?.auth.on('refreshed', (event) => refreshes.push(event))
    let keysAsked = 0
    app.provider.rotateKeys()
    app.provider.onRequest = ({ path }) => {
      if (path !== '/jwks') return undefined
      keysAsked += 1
      return new Promise<never>(() => undefined)
    }
    const before = await other?.auth.getAccessToken()
    void first.auth.getAccessToken({ forceRefresh: true }).catch(() => undefined)
    await until(() => keysAsked > 0)
    await settle()
    // Nothing else of that answer counts yet.
    expect(await other?.auth.getAccessToken()).toBe(before)
    expect(refreshes).toEqual([])
    first.close()
    app.browser.dropLocks()
    app.provider.onRequest = () => undefined
    const after = await other?.auth.getAccessToken({ forceRefresh: true })
    expect(after).not.toBe(before)
    const sent = app.provider.seen.flatMap(({ form }) => form.get('refresh_token') ?? [])
    expect(sent).toHaveLength(2)
    expect(new Set(sent).size).toBe(2)
    expect(other?.auth.getState().status).toBe('authenticated')
  })

  it('is not one that anybody goes on with where it came with another person', async () => {
    const app = await createFakeApp()
    const [first, other] = await openTabs(app, 2)
    app.provider.claims = { sub: 'mallory' }
    app.provider.rotateKeys()
    const error = await rejectionOf(first.auth.getAccessToken({ forceRefresh: true }))
    expect(error).toMatchObject({ code: 'subject_changed' })
    await until(() => other?.auth.getState().status === 'unauthenticated')
    expect(app.count('tokens')).toBe(0)
  })
})

describe('two people in two tabs', () => {
  it('are one: the later sign-in is everybody’s, told once, and no call is given the other’s token', async () => {
    const app = await createFakeApp()
    const tabs = await openTabs(app, 3)
    const identities = tabs.map(identitiesOf)
    const [first, hidden] = tabs
    hidden?.platform.setVisible(false)
    // Somebody waits for a token of Alice's while Bob signs in.
    app.provider.onRequest = ({ form }) =>
      form.get('grant_type') === 'refresh_token' ? new Promise(() => undefined) : undefined
    const alices = rejectionOf(first.auth.getAccessToken({ forceRefresh: true }))
    await until(() => app.provider.count('/token') === 2)
    app.provider.claims = { sub: 'bob', name: 'Bob' }
    await app.signIn()
    await until(() => tabs.every((tab) => isOf(tab, 'bob')))
    for (const heard of identities) {
      expect(heard.map(({ previous, current }) => [previous?.sub, current?.sub])).toEqual([['alice', 'bob']])
    }
    // The request is given up in the end; what comes of it is not Bob's.
    await app.advance(11_000)
    expect(isAuthError(await alices)).toBe(true)
    app.provider.onRequest = () => undefined
    const tokens = await Promise.all(tabs.map(({ auth }) => auth.getAccessToken()))
    expect(new Set(tokens).size).toBe(1)
  })

  it('are told apart in a tab that was frozen meanwhile, once it comes back', async () => {
    const app = await createFakeApp()
    const [frozen] = await openTabs(app, 1)
    const identities = identitiesOf(frozen)
    frozen.close()
    app.provider.claims = { sub: 'bob', name: 'Bob' }
    const bobs = await app.signIn()
    await settle()
    frozen.start()
    frozen.platform.wake('resumed')
    await until(() => isOf(frozen, 'bob'))
    expect(identities).toHaveLength(1)
    await expect(frozen.auth.getAccessToken()).resolves.toBe(await bobs.auth.getAccessToken())
  })
})

describe('a callback page that is loaded again', () => {
  it.each<[string, (tab: Tab) => Map<string, string> | undefined]>([
    ['a reload', ({ platform }) => platform.stored],
    ['a bookmark, in a new tab', () => undefined],
  ])('finds the session of another tab: %s', async (_, storageOf) => {
    const app = await createFakeApp()
    const first = await app.signIn()
    app.load()
    const stored = storageOf(first)
    const requests = app.provider.seen.length
    if (stored) {
      await decided(app.load())
      first.close()
    }
    const again = app.load({ href: 'https://app.example/callback', ...(stored && { stored }) })
    await expect(again.auth.handleCallback()).resolves.toEqual({ returnTo: '/' })
    expect(again.auth.getState()).toMatchObject({ status: 'authenticated', reason: 'restored' })
    expect(app.provider.seen.length).toBe(requests)
  })
})

describe('two apps of one origin (invariant 11)', () => {
  it('hear nothing of each other’s sessions', async () => {
    const app = await createFakeApp()
    const other = app.load({ options: { name: 'other' } })
    const mine = await app.signIn()
    await settle()
    expect(other.auth.getState()).toEqual({ status: 'unauthenticated', reason: 'no_session' })
    const theirs = await app.signIn({ options: { name: 'other' } })
    await theirs.auth.logout({ local: true })
    await settle()
    expect(mine.auth.getState().status).toBe('authenticated')
  })
})
