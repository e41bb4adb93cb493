import { describe, expect, it } from 'vitest'
import { answerFrame, createFakeApp, type FakeApp, frameOf, sameSite, type Tab } from '../../test/fake-app.ts'
import { json } from '../../test/fake-provider.ts'
import { cutOff, destinationOf, rejectionOf } from '../../test/pages.ts'
import { until } from '../../test/until.ts'

/** A page that was reloaded while the provider answers 503, and has found that out. */
async function reloadedInVain(headers: Record<string, string> = {}): Promise<{ app: FakeApp; tab: Tab }> {
  const app = await createFakeApp(sameSite)
  app.browser.removeChannels()
  const before = await app.signIn()
  before.close()
  app.provider.onRequest = () => json(503, {}, headers)
  const tab = app.load()
  await until(() => tab.auth.getState().reason === 'restore_failed')
  return { app, tab }
}

const asked = ({ provider }: FakeApp): number => provider.seen.length

describe('a session that could not be asked for', () => {
  it('is asked for again, without anybody doing anything', async () => {
    const { app, tab } = await reloadedInVain()
    app.provider.onRequest = () => undefined
    await app.advance(2000)
    answerFrame(await frameOf(tab), app)
    await until(() => tab.auth.getState().status === 'authenticated')
    expect(tab.auth.getState().reason).toBe('restored')
  })

  it('is asked for less and less often: an hour of failures is at most a request a minute, and a few', async () => {
    const { app } = await reloadedInVain()
    const before = asked(app)
    await app.advance(60 * 60 * 1000)
    expect(asked(app) - before).toBeGreaterThan(30)
    expect(asked(app) - before).toBeLessThan(90)
  })

  it('is not asked for before the provider wants to be asked (RFC 9110 §10.2.3)', async () => {
    const { app } = await reloadedInVain({ 'retry-after': '600' })
    const before = asked(app)
    await app.advance(599_000)
    expect(asked(app)).toBe(before)
    await app.advance(3000)
    expect(asked(app)).toBeGreaterThan(before)
  })

  it('is asked for soon again where it was found in between, however long that had taken', async () => {
    const { app, tab } = await reloadedInVain()
    await app.advance(60 * 60 * 1000)
    app.provider.onRequest = () => undefined
    app.provider.onToken = ({ body }) => void delete (body as Record<string, unknown>).refresh_token
    await app.advance(60_000)
    answerFrame(await frameOf(tab), app)
    await until(() => tab.auth.getState().status === 'authenticated')
    // Nothing can renew it, and the provider does not answer any more.
    await app.advance(301_000)
    tab.auth.getAccessToken().catch(() => undefined)
    await frameOf(tab)
    await app.advance(8000)
    expect(tab.auth.getState().reason).toBe('restore_failed')
    await app.advance(2000)
    answerFrame(await frameOf(tab), app)
    await until(() => tab.auth.getState().status === 'authenticated')
  })

  it('is not what is asked for where a sign-in could not be finished: the person begins another', async () => {
    const app = await createFakeApp(sameSite)
    const left = app.open()
    await left.auth.login()
    const back = app.load({
      href: app.provider.signIn(destinationOf(left).href),
      stored: left.platform.stored,
    })
    cutOff(back)
    expect(await rejectionOf(back.auth.handleCallback())).toMatchObject({ name: 'NetworkError' })
    expect(back.auth.getState().reason).toBe('sign_in_failed')
    expect(app.timerCount()).toBe(0)
  })

  it('is not asked for while nobody looks, nor after the client was stopped', async () => {
    const { app, tab } = await reloadedInVain()
    const before = asked(app)
    tab.platform.setVisible(false)
    await app.advance(60_000)
    expect([asked(app), app.timerCount()]).toEqual([before, 0])
    tab.platform.setVisible(true)
    tab.platform.wake('visible')
    await until(() => asked(app) > before && tab.auth.getState().reason === 'restore_failed')
    const after = asked(app)
    tab.close()
    await app.advance(60_000)
    expect(asked(app)).toBe(after)
  })

  it('is asked for once more where the network came back in the middle of a climb that failed for it', async () => {
    const app = await createFakeApp(sameSite)
    app.browser.removeChannels()
    const before = await app.signIn()
    before.close()
    const tab = app.load()
    const [lost] = [await frameOf(tab)]
    tab.platform.wake('online')
    await app.advance(8000)
    const next = await frameOf(tab)
    expect(next).not.toBe(lost)
    answerFrame(next, app)
    await until(() => tab.auth.getState().status === 'authenticated')
  })

  it('is explained with the way it was found in the very moment in which it is told of', async () => {
    const app = await createFakeApp()
    await app.signIn()
    const tab = app.open()
    const told: unknown[] = []
    tab.auth.on('state', () => told.push(tab.auth.explain().restore))
    tab.start()
    await until(() => tab.auth.getState().status === 'authenticated')
    expect(told).toMatchObject([[{ rung: 'tab', outcome: 'restored' }]])
  })

  it('is no reason to call login(): whoever wants a token is told to try again later', async () => {
    const { tab } = await reloadedInVain()
    expect(await rejectionOf(tab.auth.getAccessToken())).toMatchObject({
      name: 'NetworkError',
      code: 'server_unavailable',
    })
  })

  it('is waited for by whoever wants a token, however long it takes', async () => {
    const app = await createFakeApp(sameSite)
    app.browser.removeChannels()
    const before = await app.signIn()
    before.close()
    const tab = app.load()
    const frame = await frameOf(tab)
    const token = tab.auth.getAccessToken()
    await app.advance(4000)
    expect(tab.auth.getState().reason).toBe('restore_timeout')
    answerFrame(frame, app)
    expect(await token).toMatch('SENTINEL-access-token')
  })

  it('is explained, where it was not found, with everything that was tried', async () => {
    const app = await createFakeApp()
    app.browser.removeChannels()
    const before = await app.signIn()
    before.close()
    const tab = app.load()
    await until(() => tab.auth.getState().reason === 'no_session')
    expect(tab.auth.explain().sentence).toBe(
      'Not signed in: a session was here before, and was not found again ' +
        '(tab: nothing, frame: not configured, redirect: not configured).',
    )
  })
})

describe('a page that was prerendered while somebody is signed in', () => {
  it('looks for the session once it is opened, and so do those who wait for it', async () => {
    const app = await createFakeApp()
    await app.signIn()
    const tab = app.open()
    tab.platform.setPrerendering(true)
    tab.start()
    const required = tab.auth.requireSession()
    const token = tab.auth.getAccessToken()
    await app.advance(60_000)
    tab.platform.setPrerendering(false)
    tab.platform.wake('activated')
    expect(await required).toMatchObject({ status: 'authenticated' })
    expect(await token).toMatch('SENTINEL-access-token')
    expect(tab.platform.visited).toEqual([])
  })
})
