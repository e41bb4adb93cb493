import { describe, expect, it } from 'vitest'
import {
  answerFrame,
  createFakeApp,
  decided,
  type FakeApp,
  type FakeAppOptions,
  frameOf,
  refusal,
  refuseFrame,
  sameSite,
  type Tab,
} from '../../test/fake-app.ts'
import { type FakeFrame, settle } from '../../test/fake-platform.ts'
import { demandPush } from '../../test/fake-provider.ts'
import { holdUpAnswers } from '../../test/hold-up-answers.ts'
import { holdUp } from '../../test/pages.ts'
import { until } from '../../test/until.ts'

/** Days, in milliseconds. */
const day = 24 * 60 * 60 * 1000

/** A page that is loaded after a sign-in, with no other tab to ask. */
async function reloaded(setting: FakeAppOptions = sameSite): Promise<{ app: FakeApp; tab: Tab }> {
  const app = await createFakeApp(setting)
  app.browser.removeChannels()
  return { app, tab: app.reload(await app.signIn()) }
}

function frameReport({ auth }: Tab): unknown {
  return auth.explain().restore.find(({ rung }) => rung === 'frame')
}

function recordOf({ browser }: FakeApp): unknown {
  const key = browser.storage.keys().find((name) => name.endsWith('.session')) ?? ''
  return JSON.parse(browser.storage.get(key) ?? '')[1]
}

/** As a tab whose app is of a version that leaves no mark: nobody knows that it is there. */
function forgetMarks({ browser }: FakeApp): void {
  for (const key of browser.storage.keys()) if (key.includes('.holding.')) browser.storage.remove(key)
}

describe('the provider, asked in a hidden frame', () => {
  it('is asked without showing anything (OpenID Connect Core §3.1.2.1), and answers with a session', async () => {
    const { app, tab } = await reloaded({
      ...sameSite,
      options: { ...sameSite.options, params: { audience: 'orders' } },
    })
    const frame = await frameOf(tab)
    const { origin, pathname, searchParams } = new URL(frame.url)
    expect([origin, pathname]).toEqual(['https://id.example.com', '/auth'])
    expect(Object.fromEntries(searchParams)).toMatchObject({
      prompt: 'none',
      redirect_uri: 'https://example.com/silent',
      scope: 'openid profile email',
      code_challenge_method: 'S256',
      audience: 'orders',
    })
    answerFrame(frame, app)
    expect(await decided(tab)).toMatchObject({
      status: 'authenticated',
      reason: 'restored',
      user: { sub: 'alice' },
    })
    expect(tab.auth.explain().sentence).toBe(
      'Signed in: the session was found again, because the provider, asked in a hidden frame, knew the person.',
    )
    expect([tab.platform.frames, tab.platform.visited]).toEqual([[], []])
    expect(app.timerCount()).toBe(1) // the renewal
    await expect(tab.auth.getAccessToken()).resolves.toMatch(/^SENTINEL/)
  })

  it('is told beforehand what is asked, where it demands that (RFC 9126)', async () => {
    const app = await createFakeApp(sameSite)
    demandPush(app.provider)
    app.browser.removeChannels()
    const tab = app.reload(await app.signIn())
    const frame = await frameOf(tab)
    expect([...new URL(frame.url).searchParams.keys()]).toEqual(['client_id', 'request_uri'])
    expect(app.provider.seen.at(-1)?.form.get('prompt')).toBe('none')
    answerFrame(frame, app)
    expect(await decided(tab)).toMatchObject({ status: 'authenticated', reason: 'restored' })
  })

  it.each(['login_required', 'interaction_required', 'consent_required', 'account_selection_required'])(
    'says that nobody is signed in there: %s is an answer, and no error',
    async (error) => {
      const { app, tab } = await reloaded()
      refuseFrame(await frameOf(tab), error)
      expect(await decided(tab)).toEqual({ status: 'unauthenticated', reason: 'no_session' })
      expect(frameReport(tab)).toMatchObject({ outcome: 'signed_out' })
      expect([tab.platform.frames, app.timerCount()]).toEqual([[], 0])
      // And is not asked again.
      const next = app.reload(tab)
      expect(next.auth.getState()).toEqual({ status: 'unauthenticated', reason: 'no_session' })
      await settle()
      expect(next.platform.frames).toEqual([])
    },
  )

  it.each<[string, (frame: FakeFrame, app: FakeApp) => void, string]>([
    ['refuses for another reason', (frame) => refuseFrame(frame, 'server_error'), 'authorization_failed'],
    [
      'refuses without a state (RFC 6749 §4.1.2.1 demands one)',
      (frame) =>
        frame.say({ latchkey: 'silent-callback', url: 'https://example.com/silent?error=login_required' }),
      'invalid_authorization_response',
    ],
    [
      'answers to another question',
      (frame, { provider }) =>
        frame.say({
          latchkey: 'silent-callback',
          url: provider.signIn(frame.url).replace(/state=[^.]+\.[^&]+/, (s) => `${s}x`),
        }),
      'invalid_authorization_response',
    ],
    [
      'answers as somebody else (RFC 9207 §2.4)',
      (frame, { provider }) =>
        frame.say({
          latchkey: 'silent-callback',
          url: provider.signIn(frame.url, { iss: 'https://evil.example' }),
        }),
      'issuer_mismatch',
    ],
    [
      'refuses as somebody else',
      (frame) =>
        frame.say({
          latchkey: 'silent-callback',
          url: refusal(frame.url, 'login_required').replace('id.example.com', 'evil.example'),
        }),
      'issuer_mismatch',
    ],
    [
      'sends the frame to another page',
      (frame) => frame.say({ latchkey: 'silent-callback', url: 'https://example.com/' }),
      'invalid_authorization_response',
    ],
    [
      'sends the frame nowhere',
      (frame) => frame.say({ latchkey: 'silent-callback', url: 'not a url' }),
      'invalid_authorization_response',
    ],
    [
      'does not let the token request through',
      (frame, app) => {
        app.provider.onRequest = ({ path }) => {
          if (path === '/token') throw new TypeError('Failed to fetch')
          return undefined
        }
        answerFrame(frame, app)
      },
      'network_failed',
    ],
    [
      'gives an ID token to somebody else’s question',
      (frame, app) => {
        app.provider.claims = { nonce: 'another' }
        answerFrame(frame, app)
      },
      'invalid_id_token',
    ],
  ])(
    'has said nothing of the session where it %s: that is kept in mind (invariant 3)',
    async (_, answer, code) => {
      const { app, tab } = await reloaded()
      answer(await frameOf(tab), app)
      expect(await decided(tab)).toMatchObject({
        status: 'unauthenticated',
        reason: 'restore_failed',
        error: { code },
      })
      expect(frameReport(tab)).toMatchObject({ outcome: 'failed', why: code })
      expect([recordOf(app), tab.platform.frames]).toEqual(['signed_in', []])
      // Only what the network kept from being asked is asked again by itself.
      expect(app.timerCount()).toBe(code === 'network_failed' ? 1 : 0)
      // No guard makes a redirect out of it.
      await tab.auth.requireSession()
      expect(tab.platform.visited).toEqual([])
      // Once the page comes back to life, it is asked again.
      app.provider.onRequest = () => undefined
      app.provider.claims = {}
      tab.platform.wake('visible')
      answerFrame(await frameOf(tab), app)
      await until(() => tab.auth.getState().status === 'authenticated')
    },
  )

  it.each<[string, unknown]>([
    ['no object', 'silent-callback'],
    ['nothing', null],
    ['somebody else’s', { type: 'webpack', url: 'https://example.com/silent?code=x' }],
    ['without a URL', { latchkey: 'silent-callback' }],
    ['with a URL that is no text', { latchkey: 'silent-callback', url: { href: 'https://example.com' } }],
  ])('is listened to in spite of a message that is %s', async (_, message) => {
    const { app, tab } = await reloaded()
    const frame = await frameOf(tab)
    frame.say(message)
    await settle()
    expect(tab.platform.frames).toEqual([frame])
    answerFrame(frame, app)
    expect(await decided(tab)).toMatchObject({ status: 'authenticated' })
  })

  it('does not put who was there before in the place of who has signed in meanwhile, in another tab (REST-01)', async () => {
    const app = await createFakeApp(sameSite)
    ;(await app.signIn()).close()
    const tab = app.load()
    const frame = await frameOf(tab)
    app.provider.claims = { sub: 'bob' }
    const other = await app.signIn()
    await until(() => tab.auth.getState().user?.sub === 'bob')
    const requests = app.provider.count('/token')
    app.provider.claims = {}
    answerFrame(frame, app)
    await settle()
    for (const { auth } of [tab, other]) expect(auth.getState().user?.sub).toBe('bob')
    expect(app.provider.count('/token')).toBe(requests)
    expect(tab.platform.frames).toEqual([])
  })

  it('finds nobody who signs out in another tab while its answer is exchanged: that is no failure', async () => {
    const { app, tab } = await reloaded()
    const frame = await frameOf(tab)
    const held = holdUp(app, '/token')
    answerFrame(frame, app)
    await held.arrived
    await app.open().auth.logout({ local: true })
    held.goOn()
    expect(await decided(tab)).toEqual({ status: 'unauthenticated', reason: 'signed_out' })
  })

  it('sends one code once, though its page says it twice (invariant 12)', async () => {
    const { app, tab } = await reloaded()
    const frame = await frameOf(tab)
    const message = { latchkey: 'silent-callback', url: app.provider.signIn(frame.url) }
    frame.say(message)
    frame.say(message)
    expect(await decided(tab)).toMatchObject({ status: 'authenticated' })
    expect(app.provider.count('/token')).toBe(2)
  })

  it('has 8 seconds', async () => {
    const { app, tab } = await reloaded()
    await frameOf(tab)
    await app.advance(7999)
    expect(tab.platform.frames).toHaveLength(1)
    await app.advance(1)
    expect(tab.auth.getState()).toMatchObject({ reason: 'restore_failed', error: { code: 'timeout' } })
    const unanswered = 'https://example.com/silent'
    expect(frameReport(tab)).toEqual({ rung: 'frame', outcome: 'timeout', unanswered, tookMs: 8000 })
    expect(tab.auth.explain().sentence).toContain(`frame: timeout at ${unanswered}`)
    expect(tab.auth.getState().error?.message).toMatch(`nothing came from ${unanswered} in a hidden frame.`)
    expect([tab.platform.frames, recordOf(app)]).toEqual([[], 'signed_in'])
  })
})

describe('a frame that the provider’s cookies do not reach', () => {
  it.each<[string, FakeAppOptions]>([
    ['another site', { href: 'https://app.example/', issuer: 'https://id.other' }],
    ['127.0.0.1 from localhost', { href: 'http://localhost:3000/', issuer: 'http://127.0.0.1:4000' }],
    ['https from http', { href: 'http://localhost:3000/', issuer: 'https://localhost:4000' }],
  ])('is never opened: %s (pain 1)', async (_, setting) => {
    const app = await createFakeApp({ ...setting, options: { silentRedirectUri: '/silent' } })
    app.browser.removeChannels()
    ;(await app.signIn()).close()
    const before = app.provider.seen.length
    // A new tab, which would have to find out where the provider is.
    const tab = app.load()
    expect(await decided(tab)).toEqual({ status: 'unauthenticated', reason: 'no_session' })
    expect(frameReport(tab)).toMatchObject({ outcome: 'skipped', why: 'cross_site' })
    expect([tab.platform.frames, app.provider.seen.length]).toEqual([[], before])
  })

  it('is not opened either where the issuer sends people to another site', async () => {
    const app = await createFakeApp(sameSite)
    app.browser.removeChannels()
    app.provider.metadata.authorization_endpoint = 'https://id.elsewhere.example/auth'
    const tab = app.reload(await app.signIn())
    expect(await decided(tab)).toEqual({ status: 'unauthenticated', reason: 'no_session' })
    expect(frameReport(tab)).toMatchObject({ outcome: 'skipped', why: 'cross_site' })
  })

  const unknownSite: FakeAppOptions = {
    href: 'https://app.example.com/',
    issuer: 'https://id.example.com',
    options: { silentRedirectUri: '/silent' },
  }

  it('is tried once where nobody can tell, and for a week that is remembered', async () => {
    const { app, tab } = await reloaded(unknownSite)
    await frameOf(tab)
    await app.advance(8000)
    expect(tab.auth.getState().reason).toBe('restore_failed')

    const next = app.reload(tab)
    expect(await decided(next)).toEqual({ status: 'unauthenticated', reason: 'no_session' })
    expect(frameReport(next)).toMatchObject({ outcome: 'skipped', why: 'cross_site' })

    await app.advance(7 * day - 1)
    expect(await decided(app.reload(await app.signIn()))).toMatchObject({ reason: 'no_session' })

    await app.advance(1)
    const later = app.reload(await app.signIn())
    answerFrame(await frameOf(later), app)
    expect(await decided(later)).toMatchObject({ status: 'authenticated' })
  })

  it('is tried again where what is remembered was learned while the clock was far ahead', async () => {
    const { app, tab } = await reloaded(unknownSite)
    await frameOf(tab)
    await app.advance(8000)
    const next = app.reload(tab)
    expect(await decided(next)).toMatchObject({ reason: 'no_session' })
    app.setWallClock(app.nowMs() - 365 * day)
    answerFrame(await frameOf(app.reload(await app.signIn())), app)
  })

  it('is none where it has answered in the last week: the network is bad, and nobody is signed out by that (invariant 3)', async () => {
    const { app, tab } = await reloaded(unknownSite)
    answerFrame(await frameOf(tab), app)
    await decided(tab)
    let page = tab
    for (let round = 0; round < 2; round++) {
      page = app.reload(page)
      await frameOf(page)
      await app.advance(8000)
      expect(page.auth.getState()).toMatchObject({ reason: 'restore_failed', error: { code: 'timeout' } })
    }
    page.close()
    await app.advance(7 * day)
    page = app.reload(await app.signIn())
    await frameOf(page)
    await app.advance(8000)
    expect(await decided(app.reload(page))).toMatchObject({ reason: 'no_session' })
  })

  it('is opened at every reload where nobody can tell and it has worked', async () => {
    const { app, tab } = await reloaded(unknownSite)
    let page = tab
    for (let round = 0; round < 3; round++) {
      answerFrame(await frameOf(page), app)
      expect(await decided(page)).toMatchObject({ status: 'authenticated', reason: 'restored' })
      page = app.reload(page)
    }
  })

  it.each([
    ['the provider did not say in time where its sign-in page is', '/.well-known/openid-configuration'],
    ['the token request took too long, after the frame had answered', '/token'],
  ])('is not learned of by a timeout where %s', async (_, path) => {
    const app = await createFakeApp(unknownSite)
    app.browser.removeChannels()
    const before = await app.signIn()
    before.close()
    const asked = app.provider.count(path)
    app.provider.onRequest = (request) => (request.path === path ? new Promise(() => undefined) : undefined)
    // A new tab, which has to find out where the provider is.
    const tab = app.load()
    if (path === '/token') answerFrame(await frameOf(tab), app)
    // Nobody looks, so nothing is tried again.
    tab.platform.setVisible(false)
    await until(() => app.provider.count(path) > asked)
    // The rung's time, and that of the request.
    await app.advance(10_000)
    expect(tab.auth.getState()).toMatchObject({ reason: 'restore_failed', error: { code: 'timeout' } })
    // Nor is the page blamed that the frame ends at.
    expect(frameReport(tab)).not.toHaveProperty('unanswered')
    app.provider.onRequest = () => undefined
    const next = app.reload(tab)
    answerFrame(await frameOf(next), app)
    expect(await decided(next)).toMatchObject({ status: 'authenticated' })
  })

  it('is not opened inside another page’s frame', async () => {
    const app = await createFakeApp(sameSite)
    app.browser.removeChannels()
    const before = await app.signIn()
    before.close()
    const tab = app.open({ stored: before.platform.stored })
    tab.platform.setFramed(true)
    tab.start()
    expect(await decided(tab)).toEqual({ status: 'unauthenticated', reason: 'no_session' })
    expect(frameReport(tab)).toMatchObject({ outcome: 'skipped', why: 'framed' })
  })
})

describe('the provider and the other tabs', () => {
  it('are asked at once where no tab says that it has the session: nothing is waited for', async () => {
    const app = await createFakeApp(sameSite)
    const tab = app.reload(await app.signIn())
    // No time passes but what a test lets pass.
    answerFrame(await frameOf(tab), app)
    expect(await decided(tab)).toMatchObject({ status: 'authenticated', reason: 'restored' })
    expect(tab.auth.explain().restore.map(({ rung, outcome }) => `${rung}: ${outcome}`)).toEqual([
      'tab: nothing',
      'frame: restored',
    ])
  })

  it('are asked one after the other where one says so: it answers, and the provider is not asked', async () => {
    const app = await createFakeApp(sameSite)
    await app.signIn()
    const answers = holdUpAnswers(app)
    const tab = app.load()
    await until(() => app.count('answer') > 0)
    await app.advance(199)
    expect(tab.platform.frames).toEqual([])
    answers.goOn()
    expect(await decided(tab)).toMatchObject({ status: 'authenticated', reason: 'restored' })
    expect(tab.platform.frames).toEqual([])
  })

  it('make one session where a tab answers that nobody knew of: the frame is closed, and no code is sent', async () => {
    const app = await createFakeApp(sameSite)
    const first = await app.signIn()
    const answers = holdUpAnswers(app)
    forgetMarks(app)
    const tab = app.load()
    const frame = await frameOf(tab)
    await until(() => app.count('answer') > 0)
    const asked = app.provider.count('/token')
    const told: unknown[] = []
    tab.auth.subscribe(() => told.push(tab.auth.getState().reason))
    answers.goOn()
    expect(await decided(tab)).toMatchObject({ status: 'authenticated', reason: 'restored' })
    answerFrame(frame, app)
    await settle()
    expect([app.provider.count('/token'), tab.platform.frames, told]).toEqual([asked, [], ['restored']])
    // Nor is the app's own page blamed, which was not waited for.
    expect(frameReport(tab)).toEqual({ rung: 'frame', outcome: 'nothing', tookMs: 0 })
    expect(await tab.auth.getAccessToken()).toBe(await first.auth.getAccessToken())
    expect(tab.auth.explain().sentence).toContain('because another tab handed it over')
  })

  it('do not sign anybody out where the provider knows nobody, and a tab that nobody knew of has the session', async () => {
    const app = await createFakeApp(sameSite)
    await app.signIn()
    const answers = holdUpAnswers(app)
    forgetMarks(app)
    const tab = app.load()
    const shown: string[] = []
    tab.auth.subscribe(() => shown.push(tab.auth.getState().status))
    refuseFrame(await frameOf(tab))
    await app.advance(150)
    expect(tab.auth.getState().status).toBe('loading')
    answers.goOn()
    expect(await decided(tab)).toMatchObject({ status: 'authenticated', reason: 'restored' })
    expect([shown, recordOf(app)]).toEqual([['authenticated'], 'signed_in'])
  })

  it('teach nothing of frames on a site that nobody can tell, where a tab was quicker', async () => {
    const app = await createFakeApp({
      href: 'https://app.example.com/',
      issuer: 'https://id.example.com',
      options: { silentRedirectUri: '/silent' },
    })
    await app.signIn()
    const answers = holdUpAnswers(app)
    forgetMarks(app)
    const tab = app.load()
    await frameOf(tab)
    await until(() => app.count('answer') > 0)
    answers.goOn()
    await decided(tab)
    await settle()
    expect(app.browser.storage.keys().filter((key) => key.endsWith('.frame'))).toEqual([])
  })
})

describe('a frame per tab', () => {
  it('is one frame: the others wait, and are handed what the first got', async () => {
    const app = await createFakeApp(sameSite)
    const gone = await app.signIn()
    gone.close()
    const tabs = [app.load(), app.load(), app.load()]
    await until(() => app.count('ask') === 3)
    await app.advance(200)
    await until(() => tabs.some(({ platform }) => platform.frames.length > 0))
    await settle()
    const frames = tabs.flatMap(({ platform }) => platform.frames)
    expect(frames).toHaveLength(1)
    const before = app.provider.count('/token')
    for (const frame of frames) answerFrame(frame, app)
    for (const tab of tabs) {
      expect(await decided(tab)).toMatchObject({ status: 'authenticated', reason: 'restored' })
      await until(() => frameReport(tab) !== undefined)
      expect(frameReport(tab)).toMatchObject({ outcome: 'restored' })
    }
    expect(app.provider.count('/token')).toBe(before + 1)
    expect(tabs.flatMap(({ platform }) => platform.frames)).toEqual([])
    expect(new Set(await Promise.all(tabs.map(({ auth }) => auth.getAccessToken()))).size).toBe(1)
  })

  describe('is one frame at first, where the next tab has its turn after the first', () => {
    /** The first has been answered, and no answer of its gets through until it is let go. */
    async function inTurn(answer: (frame: FakeFrame, app: FakeApp) => void): Promise<{
      app: FakeApp
      next: Tab
      goOn(): void
      /** The next tab has asked the other tabs, and nobody has answered. */
      asksInVain(): Promise<void>
    }> {
      const app = await createFakeApp(sameSite)
      ;(await app.signIn()).close()
      const { goOn } = holdUpAnswers(app)
      const first = app.load()
      const frame = await frameOf(first)
      // So that the next tab is not told of the sign-in, and asks where it has its turn alone.
      const next = app.load()
      await until(() => app.count('ask') === 2)
      await app.advance(200)
      next.platform.setVisible(false)
      let asked = app.count('ask')
      answer(frame, app)
      await until(() => first.auth.getState().status !== 'loading')
      return {
        app,
        next,
        goOn,
        async asksInVain() {
          await until(() => app.count('ask') > asked)
          asked = app.count('ask')
          await app.advance(200)
        },
      }
    }

    it('and is busy: it is asked once more before the provider is', async () => {
      const { next, goOn, asksInVain } = await inTurn(answerFrame)
      for (let round = 0; round < 3; round++) await asksInVain()
      goOn()
      expect(await decided(next)).toMatchObject({ status: 'authenticated', reason: 'restored' })
      expect(next.platform.frames).toEqual([])
      await until(() => frameReport(next) !== undefined)
      expect(frameReport(next)).toMatchObject({ outcome: 'restored' })
    })

    it('and does not answer at all: then the provider is asked once more', async () => {
      const { app, next, asksInVain } = await inTurn(answerFrame)
      for (let round = 0; round < 6; round++) await asksInVain()
      answerFrame(await frameOf(next), app)
      expect(await decided(next)).toMatchObject({ status: 'authenticated', reason: 'restored' })
    })

    it('and learned nothing: it is asked once, and then the provider', async () => {
      const { app, next, asksInVain } = await inTurn((frame) => refuseFrame(frame, 'temporarily_unavailable'))
      await asksInVain()
      answerFrame(await frameOf(next), app)
      expect(await decided(next)).toMatchObject({ status: 'authenticated', reason: 'restored' })
    })
  })

  it('is one frame where the provider says that nobody is signed in', async () => {
    const app = await createFakeApp(sameSite)
    // Nor can they tell each other: what the first was told, it has noted before the next has its turn.
    app.browser.removeChannels()
    const gone = await app.signIn()
    gone.close()
    const tabs = [app.load(), app.load(), app.load()]
    await until(() => tabs.some(({ platform }) => platform.frames.length > 0))
    await settle()
    for (const frame of tabs.flatMap(({ platform }) => platform.frames)) refuseFrame(frame)
    for (const tab of tabs) {
      expect(await decided(tab)).toMatchObject({ reason: 'no_session' })
      expect(tab.platform.frames).toEqual([])
      expect(frameReport(tab)).toMatchObject({ outcome: 'signed_out' })
    }
  })

  it('is opened by the next tab where the first one’s came to nothing', async () => {
    const app = await createFakeApp(sameSite)
    app.browser.removeChannels()
    const gone = await app.signIn()
    gone.close()
    const [first, second] = [app.load(), app.load()]
    refuseFrame(await frameOf(first), 'temporarily_unavailable')
    expect(await decided(first)).toMatchObject({ reason: 'restore_failed' })
    answerFrame(await frameOf(second), app)
    expect(await decided(second)).toMatchObject({ status: 'authenticated' })
  })

  it('is opened by the next tab as soon as the first one has given up, whatever that one still waits for', async () => {
    const app = await createFakeApp(sameSite)
    app.browser.removeChannels()
    const gone = await app.signIn()
    gone.close()
    const path = '/.well-known/openid-configuration'
    const asked = app.provider.count(path)
    app.provider.onRequest = (request) => (request.path === path ? new Promise(() => undefined) : undefined)
    const first = app.load()
    await until(() => app.provider.count(path) > asked)
    app.provider.onRequest = () => undefined
    await app.advance(1000)
    const second = app.load()
    await until(() => app.timerCount() > 4)
    await settle()
    await app.advance(7000)
    expect(first.auth.getState()).toMatchObject({ reason: 'restore_failed' })
    answerFrame(await frameOf(second), app)
    await until(() => second.auth.getState().status === 'authenticated')
  })

  it('is not waited for longer than one’s own patience, and blames nobody’s cookies for it', async () => {
    const app = await createFakeApp({
      href: 'https://app.example.com/',
      issuer: 'https://id.example.com',
      options: { silentRedirectUri: '/silent' },
    })
    app.browser.removeChannels()
    const gone = await app.signIn()
    gone.close()
    // Another tab that never comes to an end.
    const lock = new AbortController()
    const tab = app.open()
    const [name] = app.browser.storage.keys().map((key) => `${key.replace(/\.session$/, '')}.frame`)
    void app.browser.locks.run(name ?? '', lock.signal, () => new Promise(() => undefined))
    tab.start()
    await until(() => app.timerCount() > 0)
    await settle()
    await app.advance(8000)
    expect(tab.auth.getState()).toMatchObject({ reason: 'restore_failed', error: { code: 'timeout' } })
    expect(app.browser.storage.keys().filter((key) => key.endsWith('.frame'))).toEqual([])
  })
})
