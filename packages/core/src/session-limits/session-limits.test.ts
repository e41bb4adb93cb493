import { describe, expect, it } from 'vitest'
import {
  createFakeApp,
  decided,
  type FakeApp,
  type PageOptions,
  sameSite,
  type Tab,
} from '../../test/fake-app.ts'
import { json } from '../../test/fake-provider.ts'
import { inTime } from '../../test/in-time.ts'
import { rejectionOf } from '../../test/pages.ts'
import { until } from '../../test/until.ts'
import { signInToVault } from '../../test/vault-app.ts'
import type { OpenIdOptions } from '../options/client-options.ts'

/** Longer than what storage is written in, and no longer: time goes by in the steps of the timers. */
const step = 6000
const hour = 3_600_000
const idle: Partial<OpenIdOptions> = { idleTimeoutSeconds: (15 * step) / 1000 }
const limited: Partial<OpenIdOptions> = { sessionLimitSeconds: (48 * step) / 1000 }

interface Opened {
  readonly app: FakeApp
  readonly tab: Tab
}

async function signIn(options: Partial<OpenIdOptions>, page: PageOptions = {}): Promise<Opened> {
  const app = await createFakeApp({ options })
  return { app, tab: await app.signIn(page) }
}

/** Another tab of the app, which has taken over the session. */
async function another(app: FakeApp): Promise<Tab> {
  const tab = app.load()
  expect(await decided(tab)).toMatchObject({ status: 'authenticated' })
  return tab
}

const reasonOf = ({ auth }: Tab): string => auth.getState().reason

/** What the tabs tell each other of the time. */
function stored({ browser }: FakeApp): string | undefined {
  const key = browser.storage.keys().find((name) => name.endsWith('.limits'))
  return key && browser.storage.get(key)
}

describe('a session in which nobody does anything', () => {
  it('ends in time, in every tab, with a reason of its own and without an error', async () => {
    const { app, tab } = await signIn(idle)
    const other = await another(app)
    await app.advance(15 * step - 1000)
    expect([reasonOf(tab), reasonOf(other)]).toEqual(['signed_in', 'restored'])
    await app.advance(3000)
    for (const { auth } of [tab, other]) {
      expect(auth.getState()).toEqual({ status: 'unauthenticated', reason: 'idle_timeout' })
      expect(auth.explain().sentence).toBe('Not signed in: nobody did anything for too long.')
    }
  })

  it('signs out here: the tokens are revoked, and nobody leaves the page', async () => {
    const { app, tab } = await signIn(idle)
    await app.advance(15 * step)
    await until(() => app.provider.count('/revoke') > 0)
    expect(tab.platform.visited).toEqual([])
    expect(await rejectionOf(tab.auth.getAccessToken())).toMatchObject({ code: 'not_signed_in' })
  })

  it('is not begun again unasked, on this page or the next', async () => {
    const { app, tab } = await signIn(idle)
    await app.advance(15 * step)
    await tab.auth.requireSession()
    const reloaded = app.reload(tab)
    await reloaded.auth.requireSession()
    expect([...tab.platform.visited, ...reloaded.platform.visited]).toEqual([])
  })

  it('goes on while somebody does something, in whatever tab', async () => {
    const { app, tab } = await signIn(idle)
    const other = await another(app)
    for (let round = 0; round < 6; round++) {
      await app.advance(10 * step)
      const { platform } = round % 2 === 0 ? tab : other
      platform.act()
    }
    await app.advance(14 * step)
    expect([reasonOf(tab), reasonOf(other)]).toEqual(['signed_in', 'restored'])
    await app.advance(2 * step)
    expect([reasonOf(tab), reasonOf(other)]).toEqual(['idle_timeout', 'idle_timeout'])
  })

  it.each([1000, 2000, 4000])(
    'goes on where somebody does something in whatever tab %i ms before its end',
    async (ms) => {
      const { app, tab } = await signIn(idle)
      const other = await another(app)
      for (const { platform } of [other, tab]) {
        await app.advance(15 * step - ms)
        platform.act()
      }
      await app.advance(3 * step)
      expect([reasonOf(tab), reasonOf(other)]).toEqual(['signed_in', 'restored'])
    },
  )

  it('goes on in every tab where somebody does something in one, however short the time is', async () => {
    const { app, tab } = await signIn({ idleTimeoutSeconds: 5 })
    const other = await another(app)
    for (let round = 0; round < 3; round++) {
      await app.advance(4000)
      other.platform.act()
    }
    await app.advance(4500)
    expect([reasonOf(tab), reasonOf(other)]).toEqual(['signed_in', 'restored'])
    await app.advance(5000)
    expect([reasonOf(tab), reasonOf(other)]).toEqual(['idle_timeout', 'idle_timeout'])
  })

  it('counts to the last thing that was done, not to the last that was stored', async () => {
    const { app, tab } = await signIn(idle)
    const other = await another(app)
    await app.advance(10_000)
    tab.platform.act()
    await app.advance(2000)
    tab.platform.act()
    await app.advance(15 * step - 1000)
    expect([reasonOf(tab), reasonOf(other)]).toEqual(['signed_in', 'restored'])
    await app.advance(4000)
    expect([reasonOf(tab), reasonOf(other)]).toEqual(['idle_timeout', 'idle_timeout'])
  })

  it('writes to storage every few seconds at most, however much is done', async () => {
    const { app, tab } = await signIn(idle)
    const seen = new Set<string | undefined>()
    for (let ms = 0; ms < 60_000; ms += 500) {
      tab.platform.act()
      await app.advance(500)
      seen.add(stored(app))
    }
    expect(seen.size).toBeGreaterThan(5)
    expect(seen.size).toBeLessThanOrEqual(14)
  })

  it('is noted before the page is hidden, which may be for good', async () => {
    const { app, tab } = await signIn(idle)
    await app.advance(1000)
    tab.platform.act()
    const before = stored(app)
    tab.platform.fallAsleep('hidden')
    expect(stored(app)).not.toBe(before)
  })

  it('is ended first by a tab that somebody sees', async () => {
    const { app, tab } = await signIn(idle)
    const hidden = await another(app)
    hidden.platform.setVisible(false)
    tab.close()
    await app.advance(15 * step + 1000)
    expect(reasonOf(hidden)).toBe('restored')
    await app.advance(2000)
    expect(reasonOf(hidden)).toBe('idle_timeout')
  })
})

describe('a session that may last so long', () => {
  it('ends then, whatever is done, in every tab', async () => {
    const { app, tab } = await signIn({ ...limited, ...idle })
    const other = await another(app)
    for (let steps = 0; steps < 48; steps += 8) {
      tab.platform.act()
      await app.advance(8 * step)
    }
    await app.advance(2000)
    expect([reasonOf(tab), reasonOf(other)]).toEqual(['session_limit', 'session_limit'])
  })

  it('counts from the sign-in, through every reload and every refresh', async () => {
    const { app, tab } = await signIn(limited)
    await another(app)
    await app.advance(42 * step)
    const reloaded = app.reload(tab)
    await decided(reloaded)
    await reloaded.auth.getAccessToken({ forceRefresh: true })
    expect(reasonOf(reloaded)).toBe('restored')
    await app.advance(6 * step + 2000)
    expect(reasonOf(reloaded)).toBe('session_limit')
  })

  it('begins anew with the next sign-in, which is over as late as any', async () => {
    const { app, tab } = await signIn(limited)
    await app.advance(48 * step)
    expect(reasonOf(tab)).toBe('session_limit')
    const next = await app.signIn()
    const other = await another(app)
    await app.advance(42 * step)
    expect([reasonOf(next), reasonOf(other)]).toEqual(['signed_in', 'restored'])
    await app.advance(6 * step + 2000)
    expect([reasonOf(next), reasonOf(other)]).toEqual(['session_limit', 'session_limit'])
  })

  it('is not put off by a clock that is set back', async () => {
    const { app, tab } = await signIn(limited)
    app.setWallClock(app.nowMs() - 24 * hour)
    await app.advance(48 * step + 10_000)
    expect(reasonOf(tab)).toBe('session_limit')
  })

  it('counts from when it is first seen, where all that is known is of an older session', async () => {
    const { app, tab } = await signIn(limited)
    tab.close()
    app.setWallClock(app.nowMs() + 24 * hour)
    const third = await app.signIn({ options: { sessionLimitSeconds: undefined } as never })
    const later = await another(app)
    third.close()
    await app.advance(45 * step)
    expect(reasonOf(later)).toBe('restored')
    await app.advance(5 * step)
    expect(reasonOf(later)).toBe('session_limit')
  })
})

describe('a device that was closed for 8 hours', () => {
  /** Nothing runs in sleep. */
  async function slept(options: Partial<OpenIdOptions> = idle, page: PageOptions = {}): Promise<Opened> {
    const opened = await signIn(options, page)
    opened.app.setWallClock(opened.app.nowMs() + 8 * hour)
    return opened
  }

  it('is signed out as it wakes, before anything is asked of anybody', async () => {
    const { app, tab } = await slept()
    const asked = app.provider.count('/token')
    tab.platform.wake('resumed')
    expect(tab.auth.getState()).toEqual({ status: 'unauthenticated', reason: 'idle_timeout' })
    expect(app.provider.count('/token')).toBe(asked)
  })

  it('is signed out by the first touch, which is not taken for activity', async () => {
    const { tab } = await slept()
    tab.platform.act()
    expect(reasonOf(tab)).toBe('idle_timeout')
  })

  it('is signed out within seconds where no event tells that it woke', async () => {
    const { app, tab } = await slept()
    await app.advance(5000)
    expect(reasonOf(tab)).toBe('idle_timeout')
  })

  it.each<[string, (tab: Tab) => Promise<unknown>]>([
    ['a token', ({ auth }) => auth.getAccessToken()],
    ['who it is', ({ auth }) => auth.refreshUser()],
    ['an API', ({ auth }) => auth.fetch('https://api.example/orders')],
  ])('lets nobody have %s any more, whoever is first', async (_, call) => {
    const sent: Request[] = []
    const { app, tab } = await slept(
      { ...idle, apis: ['https://api.example'] },
      {
        send: async (request) => {
          sent.push(request)
          return new Response()
        },
      },
    )
    const asked = app.provider.count('/token')
    expect(await rejectionOf(call(tab))).toMatchObject({ name: 'SignInRequiredError', code: 'idle_timeout' })
    expect([sent.length, app.provider.count('/token'), reasonOf(tab)]).toEqual([0, asked, 'idle_timeout'])
  })

  it('names the limit that was reached first', async () => {
    const { tab } = await slept({ idleTimeoutSeconds: 7200, sessionLimitSeconds: 3600 })
    expect(await rejectionOf(tab.auth.getAccessToken())).toMatchObject({ code: 'session_limit' })
  })

  it('and opens the app anew: nobody is looked for, and nobody is shown', async () => {
    const app = await createFakeApp({ ...sameSite, options: { ...sameSite.options, ...idle } })
    const tab = await app.signIn()
    tab.close()
    app.setWallClock(app.nowMs() + 8 * hour)
    const later = app.open({ stored: tab.platform.stored })
    const shown: unknown[] = []
    later.auth.subscribe(() => shown.push(later.auth.getState()))
    later.start()
    await decided(later)
    expect(shown).toEqual([{ status: 'unauthenticated', reason: 'idle_timeout' }])
    expect(later.platform.frames).toEqual([])
    // Nor does the next page look for it.
    expect(app.open().auth.getState()).toMatchObject({ status: 'unauthenticated', reason: 'no_session' })
  })
})

describe('a session whose time is up while it cannot be asked for', () => {
  it('is not looked for any more, and does not begin anew', async () => {
    const app = await createFakeApp({ ...sameSite, options: { ...sameSite.options, ...idle } })
    app.browser.removeChannels()
    ;(await app.signIn()).close()
    app.provider.onRequest = () => json(503, {})
    const tab = app.load()
    await until(() => reasonOf(tab) === 'restore_failed')
    await app.advance(15 * step)
    app.provider.onRequest = () => undefined
    await app.advance(60_000)
    expect(tab.auth.getState()).toEqual({ status: 'unauthenticated', reason: 'idle_timeout' })
    expect(tab.platform.frames).toEqual([])
  })

  it('is not looked for by a reload of the page that it had come back to', async () => {
    const { app, tab } = await signIn({ ...sameSite.options, ...idle })
    tab.close()
    await app.advance(15 * step)
    const later = app.load({ href: 'https://app.example/callback', stored: tab.platform.stored })
    expect(await later.auth.handleCallback()).toMatchObject({ returnTo: '/' })
    expect(later.auth.getState()).toEqual({ status: 'unauthenticated', reason: 'idle_timeout' })
  })
})

describe('extendSession()', () => {
  it('puts off the end that doing nothing brings, for every tab, and tells of it', async () => {
    const { app, tab } = await signIn(idle)
    const other = await another(app)
    await app.advance(14 * step)
    const before = tab.auth.sessionEndsAt() ?? 0
    expect(before - app.nowMs()).toBe(step)
    const told: unknown[] = []
    tab.auth.on('extended', (event) => told.push(event))
    tab.auth.extendSession()
    const endsAt = before + 14 * step
    expect([tab.auth.sessionEndsAt(), other.auth.sessionEndsAt()]).toEqual([endsAt, endsAt])
    expect(told).toEqual([{ sessionEndsAt: endsAt }])
    await app.advance(14 * step)
    expect([reasonOf(tab), reasonOf(other)]).toEqual(['signed_in', 'restored'])
  })

  it('puts off no other end', async () => {
    const { app, tab } = await signIn(limited)
    const endsAt = app.nowMs() + 48 * step
    await app.advance(20 * step)
    tab.auth.extendSession()
    expect(tab.auth.sessionEndsAt()).toBe(endsAt)
  })

  it('brings nothing back that is over', async () => {
    const { app, tab } = await signIn(idle)
    app.setWallClock(app.nowMs() + hour)
    tab.auth.extendSession()
    expect(reasonOf(tab)).toBe('idle_timeout')
    tab.auth.extendSession()
    expect([reasonOf(tab), tab.auth.sessionEndsAt()]).toEqual(['idle_timeout', undefined])
  })

  it('does nothing where no session ends by itself', async () => {
    const { tab } = await signIn({})
    tab.auth.extendSession()
    expect(tab.auth.sessionEndsAt()).toBeUndefined()
  })
})

describe("timeoutLogout: 'provider'", () => {
  const atProvider: Partial<OpenIdOptions> = { ...idle, timeoutLogout: 'provider' }

  it('leaves for the provider in the tab that is seen, and in no other', async () => {
    const { app, tab } = await signIn(atProvider)
    const other = await another(app)
    other.platform.setVisible(false)
    await app.advance(15 * step + 3000)
    await until(() => tab.platform.visited.length > 0)
    const { pathname, searchParams } = new URL(tab.platform.visited[0] ?? '')
    expect([pathname, searchParams.has('id_token_hint')]).toEqual(['/logout', true])
    expect(tab.auth.getState()).toMatchObject({ status: 'redirecting', to: 'logout' })
    expect([reasonOf(other), other.platform.visited]).toEqual(['idle_timeout', []])
  })

  it('signs out here, with the reason, where the provider cannot be reached', async () => {
    const { app, tab } = await signIn(atProvider)
    const errors: unknown[] = []
    tab.auth.on('error', ({ error, during }) => errors.push([error.code, during]))
    tab.platform.setOnline(false)
    await app.advance(15 * step)
    await until(() => tab.auth.getState().status === 'unauthenticated')
    expect(tab.auth.getState()).toMatchObject({ reason: 'idle_timeout', error: { code: 'network_failed' } })
    expect(errors).toEqual([['network_failed', 'logout']])
  })

  it('stays where no session is at hand to tell the provider of', async () => {
    const { app, tab } = await signIn(atProvider)
    tab.close()
    app.setWallClock(app.nowMs() + hour)
    const later = app.load()
    expect(await decided(later)).toEqual({ status: 'unauthenticated', reason: 'idle_timeout' })
    expect(later.platform.visited).toEqual([])
  })
})

describe('a vault', () => {
  it('is emptied when the time is up, for all its pages', async () => {
    const app = await createFakeApp({ options: idle })
    const { vault, tab, options } = await signInToVault(app)
    const other = app.load({ options })
    await inTime(other.platform, decided(other))
    expect([tab, other].map(({ auth }) => auth.getState().status)).toEqual(['authenticated', 'authenticated'])
    app.setWallClock(app.nowMs() + hour)
    tab.platform.wake('resumed')
    expect(reasonOf(tab)).toBe('idle_timeout')
    await inTime(
      tab.platform,
      until(() => reasonOf(other) !== 'restored'),
    )
    expect(reasonOf(other)).toBe('idle_timeout')
    await inTime(
      tab.platform,
      until(() => app.provider.count('/revoke') > 0),
    )
    vault.close()
  })
})

describe('what it costs', () => {
  it('is no timer and no listener while nobody is signed in', async () => {
    /** What runs on a page before, in and after a session. */
    const running = async (options: Partial<OpenIdOptions>): Promise<number[][]> => {
      const app = await createFakeApp({ options })
      const tab = app.load()
      const count = (): number[] => [tab.platform.listenerCount(), app.timerCount()]
      const before = count()
      const other = await app.signIn()
      await until(() => tab.auth.getState().status === 'authenticated')
      const within = count()
      await other.auth.logout({ local: true })
      return [before, within, count()]
    }
    const [without, limits] = [await running({}), await running({ ...idle, ...limited })]
    expect([limits[0], limits[2]]).toEqual([without[0], without[2]])
    expect(limits[1]).not.toEqual(without[1])
  })

  it('is nothing without the options', async () => {
    const { app, tab } = await signIn({})
    await app.advance(step)
    tab.platform.act()
    expect(stored(app)).toBeUndefined()
  })

  it('is no error where storage is blocked: each page then knows of itself', async () => {
    const { app, tab } = await signIn(idle)
    tab.platform.blockStorage()
    await app.advance(10 * step)
    tab.platform.act()
    await app.advance(10 * step)
    expect(reasonOf(tab)).toBe('signed_in')
    await app.advance(6 * step)
    expect(reasonOf(tab)).toBe('idle_timeout')
  })

  it.each(['', '[]', '{}', 'null', '[1,2]', '["a",2,3]', '[1,-1,2]', 'x'])(
    'is no surprise where something else was stored: %s',
    async (text) => {
      const { app, tab } = await signIn(idle)
      const key = app.browser.storage.keys().find((name) => name.endsWith('.limits')) ?? ''
      app.browser.storage.set(key, text)
      await app.advance(14 * step)
      expect(reasonOf(tab)).toBe('signed_in')
      await app.advance(2 * step)
      expect(reasonOf(tab)).toBe('idle_timeout')
    },
  )
})
