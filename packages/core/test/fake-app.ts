import './loaded-engine.ts'
import type { OpenIdOptions, Platform } from '../src/index.ts'
import { createFakeBrowser, type FakeBrowser } from './fake-browser.ts'
import { createFakePlatform, type FakeFrame, type FakePlatform } from './fake-platform.ts'
import { createFakeProvider, type FakeProvider } from './fake-provider.ts'
import { destinationOf } from './pages.ts'
import { type Scene, sceneOf } from './signed-in.ts'
import { until } from './until.ts'

/** A page of the app, in a tab. */
export interface Tab extends Scene {
  /** Starts the client, until the page is gone. */
  start(): void
  /** The page is gone: it hears and says nothing any more. */
  close(): void
}

/** How a page is opened. */
export interface PageOptions {
  readonly href?: string
  /** The storage of the tab. Default: a new tab. */
  readonly stored?: Map<string, string>
  readonly options?: Partial<OpenIdOptions>
  /** What APIs answer. */
  readonly send?: Platform['send']
}

/** An app that is open in several tabs of one browser, which have one time. */
export interface FakeApp {
  readonly provider: FakeProvider
  readonly browser: FakeBrowser
  /** Opens a page and does nothing with it. */
  open(page?: PageOptions): Tab
  /** Opens a page and starts it. */
  load(page?: PageOptions): Tab
  /** Opens a page, signs in, and starts it. */
  signIn(page?: PageOptions): Promise<Tab>
  /** The page is replaced by another in the same tab, which is started. */
  reload(tab: Tab, href?: string): Tab
  /** Lets time pass, in every tab. */
  advance(ms: number): Promise<void>
  /** Sets the clock of the device without any time passing. */
  setWallClock(epochMs: number): void
  nowMs(): number
  /** The time of every tab. */
  readonly clock: Platform['clock']
  timerCount(): number
  /** How many messages of this kind were posted. */
  count(kind: string): number
}

/** How an app is set up. */
export interface FakeAppOptions {
  /** Where its pages are. Default: a site of its own, which the provider's cookies do not reach. */
  readonly href?: string
  readonly issuer?: string
  readonly provider?: FakeProvider
  /** Of every page. */
  readonly options?: Partial<OpenIdOptions>
}

/** An app on the same site as its provider, which may be asked in a frame. */
export const sameSite: FakeAppOptions = {
  href: 'https://example.com/',
  issuer: 'https://id.example.com',
  options: { silentRedirectUri: '/silent' },
}

/** Makes a {@link FakeApp}, with nobody signed in. */
export async function createFakeApp(setting: FakeAppOptions = {}): Promise<FakeApp> {
  const { href: home = 'https://app.example/', issuer, options: common } = setting
  const provider = setting.provider ?? (await createFakeProvider(issuer))
  const browser = createFakeBrowser()
  const time = createFakePlatform()
  const { clock, advance, setWallClock, timerCount } = time

  function open({ href = home, stored = new Map(), options, send }: PageOptions = {}): Tab {
    const made = createFakePlatform({ fetch: provider.fetch, browser, href, stored, ...(send && { send }) })
    const platform: FakePlatform = { ...made, clock, advance, setWallClock, timerCount }
    const scene = sceneOf(provider, platform, { ...common, ...options })
    const stops: (() => void)[] = []
    return {
      ...scene,
      start: () => void stops.push(scene.auth.start()),
      close() {
        for (const stop of stops.splice(0)) stop()
      },
    }
  }

  function load(page?: PageOptions): Tab {
    const tab = open(page)
    tab.start()
    return tab
  }

  return {
    provider,
    browser,
    open,
    load,
    async signIn(page = {}) {
      const left = open(page)
      await left.auth.login()
      const back = load({
        ...page,
        href: provider.signIn(destinationOf(left).href),
        stored: left.platform.stored,
      })
      await back.auth.handleCallback()
      back.platform.goTo(page.href ?? home)
      return back
    },
    reload(tab, href = tab.platform.navigation.href()) {
      tab.close()
      return load({ href, stored: tab.platform.stored })
    },
    advance,
    setWallClock,
    nowMs: () => clock.now().epochMs,
    clock,
    timerCount,
    count: (kind) =>
      browser.messages.filter((message) => (message as { kind?: unknown }).kind === kind).length,
  }
}

/** The frame that the page asks the provider in, once it is there. */
export async function frameOf({ platform }: Scene): Promise<FakeFrame> {
  await until(() => platform.frames.length > 0)
  const [frame] = platform.frames
  if (!frame) throw new Error('The frame is gone.')
  return frame
}

/** The provider answers in the frame: somebody is signed in there. */
export function answerFrame(frame: FakeFrame, { provider }: Pick<Scene, 'provider'>): void {
  frame.say({ latchkey: 'silent-callback', url: provider.signIn(frame.url) })
}

/** The URL at which the provider refuses what was asked by this one (RFC 6749 §4.1.2.1). */
export function refusal(url: string, error: string): string {
  const { searchParams, origin } = new URL(url)
  const answer = new URL(searchParams.get('redirect_uri') ?? '')
  answer.searchParams.set('error', error)
  answer.searchParams.set('state', searchParams.get('state') ?? '')
  answer.searchParams.set('iss', origin)
  return answer.href
}

/** The provider answers in the frame: it will not do without the person. */
export function refuseFrame(frame: FakeFrame, error = 'login_required'): void {
  frame.say({ latchkey: 'silent-callback', url: refusal(frame.url, error) })
}

/** The page asks the other tabs, and none of them answers in time. */
export async function letNobodyAnswer(app: FakeApp, asked = 1): Promise<void> {
  await until(() => app.count('ask') >= asked)
  await app.advance(200)
}

/** Lets everything run until the page knows whether somebody is signed in. */
export async function decided({ auth }: Pick<Scene, 'auth'>): Promise<ReturnType<Scene['auth']['getState']>> {
  await until(() => auth.getState().status !== 'loading')
  return auth.getState()
}
