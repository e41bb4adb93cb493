import { describe, expect, it } from 'vitest'
import { createDpopProvider } from '../../test/dpop-provider.ts'
import {
  answerFrame,
  createFakeApp,
  type FakeApp,
  type FakeAppOptions,
  frameOf,
  refuseFrame,
  sameSite,
  type Tab,
} from '../../test/fake-app.ts'
import { type FakeProviderFrame, settle } from '../../test/fake-platform.ts'
import { inTime } from '../../test/in-time.ts'
import { rejectionOf } from '../../test/pages.ts'
import { until } from '../../test/until.ts'
import { signInToVault } from '../../test/vault-app.ts'
import { dpop } from '../dpop/dpop.ts'
import type { OpenIdOptions } from '../options/client-options.ts'

const interval = 5000

/** Watching, on the provider's own site. */
const watching: FakeAppOptions = {
  ...sameSite,
  options: { ...sameSite.options, watchProviderSession: true },
}

async function opened(setting: FakeAppOptions = watching): Promise<FakeApp> {
  const app = await createFakeApp(setting)
  const { issuer, metadata } = app.provider
  metadata.check_session_iframe = `${issuer}/check`
  app.provider.sessionState = 'first.salt'
  return app
}

/** Somebody has signed in, and the provider's frame has been asked. */
async function signedIn(setting?: FakeAppOptions): Promise<{ app: FakeApp; tab: Tab }> {
  const app = await opened(setting)
  return { app, tab: await app.signIn() }
}

function watchFrame({ platform }: Tab): FakeProviderFrame {
  const [frame] = platform.providerFrames
  if (!frame) throw new Error('Nobody watches.')
  return frame
}

/** Another tab of the app, which has taken over the session. */
async function another(app: FakeApp): Promise<Tab> {
  const tab = app.load()
  await until(() => tab.auth.getState().status === 'authenticated')
  return tab
}

/** The frame says that something has changed, and the provider is asked what. */
async function change(tab: Tab): Promise<void> {
  watchFrame(tab).say('changed')
  await frameOf(tab)
}

/** The provider answers that the same person is signed in, in what is another session to it. */
async function goOn(app: FakeApp, tab: Tab, sessionState: string): Promise<void> {
  app.provider.sessionState = sessionState
  const before = app.provider.count('/token')
  answerFrame(await frameOf(tab), app)
  await until(() => app.provider.count('/token') > before)
  await settle()
}

const stateOf = ({ auth }: Tab): unknown => {
  const { status, reason } = auth.getState()
  return [status, reason]
}
const stillSignedIn = ['authenticated', 'signed_in']

describe('the provider’s session, watched (OpenID Connect Session Management 1.0 §3.1)', () => {
  it('is asked after every few seconds by client id and session state', async () => {
    const { app, tab } = await signedIn()
    const frame = watchFrame(tab)
    expect([frame.url, frame.heard]).toEqual(['https://id.example.com/check', ['app first.salt']])
    for (let round = 0; round < 3; round++) {
      frame.say('unchanged')
      await app.advance(interval)
    }
    expect(frame.heard).toHaveLength(4)
    expect([tab.platform.frames, tab.platform.providerFrames.length]).toEqual([[], 1])
    expect(stateOf(tab)).toEqual(stillSignedIn)
  })

  it('is not shown by whatever tells of the session', async () => {
    const { tab } = await signedIn()
    expect(JSON.stringify([tab.auth.getState(), tab.auth.explain()])).not.toMatch('salt')
  })

  it.each<[string, (app: FakeApp) => void, FakeAppOptions?]>([
    ['nobody asked for it', () => undefined, sameSite],
    [
      'nobody asked for it, though for what comes with it',
      () => undefined,
      { ...sameSite, options: { ...sameSite.options, userInfo: true } },
    ],
    ['the provider is on another site', () => undefined, { ...watching, href: 'https://app.example/' }],
    ['the provider has no such page', ({ provider }) => delete provider.metadata.check_session_iframe],
    [
      'the page is not one to talk to',
      ({ provider }) => Object.assign(provider.metadata, { check_session_iframe: 'http://id.example.com/' }),
    ],
    ['its answer said nothing of it', ({ provider }) => Object.assign(provider, { sessionState: undefined })],
    ['what it said cannot be passed on', ({ provider }) => Object.assign(provider, { sessionState: 'a b' })],
  ])('is left alone where %s', async (_, arrange, setting) => {
    const app = await opened(setting)
    arrange(app)
    const tab = await app.signIn()
    await app.advance(3 * interval)
    expect([tab.auth.getState().status, tab.platform.providerFrames]).toEqual(['authenticated', []])
  })

  it('is left alone by a page in a frame, and by one where nobody is signed in', async () => {
    const app = await opened()
    const framed = app.open()
    framed.platform.setFramed(true)
    framed.start()
    await app.signIn()
    await until(() => framed.auth.getState().status !== 'loading')
    const { auth, platform } = await app.signIn()
    await app.advance(interval)
    expect([framed.platform.providerFrames.length, platform.providerFrames.length]).toEqual([0, 1])
    void auth.logout({ local: true })
    expect(platform.providerFrames).toEqual([])
  })

  it.each<[string, (tab: Tab, isAway: boolean) => void]>([
    ['is hidden', ({ platform }, isAway) => platform.setVisible(!isAway)],
    ['is offline', ({ platform }, isAway) => platform.setOnline(!isAway)],
    ['is loaded ahead of time', ({ platform }, isAway) => platform.setPrerendering(isAway)],
  ])('is not asked after while the page %s, and at once when that is over', async (_, set) => {
    const { app, tab } = await signedIn()
    const { heard } = watchFrame(tab)
    set(tab, true)
    await app.advance(10 * interval)
    expect(heard).toHaveLength(1)
    set(tab, false)
    tab.platform.wake('visible')
    expect(heard).toHaveLength(2)
  })

  it('is not watched once stopped, and again when started', async () => {
    const { app, tab } = await signedIn()
    tab.close()
    expect([tab.platform.providerFrames, tab.platform.listenerCount()]).toEqual([[], 0])
    await app.advance(2 * interval)
    tab.start()
    tab.close()
    tab.start()
    expect(watchFrame(tab).heard).toEqual(['app first.salt'])
    await app.advance(interval)
    expect([watchFrame(tab).heard.length, tab.platform.providerFrames.length]).toEqual([2, 1])
  })

  it('is not watched any more after an error', async () => {
    const { app, tab } = await signedIn()
    watchFrame(tab).say('error')
    await app.advance(2 * interval)
    expect([stateOf(tab), tab.platform.providerFrames, tab.platform.frames]).toEqual([stillSignedIn, [], []])
  })

  it.each([['anything else'], [{ state: 'changed' }], [undefined]])('may say %o to nobody', async (said) => {
    const { tab } = await signedIn()
    watchFrame(tab).say(said)
    expect([tab.platform.frames, tab.platform.providerFrames.length]).toEqual([[], 1])
  })

  it('is asked after by another session state since a sign-in elsewhere; what is said of the old one is nothing', async () => {
    const { app, tab } = await signedIn()
    const frame = watchFrame(tab)
    app.provider.sessionState = 'second.salt'
    await app.signIn()
    await settle()
    frame.say('changed')
    expect(tab.platform.frames).toEqual([])
    await app.advance(interval)
    expect(frame.heard.at(-1)).toBe('app second.salt')
    app.provider.sessionState = undefined
    await app.signIn()
    await app.advance(interval)
    expect(tab.platform.providerFrames).toEqual([])
  })
})

describe('a change there', () => {
  it('is nothing where the same person is still signed in: the new session state is taken', async () => {
    const { app, tab } = await signedIn()
    let renders = 0
    tab.auth.subscribe(() => renders++)
    await change(tab)
    await goOn(app, tab, 'second.salt')
    await app.advance(interval)
    expect([stateOf(tab), renders, watchFrame(tab).heard.at(-1)]).toEqual([
      stillSignedIn,
      0,
      'app second.salt',
    ])
    expect(await tab.auth.getAccessToken()).toBeTruthy()
  })

  it('asks without showing anything, for as much as was granted', async () => {
    const { tab } = await signedIn()
    await change(tab)
    const { searchParams } = new URL((await frameOf(tab)).url)
    expect([searchParams.get('prompt'), searchParams.get('scope')]).toEqual(['none', 'openid profile email'])
  })

  it('ends the session in every tab where nobody is signed in any more', async () => {
    const { app, tab } = await signedIn()
    const other = await another(app)
    await change(tab)
    refuseFrame(await frameOf(tab))
    await until(() => tab.auth.getState().status === 'unauthenticated')
    await settle()
    expect([stateOf(tab), stateOf(other)]).toEqual([
      ['unauthenticated', 'session_ended'],
      ['unauthenticated', 'signed_out_elsewhere'],
    ])
    expect(tab.auth.explain().sentence).toBe('Not signed in: the provider ended the session.')
    expect(await rejectionOf(tab.auth.getAccessToken())).toMatchObject({ code: 'not_signed_in' })
    expect([tab.platform.providerFrames, other.platform.providerFrames]).toEqual([[], []])
  })

  it('ends it where somebody else is, of whom nothing is taken', async () => {
    const { app, tab } = await signedIn()
    await change(tab)
    app.provider.claims = { sub: 'bob', name: 'Bob' }
    answerFrame(await frameOf(tab), app)
    await until(() => tab.auth.getState().status === 'unauthenticated')
    expect(stateOf(tab)).toEqual(['unauthenticated', 'subject_changed'])
  })

  it('keeps the session where the network fails, and asks again a minute later', async () => {
    const { app, tab } = await signedIn()
    app.provider.onRequest = ({ path }) => {
      if (path === '/token') throw new TypeError('Failed to fetch')
      return undefined
    }
    await change(tab)
    answerFrame(await frameOf(tab), app)
    await settle()
    const { heard } = watchFrame(tab)
    const before = heard.length
    await app.advance(55_000)
    expect([stateOf(tab), heard.length, tab.platform.frames]).toEqual([stillSignedIn, before, []])
    await app.advance(10_000)
    expect(heard.length).toBeGreaterThan(before)
  })

  it.each<[string, (tab: Tab, app: FakeApp) => Promise<unknown>]>([
    ['does not answer', (_, app) => app.advance(9000)],
    ['refuses for its own reasons', async (tab) => refuseFrame(await frameOf(tab), 'server_error')],
    [
      'is not what answers',
      async (tab) =>
        (await frameOf(tab)).say({ latchkey: 'silent-callback', url: 'https://example.com/other' }),
    ],
  ])('keeps the session where the provider %s', async (_, answer) => {
    const { app, tab } = await signedIn()
    await change(tab)
    watchFrame(tab).say('changed')
    await answer(tab, app)
    await settle()
    expect([stateOf(tab), tab.platform.frames]).toEqual([stillSignedIn, []])
  })

  it('counts no question that failed among those that were useless', async () => {
    const { app, tab } = await signedIn()
    for (let round = 0; round < 3; round++) {
      await change(tab)
      refuseFrame(await frameOf(tab), 'server_error')
      await settle()
      await app.advance(65_000)
    }
    expect(tab.platform.providerFrames).toHaveLength(1)
  })

  it('is looked into by one tab, whose answer is good for all', async () => {
    const { app, tab } = await signedIn()
    const other = await another(app)
    await change(tab)
    watchFrame(other).say('changed')
    watchFrame(other).say('changed')
    await settle()
    expect([tab.platform.frames.length, other.platform.frames.length]).toEqual([1, 0])
    await goOn(app, tab, 'second.salt')
    await app.advance(interval)
    expect(other.platform.frames).toEqual([])
    expect(watchFrame(other).heard.at(-1)).toBe('app second.salt')
  })

  it('is believed no more after two that were none (§5.1)', async () => {
    const { app, tab } = await signedIn()
    for (const sessionState of ['second.salt', 'third.salt']) {
      await change(tab)
      await goOn(app, tab, sessionState)
      await app.advance(interval)
    }
    watchFrame(tab).say('changed')
    await app.advance(interval)
    expect([stateOf(tab), tab.platform.frames, tab.platform.providerFrames]).toEqual([stillSignedIn, [], []])
  })

  it('counts anew once nothing had changed', async () => {
    const { app, tab } = await signedIn()
    for (const sessionState of ['second.salt', 'third.salt', 'fourth.salt']) {
      await change(tab)
      await goOn(app, tab, sessionState)
      await app.advance(interval)
      watchFrame(tab).say('unchanged')
      await app.advance(interval)
    }
    expect(watchFrame(tab).heard.at(-1)).toBe('app fourth.salt')
  })

  it('is of no interest once the person has signed out', async () => {
    const { app, tab } = await signedIn()
    await change(tab)
    void tab.auth.logout({ local: true })
    await settle()
    expect([stateOf(tab), tab.platform.frames]).toEqual([['unauthenticated', 'signed_out'], []])
    expect(app.provider.count('/token')).toBe(1)
  })

  it('is looked into no further where the page stops, and anew where it starts', async () => {
    const { tab } = await signedIn()
    await change(tab)
    tab.close()
    await settle()
    expect([tab.auth.getState().status, tab.platform.frames]).toEqual(['authenticated', []])
    tab.start()
    await change(tab)
    refuseFrame(await frameOf(tab))
    await until(() => tab.auth.getState().status === 'unauthenticated')
    expect(stateOf(tab)).toEqual(['unauthenticated', 'session_ended'])
  })

  it('that comes too late is not about who has signed in since', async () => {
    const { app, tab } = await signedIn()
    await change(tab)
    const frame = await frameOf(tab)
    await app.signIn()
    await settle()
    const before = app.provider.count('/token')
    answerFrame(frame, app)
    await settle()
    expect([stateOf(tab), app.provider.count('/token')]).toEqual([stillSignedIn, before])
  })

  it('is believed of what may be another site only once the frame is known to see cookies', async () => {
    const unsure: FakeAppOptions = { ...watching, href: 'https://app.example.com/' }
    const { tab } = await signedIn(unsure)
    watchFrame(tab).say('changed')
    await settle()
    expect([tab.platform.frames, tab.platform.providerFrames, stateOf(tab)]).toEqual([[], [], stillSignedIn])
    const { app, tab: sure } = await signedIn(unsure)
    watchFrame(sure).say('unchanged')
    await app.advance(interval)
    await change(sure)
    expect(sure.platform.frames).toHaveLength(1)
  })
})

describe('what the provider said of its session', () => {
  it('goes through a refresh, and to other tabs', async () => {
    const { app, tab } = await signedIn()
    await tab.auth.getAccessToken({ forceRefresh: true })
    const other = await another(app)
    await app.advance(interval)
    expect([watchFrame(tab).heard.at(-1), watchFrame(other).heard.at(-1)]).toEqual([
      'app first.salt',
      'app first.salt',
    ])
  })

  it('is known to a vault, whose session ends with the provider’s', async () => {
    const app = await opened()
    const { vault, tab } = await signInToVault(app, watching.options)
    expect(watchFrame(tab).heard).toEqual(['app first.salt'])
    await change(tab)
    app.provider.sessionState = 'second.salt'
    answerFrame(await frameOf(tab), app)
    await inTime(
      tab.platform,
      until(() => watchFrame(tab).heard.includes('app second.salt')),
    )
    await change(tab)
    refuseFrame(await frameOf(tab))
    await inTime(
      tab.platform,
      until(() => tab.auth.getState().status === 'unauthenticated'),
    )
    expect(stateOf(tab)).toEqual(['unauthenticated', 'session_ended'])
    vault.close()
  })

  it('rests with a session that is bound to a key', async () => {
    const provider = await createDpopProvider('https://id.example.com')
    const options: Partial<OpenIdOptions> = { ...watching.options, binding: dpop(), persist: 'bound' }
    const { app, tab } = await signedIn({ ...watching, provider, options })
    app.browser.removeChannels()
    const reloaded = app.reload(tab)
    await until(() => reloaded.auth.getState().status === 'authenticated')
    expect(watchFrame(reloaded).heard).toEqual(['app first.salt'])
  })
})
