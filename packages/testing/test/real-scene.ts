import { type AuthClient, type AuthClientOptions, createAuthClient, type User } from '@latchkey/core'
import { answerFrame, frameOf, refusal as refusalOf, refuseFrame } from '../../core/test/fake-app.ts'
import { createFakeBrowser } from '../../core/test/fake-browser.ts'
import { createFakePlatform, type FakePlatform } from '../../core/test/fake-platform.ts'
import { createFakeProvider } from '../../core/test/fake-provider.ts'
import { inTime } from '../../core/test/in-time.ts'
import { refuseRefreshes } from '../../core/test/refuse-refreshes.ts'
import { until } from '../../core/test/until.ts'
import { passOn, windowOf } from '../../core/test/windows.ts'
import type { ContractOptions, ContractScene, SetScene } from './contract-scene.ts'
import { createTestApi, testApis } from './test-api.ts'

interface Page {
  readonly auth: AuthClient<User>
  readonly platform: FakePlatform
}

const home = 'https://example.com/'

/** Makes the client of a page. */
export type CreateClient = (options: AuthClientOptions, platform: FakePlatform) => AuthClient<User>

/** Sets a scene with the real client, a provider on the same site, and a browser whose time is in the test's hands. */
export const setRealScene: SetScene = (options) =>
  setSceneWith(
    options,
    (ofClient, platform) => createAuthClient({ ...ofClient, platform }) as AuthClient<User>,
  )

/** The same with a client that is made otherwise. */
export async function setSceneWith(
  options: ContractOptions,
  createClient: CreateClient,
): Promise<ContractScene> {
  const { begin, login = {}, refusal, hasRefreshToken = true, claims = {}, onSessionLost } = options
  const { apis, identifiedBy } = { apis: testApis, ...options }
  const provider = await createFakeProvider('https://id.example.com')
  const browser = createFakeBrowser()
  const time = createFakePlatform()
  const tab = new Map<string, string>()
  const requests: Request[] = []
  const callApi = createTestApi()
  let departures = 0
  let page = open(home)

  provider.claims = claims
  provider.now = () => time.clock.now().epochMs / 1000
  provider.onToken = ({ body }) => {
    if (!hasRefreshToken && typeof body === 'object') delete body.refresh_token
  }

  function send(request: Request): Promise<Response> {
    requests.push(request)
    return callApi(request)
  }

  function open(href: string, stored = tab): Page {
    const { advance, setWallClock, timerCount, clock } = time
    const made = createFakePlatform({ fetch: provider.fetch, send, browser, href, stored })
    const platform = { ...made, clock, advance, setWallClock, timerCount }
    const ofClient = {
      issuer: provider.issuer,
      clientId: 'app',
      redirectUri: '/callback',
      ...(apis && { apis }),
      ...(identifiedBy && { identifiedBy }),
      ...(onSessionLost && { onSessionLost }),
      ...options.limits,
      // Where it is not what a test is about, a frame would only take its time.
      ...(begin === 'loading' && { silentRedirectUri: '/silent' }),
    }
    const auth = createClient(ofClient as AuthClientOptions, platform)
    return { auth, platform }
  }

  /** Where the page was sent to, with the provider's answer. */
  function answered({ platform }: Page, error?: string): string {
    const asked = platform.visited.at(-1) ?? ''
    return error ? refusalOf(asked, error) : provider.signIn(asked)
  }

  async function signIn(left: Page, stored = tab): Promise<Page> {
    await left.auth.login()
    const back = open(answered(left), stored)
    await back.auth.handleCallback()
    back.platform.goTo(home)
    return back
  }

  if (begin === 'signed in' || begin === 'loading') page = await signIn(page)
  if (begin === 'loading') {
    // Nobody but the provider is left to ask.
    browser.removeChannels()
    page = open(home)
  }
  if (begin === 'unasked') page = open(`${home}callback`)
  if (begin === 'answered') {
    await page.auth.login(login)
    page = open(answered(page, refusal))
  }

  return {
    get auth() {
      return page.auth
    },
    departures: () => departures + page.platform.visited.length,
    requests,
    expire: () => time.advance(301_000),
    refuse: () => refuseRefreshes({ provider }),
    cutOff() {
      provider.onRequest = () => {
        throw new TypeError('Failed to fetch')
      }
    },
    async rename(name) {
      provider.claims = { name }
      await page.auth.getAccessToken({ forceRefresh: true })
    },
    describe(userInfo) {
      provider.userInfo = userInfo
    },
    async signOutElsewhere() {
      const other = open(home, new Map())
      await inTime(time, other.auth.ready())
      await other.auth.logout({ local: true })
      await until(() => page.auth.getState().status !== 'authenticated')
    },
    async signInElsewhere(sub) {
      provider.claims = { sub, name: sub }
      const stored = new Map<string, string>()
      const { auth } = page
      let isHeard = false
      const hear = (): void => {
        isHeard = auth.getState().user?.sub === sub
      }
      const other = await signIn(open(home, stored), stored)
      const stops = [auth.on('state', hear), auth.on('refreshed', hear), other.auth.start()]
      await inTime(
        time,
        until(() => isHeard),
      )
      for (const stop of stops) stop()
    },
    comeBack: () => page.platform.wake('restored'),
    async refuseAtProvider() {
      departures += page.platform.visited.length
      page = open(answered(page, 'access_denied'))
      await page.auth.handleCallback().catch(() => undefined) // the state says it
      page.platform.goTo(home)
    },
    answer: () => undefined,
    async settle(isFound) {
      page.auth.start()
      const frame = await frameOf({ platform: page.platform, provider, auth: page.auth })
      if (isFound) answerFrame(frame, { provider })
      else refuseFrame(frame)
      await until(() => page.auth.getState().status !== 'loading')
    },
    pass: time.advance,
    popup: {
      isOpen: () => page.platform.windows.some(({ isClosed }) => !isClosed),
      async answer(sub) {
        if (sub) provider.claims = { sub, name: sub }
        const { url } = await windowOf(page)
        passOn(browser, provider.signIn(url))
      },
      async refuse() {
        const { url } = await windowOf(page)
        passOn(browser, refusalOf(url, 'access_denied'))
      },
      async close() {
        const window = await windowOf(page)
        window.whereabouts = 'gone'
        window.attention = 'back'
        await time.advance(20_000)
      },
      block: () => page.platform.blockWindows(),
    },
    async losePatience() {
      await frameOf({ platform: page.platform, provider, auth: page.auth })
      await time.advance(3000)
    },
  }
}
