import { describe, expect, it } from 'vitest'
import { createFakeApp, decided, frameOf, refuseFrame, sameSite, type Tab } from '../test/fake-app.ts'
import { settle } from '../test/fake-platform.ts'
import { holdUp } from '../test/pages.ts'
import { until } from '../test/until.ts'
import type { AuthState, User } from './index.ts'

/** Whether a guard has come to an end by now. */
async function endOf(required: Promise<AuthState<User>>): Promise<AuthState<User> | undefined> {
  let end: AuthState<User> | undefined
  required.then((state) => {
    end = state
  })
  await settle()
  return end
}

describe('a guard, which leaves the page for nobody who does not look (pain 4, invariant 4)', () => {
  type Cause = Parameters<Tab['platform']['wake']>[0]
  it.each<[string, (tab: Tab, is: boolean) => void, Cause]>([
    ['hidden', ({ platform }, is) => platform.setVisible(!is), 'visible'],
    ['offline', ({ platform }, is) => platform.setOnline(!is), 'online'],
    ['loaded ahead of time', ({ platform }, is) => platform.setPrerendering(is), 'activated'],
  ])('waits while the page is %s, and goes on by itself', async (_, set, cause) => {
    const app = await createFakeApp()
    const tab = app.load()
    set(tab, true)
    const guards = [tab.auth.requireSession(), tab.auth.requireSession()]
    await app.advance(60_000)
    expect([tab.platform.visited, app.provider.seen]).toEqual([[], []])
    set(tab, false)
    tab.platform.wake(cause)
    await Promise.all(guards)
    expect(tab.platform.visited).toHaveLength(1)
  })

  it.each<[string, (tab: Tab, is: boolean) => void, Cause]>([
    ['hidden', ({ platform }, is) => platform.setVisible(!is), 'visible'],
    ['offline', ({ platform }, is) => platform.setOnline(!is), 'online'],
  ])('leaves the page for nobody who went elsewhere while it was %s', async (_, set, cause) => {
    const app = await createFakeApp()
    const tab = app.load()
    set(tab, true)
    const elsewhere = new AbortController()
    const required = tab.auth.requireSession({ signal: elsewhere.signal })
    await settle()
    elsewhere.abort()
    set(tab, false)
    tab.platform.wake(cause)
    await expect(required).resolves.toMatchObject({ status: 'unauthenticated' })
    expect([tab.platform.visited, app.provider.seen]).toEqual([[], []])
  })

  it('leaves the page for nobody who went elsewhere while the provider’s metadata loaded, and counts no navigation', async () => {
    const app = await createFakeApp()
    const tab = app.load()
    const metadata = holdUp(tab)
    const elsewhere = new AbortController()
    const required = tab.auth.requireSession({ signal: elsewhere.signal })
    await metadata.arrived
    elsewhere.abort()
    metadata.goOn()
    await expect(required).resolves.toMatchObject({ status: 'unauthenticated' })
    expect(tab.platform.visited).toEqual([])
    const later = [app.reload(tab), app.reload(tab)]
    for (const { auth } of later) {
      await expect(auth.requireSession()).resolves.toMatchObject({ status: 'redirecting' })
    }
  })

  it.each<[string, (tab: Tab) => Promise<unknown>]>([
    ['another guard', ({ auth }) => auth.requireSession({ signal: new AbortController().signal })],
    ['a guard without a signal', ({ auth }) => auth.requireSession()],
    ['the person', ({ auth }) => auth.login()],
  ])('leaves it all the same where %s wants that too', async (_, want) => {
    const app = await createFakeApp()
    const tab = app.load()
    const metadata = holdUp(tab)
    const elsewhere = new AbortController()
    const required = tab.auth.requireSession({ signal: elsewhere.signal })
    await metadata.arrived
    const wanted = want(tab)
    await settle()
    elsewhere.abort()
    metadata.goOn()
    await Promise.all([required, wanted])
    expect([tab.platform.visited.length, tab.auth.getState().status]).toEqual([1, 'redirecting'])
  })

  it('waits for what the ladder finds, and leaves only where it finds nothing', async () => {
    const app = await createFakeApp(sameSite)
    app.browser.removeChannels()
    const tab = app.reload(await app.signIn())
    const required = tab.auth.requireSession()
    const frame = await frameOf(tab)
    expect(await endOf(required)).toBeUndefined()
    expect(tab.platform.visited).toEqual([])
    refuseFrame(frame)
    await expect(required).resolves.toMatchObject({ status: 'redirecting', to: 'login' })
    expect(tab.platform.visited).toHaveLength(1)
  })

  it('leaves once where the ladder takes too long, and what the ladder finds then changes nothing', async () => {
    const app = await createFakeApp(sameSite)
    app.browser.removeChannels()
    const tab = app.reload(await app.signIn())
    const required = tab.auth.requireSession()
    const frame = await frameOf(tab)
    await app.advance(3000)
    await expect(required).resolves.toMatchObject({ status: 'redirecting' })
    refuseFrame(frame)
    await settle()
    await app.advance(9000)
    expect([tab.platform.visited.length, tab.auth.getState().status]).toEqual([1, 'redirecting'])
  })

  it.each<[string, (tab: Tab) => Promise<unknown>, string]>([
    ['signed out here', ({ auth }) => auth.logout({ local: true }), 'signed_out'],
    [
      'gone back from the provider',
      async ({ auth, platform }) => {
        await auth.logout({ local: true })
        await auth.login()
        platform.wake('restored')
        platform.visited.pop()
      },
      'redirect_cancelled',
    ],
  ])('does nothing once the person has %s', async (_, act, reason) => {
    const app = await createFakeApp()
    const tab = await app.signIn()
    await act(tab)
    await expect(tab.auth.requireSession()).resolves.toMatchObject({ status: 'unauthenticated', reason })
    expect(tab.platform.visited).toEqual([])
  })

  it('does nothing while the page is being left to sign out, nor after that', async () => {
    const app = await createFakeApp()
    const tab = await app.signIn()
    const leaving = tab.auth.logout()
    await expect(tab.auth.requireSession()).resolves.toMatchObject({ status: 'redirecting', to: 'logout' })
    await leaving
    expect(tab.platform.visited.map((url) => new URL(url).pathname)).toEqual(['/logout'])
  })

  it('does nothing where the session could not be asked for, and has it once it could', async () => {
    const app = await createFakeApp(sameSite)
    app.browser.removeChannels()
    const before = await app.signIn()
    before.close()
    const tab = app.open({ stored: before.platform.stored })
    tab.platform.setOnline(false)
    tab.start()
    await expect(tab.auth.requireSession()).resolves.toMatchObject({ reason: 'restore_failed' })
    expect(tab.platform.visited).toEqual([])
  })

  it('does nothing once another tab has signed out while it waited', async () => {
    const app = await createFakeApp()
    const other = await app.signIn()
    const tab = app.load()
    await decided(tab)
    tab.platform.setVisible(false)
    await other.auth.logout({ local: true })
    await until(() => tab.auth.getState().status === 'unauthenticated')
    const required = tab.auth.requireSession()
    tab.platform.setVisible(true)
    tab.platform.wake('visible')
    await expect(required).resolves.toMatchObject({ reason: 'signed_out_elsewhere' })
    expect(tab.platform.visited).toEqual([])
  })
})
