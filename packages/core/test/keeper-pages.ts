import type { Keeper, KeeperChange, Session } from '../src/keeper/keeper.ts'
import type { KeeperContext } from '../src/keeper/page-keeper.ts'
import type { OpenIdOptions } from '../src/options/client-options.ts'
import { parseOptions } from '../src/options/parse-options.ts'
import type { CodeGrant } from '../src/protocol/code-grant.ts'
import { createSessionRecordStore, type SessionRecordStore } from '../src/session-record.ts'
import { storageKeys } from '../src/storage-keys.ts'
import { createTabLine } from '../src/tab-line.ts'
import { createFakeBrowser, type FakeBrowser } from './fake-browser.ts'
import { createFakePlatform, type FakePlatform, settle } from './fake-platform.ts'
import { createFakeProvider, type FakeProvider } from './fake-provider.ts'
import { inTime } from './in-time.ts'

/** A browser whose pages share one session, with a clock of its own and a real provider. */
export interface KeeperBrowser {
  readonly provider: FakeProvider
  readonly browser: FakeBrowser
  /** The time of all its pages and workers. */
  readonly time: Pick<FakePlatform, 'advance' | 'clock' | 'freezeFor' | 'timerCount'>
  /** Opens a page with a keeper of its own, started. */
  openPage(options?: Partial<OpenIdOptions>): KeeperPage
  /** Lets time pass until this is settled, and none while nobody waits for it to pass. */
  inTime<T>(asked: Promise<T>): Promise<T>
  /** Ends whatever would keep a process from ending. */
  close(): void
}

/** A page of a {@link KeeperBrowser}. */
export interface KeeperPage {
  readonly keeper: Keeper
  readonly platform: FakePlatform
  readonly record: SessionRecordStore
  /** What the keeper told, in order. */
  readonly changes: KeeperChange[]
  stop(): void
  /** The person looks elsewhere, so that nothing is renewed ahead of time. */
  hide(): Promise<void>
  /** Signs in as a person would. */
  signIn(): Promise<Session>
  /** What a sign-in is to be finished with. */
  answer(): Promise<{ readonly response: URLSearchParams; readonly grant: CodeGrant }>
}

/** How the keepers of a browser are made. */
export interface KeeperKind {
  createKeeper(context: KeeperContext): Keeper
  /** What the app adds to its options. */
  readonly options?: Partial<OpenIdOptions>
  close?(): void
}

/** Holds up what the token endpoint is about to answer. */
export function holdUpTokens(provider: FakeProvider): { readonly arrived: () => boolean; goOn(): void } {
  const waiting: (() => void)[] = []
  provider.onToken = () => new Promise((resolve) => void waiting.push(resolve))
  return {
    arrived: () => waiting.length > 0,
    goOn() {
      for (const resolve of waiting.splice(0)) resolve()
    },
  }
}

/** What a keeper's world is made of, before there is a keeper. */
export interface KeeperWorld {
  readonly provider: FakeProvider
  readonly browser: FakeBrowser
  readonly time: FakePlatform
}

const redirectUri = 'https://app.example/callback'

/** Makes a {@link KeeperBrowser} in which nobody is signed in. */
export async function createKeeperBrowser(
  createKind: (world: KeeperWorld) => KeeperKind,
): Promise<KeeperBrowser> {
  const provider = await createFakeProvider()
  const browser = createFakeBrowser()
  const time = createFakePlatform()
  provider.now = () => time.clock.now().epochMs / 1000
  const kind = createKind({ provider, browser, time })

  return {
    provider,
    browser,
    time,
    openPage(options = {}) {
      const platform = { ...createFakePlatform({ browser, fetch: provider.fetch }), clock: time.clock }
      const settings = parseOptions({
        issuer: provider.issuer,
        clientId: 'app',
        redirectUri: '/callback',
        ...kind.options,
        ...options,
      })
      const keys = storageKeys(settings.instanceId)
      const record = createSessionRecordStore(platform.shared, keys.record)
      const line = createTabLine(platform.openChannel, settings.instanceId)
      const keeper = kind.createKeeper({ settings, platform, keys, line, record })
      const changes: KeeperChange[] = []
      keeper.onChange((change) => changes.push(change))
      const stop = keeper.start()

      const page: KeeperPage = {
        keeper,
        platform,
        record,
        changes,
        stop,
        async hide() {
          platform.setVisible(false)
          platform.fallAsleep('hidden')
          await settle()
        },
        async answer() {
          const { scope, resources, statePrefix } = settings
          const asked = { redirectUri, scope, resources, statePrefix, extra: {} }
          const { url, ...secrets } = await keeper.authorize(asked)
          provider.secrets.push(secrets.nonce)
          const response = new URL(provider.signIn(url)).searchParams
          return { response, grant: { ...secrets, redirectUri, scope } }
        },
        async signIn() {
          const { response, grant } = await page.answer()
          return keeper.redeem(response, grant)
        },
      }
      return page
    },
    inTime: (asked) => inTime(time, asked),
    close: () => kind.close?.(),
  }
}
