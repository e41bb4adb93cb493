import { describe, expect, it } from 'vitest'
import { createFakeApp, type FakeApp, sameSite, type Tab } from '../test/fake-app.ts'
import { settle } from '../test/fake-platform.ts'
import { rejectionOf } from '../test/pages.ts'
import { refuseRefreshes } from '../test/refuse-refreshes.ts'
import { until } from '../test/until.ts'

/** When each access token runs out that the page is told of as a new one. */
function refreshesOf({ auth }: Tab): unknown[] {
  const heard: unknown[] = []
  auth.on('refreshed', ({ accessTokenExpiresAt }) => heard.push(accessTokenExpiresAt))
  return heard
}

/** Somebody signs in in another tab, and this one knows. */
async function signInElsewhere(app: FakeApp, sub: string): Promise<void> {
  app.provider.claims = { sub, name: sub }
  await app.signIn()
  await settle()
}

describe('a sign-in in another tab', () => {
  it('of the same person is a new token, and nothing that anybody sees', async () => {
    const app = await createFakeApp()
    app.provider.claims = { sub: 'alice', name: 'alice' }
    const tab = await app.signIn()
    const before = tab.auth.getState()
    const heard = refreshesOf(tab)
    await app.advance(10_000)
    await signInElsewhere(app, 'alice')
    await until(() => heard.length > 0)
    expect(heard).toEqual([app.nowMs() + 300_000])
    expect(tab.auth.getState()).toBe(before)
  })

  it('of another person is no refresh of what there was', async () => {
    const app = await createFakeApp()
    const tab = await app.signIn()
    const heard = refreshesOf(tab)
    await signInElsewhere(app, 'bob')
    await until(() => tab.auth.getState().user?.sub === 'bob')
    expect(heard).toEqual([])
  })

  it('is none either to a page that is being left to sign out', async () => {
    const app = await createFakeApp()
    const tab = await app.signIn()
    const heard = refreshesOf(tab)
    await tab.auth.logout()
    await signInElsewhere(app, 'alice')
    expect([heard, tab.auth.getState().status]).toEqual([[], 'redirecting'])
  })
})

describe('the end of a session', () => {
  it('that the provider has brought is no sign-out: a guard signs in again, on this page and the next', async () => {
    const app = await createFakeApp()
    const tab = await app.signIn()
    refuseRefreshes(app)
    expect(await rejectionOf(tab.auth.getAccessToken({ forceRefresh: true }))).toMatchObject({
      code: 'session_ended',
    })
    await expect(tab.auth.requireSession()).resolves.toMatchObject({ status: 'redirecting' })
    const next = app.reload(tab, 'https://app.example/')
    await expect(next.auth.requireSession()).resolves.toMatchObject({ status: 'redirecting' })
  })

  it('is known as far as nothing puts it off: where no frame can ask, a token that nothing renews', async () => {
    for (const silentRedirectUri of ['/silent', undefined]) {
      const app = await createFakeApp({
        ...sameSite,
        options: silentRedirectUri ? { silentRedirectUri } : {},
      })
      app.provider.onToken = ({ body }) => {
        if (typeof body === 'object') delete body.refresh_token
      }
      const tab = await app.signIn()
      expect(tab.auth.sessionEndsAt()).toBe(silentRedirectUri ? undefined : app.nowMs() + 300_000)
    }
  })

  it.each([
    [200, 200],
    [400, 300],
  ])('is the first there is, of what ends it: a limit of %i seconds, or a token', async (limit, expected) => {
    const app = await createFakeApp({ options: { sessionLimitSeconds: limit } })
    app.provider.onToken = ({ body }) => {
      if (typeof body === 'object') delete body.refresh_token
    }
    const tab = await app.signIn()
    expect(tab.auth.sessionEndsAt()).toBe(app.nowMs() + expected * 1000)
  })

  it('leaves nothing to tell of: how somebody signed in, and until when', async () => {
    const app = await createFakeApp()
    const tab = await app.signIn({ options: { sessionLimitSeconds: 60 } })
    const told = (): unknown[] => [tab.auth.satisfies({}), tab.auth.sessionEndsAt()]
    expect(told()).toEqual([true, app.nowMs() + 60_000])
    await tab.auth.logout({ local: true })
    expect(told()).toEqual([false, undefined])
  })
})
