import { describe, expect, it } from 'vitest'
import {
  createFakeApp,
  decided,
  type FakeApp,
  type FakeAppOptions,
  frameOf,
  refuseFrame,
  sameSite,
  type Tab,
} from '../../test/fake-app.ts'
import { settle } from '../../test/fake-platform.ts'
import { rejectionOf } from '../../test/pages.ts'
import { refuseRefreshes } from '../../test/refuse-refreshes.ts'
import { until } from '../../test/until.ts'
import { passOn, windowOf } from '../../test/windows.ts'
import type { AuthError } from '../index.ts'
import { holdSession, loginWithPopup, reauthenticate } from './index.ts'

const api = 'https://api.example/orders'

/** Somebody is signed in, and their session is over: a call that needs a token waits. */
async function suspended({ options, ...setting }: FakeAppOptions = {}): Promise<{
  app: FakeApp
  tab: Tab
  heard: string[]
  sent: Request[]
  waiting: Promise<string>
}> {
  const sent: Request[] = []
  const app = await createFakeApp({
    ...setting,
    options: { onSessionLost: holdSession, apis: [api], ...options },
  })
  const tab = await app.signIn({
    send: async (request) => {
      sent.push(request)
      return Response.json({ ok: true })
    },
  })
  const heard: string[] = []
  tab.auth.on('identity', ({ reason }) => heard.push(`identity: ${reason}`))
  tab.auth.on('state', ({ state }) => heard.push(`${state.status}: ${state.reason}`))
  refuseRefreshes(app)
  const waiting = tab.auth.getAccessToken({ forceRefresh: true })
  waiting.catch(() => undefined)
  await until(() => tab.auth.getState().reason === 'suspended')
  return { app, tab, heard, sent, waiting }
}

/** The person, or somebody else, signs in by the window. */
async function comeBack({ app, tab }: { app: FakeApp; tab: Tab }, sub?: string): Promise<void> {
  if (sub) app.provider.claims = { sub, name: sub }
  const { url } = await windowOf(tab)
  passOn(app.browser, app.provider.signIn(url))
}

describe('a session that is held on to', () => {
  it('leaves the person where they are when it ends, and tells nobody that they are gone', async () => {
    const { tab, heard } = await suspended()
    expect(tab.auth.getState()).toMatchObject({ status: 'authenticated', user: { sub: 'alice' } })
    expect(heard).toEqual(['authenticated: suspended'])
    expect(tab.auth.explain().sentence).toContain('waits for the person')
  })

  it('lets whoever calls an API wait, and go on once the person is back', async () => {
    const scene = await suspended()
    const { tab, heard, sent, waiting } = scene
    const later = tab.auth.getAccessToken()
    const fetched = tab.auth.fetch(api, { method: 'POST', body: 'half done' })
    const signIn = reauthenticate(tab.auth)
    await comeBack(scene)
    await signIn
    expect(await waiting).toBe(await later)
    expect((await fetched).status).toBe(200)
    expect(sent.map(({ headers }) => headers.get('authorization'))).toEqual([`Bearer ${await later}`])
    await expect(sent[0]?.text()).resolves.toBe('half done')
    expect(heard).toEqual(['authenticated: suspended', 'authenticated: signed_in'])
    // What was just got is not renewed at once, though that was asked for.
    const forms = scene.app.provider.seen.map(({ form }) => form.get('grant_type'))
    expect(forms.filter(Boolean)).toEqual(['authorization_code', 'refresh_token', 'authorization_code'])
  })

  it('refuses another person, keeps nothing of theirs, and goes on waiting for the first', async () => {
    const scene = await suspended()
    const { app, tab, sent, waiting } = scene
    const fetched = tab.auth.fetch(api)
    const asBob = rejectionOf(reauthenticate(tab.auth))
    await comeBack(scene, 'bob')
    expect(await asBob).toMatchObject({ name: 'SignInRequiredError', code: 'subject_changed' })
    expect(tab.auth.getState()).toMatchObject({ reason: 'suspended', user: { sub: 'alice' } })
    expect(sent).toEqual([])
    await until(() => app.provider.count('/revoke') > 0)
    const asAlice = reauthenticate(tab.auth, { prompt: 'login' })
    await comeBack(scene, 'alice')
    await asAlice
    await expect(waiting).resolves.toBeTruthy()
    expect((await fetched).status).toBe(200)
  })

  it('makes no call of one person in the name of another who signs in after all', async () => {
    const scene = await suspended()
    const { tab, heard, sent, waiting } = scene
    const fetched = rejectionOf(tab.auth.fetch(api))
    const signIn = loginWithPopup(tab.auth)
    await comeBack(scene, 'bob')
    await signIn
    expect(await rejectionOf(waiting)).toMatchObject({ code: 'subject_changed' })
    expect(await fetched).toMatchObject({ code: 'subject_changed' })
    expect(sent).toEqual([])
    expect(heard).toEqual(['authenticated: suspended', 'identity: signed_in', 'authenticated: signed_in'])
  })

  it('makes no call of one organisation in the name of another, though it is the same person', async () => {
    const scene = await suspended({ options: { identifiedBy: ['organization'] } })
    const { app, tab, waiting } = scene
    app.provider.claims = { ...app.provider.claims, organization: 'b' }
    const signIn = reauthenticate(tab.auth)
    await comeBack(scene)
    await signIn
    expect(tab.auth.getState()).toMatchObject({ user: { sub: 'alice', organization: 'b' } })
    expect(await rejectionOf(waiting)).toMatchObject({ code: 'subject_changed' })
  })

  it('goes on when the person signs in again in another tab', async () => {
    const { app, tab, waiting } = await suspended()
    await app.signIn()
    await until(() => tab.auth.getState().reason === 'signed_in_elsewhere')
    await expect(waiting).resolves.toBeTruthy()
  })

  it.each(['hears of it', 'was frozen then'])(
    'ends when the person signs out in another tab: it %s',
    async (how) => {
      const { app, tab, waiting } = await suspended()
      if (how === 'was frozen then') app.browser.removeChannels()
      const other = await app.signIn()
      if (how === 'hears of it') await until(() => tab.auth.getState().reason !== 'suspended')
      await other.auth.logout({ local: true })
      if (how === 'was frozen then') {
        tab.platform.wake('resumed')
        expect(await rejectionOf(waiting)).toMatchObject({ code: 'session_ended' })
      }
      expect((await decided(tab)).reason).toBe('signed_out_elsewhere')
    },
  )

  it('ends with a sign-out of another tab that waits as well', async () => {
    const app = await createFakeApp({ options: { onSessionLost: holdSession } })
    const tabs = [await app.signIn(), app.load()]
    await Promise.all(tabs.map(({ auth }) => auth.ready()))
    refuseRefreshes(app)
    void tabs[0]?.auth.getAccessToken({ forceRefresh: true }).catch(() => undefined)
    await until(() => tabs.every(({ auth }) => auth.getState().reason === 'suspended'))
    await tabs[1]?.auth.logout({ local: true })
    await until(() => tabs[0]?.auth.getState().reason === 'signed_out_elsewhere')
    // Nor is the person signed straight back in.
    await expect(tabs[0]?.auth.requireSession()).resolves.toMatchObject({ status: 'unauthenticated' })
  })

  it('is given up by a sign-out, with the reason why it had ended', async () => {
    const { tab, waiting } = await suspended()
    await tab.auth.logout({ local: true })
    expect(await rejectionOf(waiting)).toMatchObject({ code: 'session_ended' })
    expect(tab.auth.getState()).toMatchObject({ status: 'unauthenticated', reason: 'signed_out' })
  })

  it('lets whoever waits stop waiting', async () => {
    const { tab } = await suspended()
    const stop = new AbortController()
    const waiting = rejectionOf(tab.auth.getAccessToken({ signal: stop.signal }))
    const reason = new Error('navigated away')
    stop.abort(reason)
    expect(await waiting).toBe(reason)
    expect(tab.auth.getState().reason).toBe('suspended')
  })

  it.each(['the browser brings the page back', 'the person stops the page from being left'])(
    'is still held on to after a sign-in by redirect that came to nothing: %s',
    async (how) => {
      const scene = await suspended()
      const { app, tab, heard, waiting } = scene
      await tab.auth.login()
      const meanwhile = tab.auth.getAccessToken()
      if (how === 'the browser brings the page back') tab.platform.wake('restored')
      else {
        await app.advance(10_000)
        expect(await rejectionOf(tab.auth.login({ maxAge: -1 }))).toMatchObject({ code: 'invalid_option' })
      }
      expect(tab.auth.getState()).toMatchObject({ reason: 'suspended', user: { sub: 'alice' } })
      expect(heard.filter((event) => event.startsWith('identity'))).toEqual([])
      const signIn = reauthenticate(tab.auth)
      await comeBack(scene)
      await signIn
      expect(await waiting).toBe(await meanwhile)
    },
  )

  it('is not held on to any more where the person signed out in another tab while this page was being left', async () => {
    const { app, tab, waiting } = await suspended()
    const other = await app.signIn()
    await until(() => tab.auth.getState().reason === 'signed_in_elsewhere')
    await waiting
    void tab.auth.getAccessToken({ forceRefresh: true }).catch(() => undefined)
    await until(() => tab.auth.getState().reason === 'suspended')
    await tab.auth.login()
    await other.auth.logout({ local: true })
    await settle()
    tab.platform.wake('restored')
    expect(tab.auth.getState().status).toBe('unauthenticated')
    await expect(tab.auth.requireSession()).resolves.toMatchObject({ status: 'unauthenticated' })
  })

  it('is given up by a sign-out, also where the page that was being left for it comes back', async () => {
    const { tab, waiting } = await suspended()
    await tab.auth.logout()
    tab.platform.wake('restored')
    expect(tab.auth.getState()).toMatchObject({ status: 'unauthenticated', reason: 'signed_out' })
    expect(await rejectionOf(waiting)).toMatchObject({ code: 'session_ended' })
  })

  it('lets whoever waits go on waiting where the session is lost once more before they were served', async () => {
    const scene = await suspended()
    const { app, tab, waiting } = scene
    const first = reauthenticate(tab.auth)
    await comeBack(scene)
    await first
    await waiting
    // A token for another API is to be had by the refresh token alone.
    const other = tab.auth.getAccessToken({ audience: 'https://other.example' })
    other.catch(() => undefined)
    for (let losses = 0; losses < 2; losses++) {
      await until(() => tab.auth.getState().reason === 'suspended')
      if (losses === 1) app.provider.onToken = () => undefined
      const again = reauthenticate(tab.auth)
      await comeBack(scene)
      await again
    }
    await expect(other).resolves.toBeTruthy()
  })

  it('sends nobody off from a guard: the page has work in it', async () => {
    const { tab } = await suspended()
    await expect(tab.auth.requireSession()).resolves.toMatchObject({ reason: 'suspended' })
    await expect(tab.auth.requireSession({ maxAge: 1 })).resolves.toMatchObject({ reason: 'suspended' })
    expect(tab.platform.visited).toEqual([])
  })

  it('waits too where a token that nothing renews ran out without a network', async () => {
    const app = await createFakeApp({
      ...sameSite,
      options: { ...sameSite.options, onSessionLost: holdSession },
    })
    app.provider.onToken = ({ body }) => {
      if (typeof body === 'object') delete body.refresh_token
    }
    const tab = await app.signIn()
    tab.platform.setOnline(false)
    await app.advance(301_000)
    const waiting = tab.auth.getAccessToken()
    waiting.catch(() => undefined)
    await until(() => tab.auth.getState().reason === 'suspended')
    tab.platform.setOnline(true)
    const signIn = reauthenticate(tab.auth)
    await comeBack({ app, tab })
    await signIn
    await expect(waiting).resolves.toBeTruthy()
  })

  it('asks the provider where nobody sees it before anybody is asked', async () => {
    const app = await createFakeApp({
      ...sameSite,
      options: { ...sameSite.options, onSessionLost: holdSession },
    })
    const tab = await app.signIn()
    refuseRefreshes(app)
    void tab.auth.getAccessToken({ forceRefresh: true }).catch(() => undefined)
    const frame = await frameOf(tab)
    expect(tab.auth.getState().reason).toBe('signed_in')
    refuseFrame(frame)
    await until(() => tab.auth.getState().reason === 'suspended')
  })
})

describe('asking the person again', () => {
  it('needs somebody who is signed in', async () => {
    const tab = (await createFakeApp()).load()
    expect(await rejectionOf(reauthenticate(tab.auth))).toMatchObject({ code: 'not_signed_in' })
    expect(tab.platform.windows).toEqual([])
  })

  it('leaves a session that goes on alone, where another person comes back', async () => {
    const app = await createFakeApp()
    const tab = await app.signIn()
    const token = await tab.auth.getAccessToken()
    const asked: Promise<AuthError> = rejectionOf(reauthenticate(tab.auth, { maxAge: 60 }))
    await comeBack({ app, tab }, 'bob')
    expect(await asked).toMatchObject({ code: expect.stringMatching(/subject_changed|reauthentication/) })
    await expect(tab.auth.getAccessToken()).resolves.toBe(token)
    expect(tab.auth.getState().user?.sub).toBe('alice')
  })
})
