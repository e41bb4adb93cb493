import type { OpenedWindow, Platform, WakeCause, WindowSize } from '../src/platform/ports.ts'
import './code-at-hand.ts'
import { createFakeBrowser, type FakeBrowser } from './fake-browser.ts'
import { untilCryptoIdle } from './until-crypto-idle.ts'

/** A platform whose every part is in the test's hands. */
export interface FakePlatform extends Platform {
  /** Lets time pass on both clocks and fires the timers that come due, in order. */
  advance(ms: number): Promise<void>
  /** Lets time pass on both clocks while the page is frozen: no timer fires before the next {@link FakePlatform.advance}. */
  freezeFor(ms: number): void
  /** Sets the device's clock without any time passing. */
  setWallClock(epochMs: number): void
  /** How many timers are waiting. */
  timerCount(): number
  /** Where the page was sent. */
  readonly visited: string[]
  /** URLs that replaced the history entry. */
  readonly replaced: string[]
  /** Moves the page to another URL, as the browser does after a redirect: same tab, same storage. */
  goTo(url: string): void
  readonly stored: Map<string, string>
  /** From now on every write to storage throws, as when it is blocked or full. */
  blockStorage(): void
  setOnline(isOnline: boolean): void
  setVisible(isVisible: boolean): void
  setUserDriven(isUserDriven: boolean): void
  setSecure(isSecure: boolean): void
  setPrerendering(isPrerendering: boolean): void
  setFramed(isFramed: boolean): void
  wake(cause: WakeCause): void
  /** The person does something. */
  act(): void
  fallAsleep(cause: 'hidden' | 'gone'): void
  /** The frames that were opened and not removed, oldest first. */
  readonly frames: FakeFrame[]
  /** The frames with a page of the provider's in them that were opened and not closed, oldest first. */
  readonly providerFrames: FakeProviderFrame[]
  /** The windows that were opened, oldest first, closed ones too. */
  readonly windows: FakeWindow[]
  /** From now on no window opens. */
  blockWindows(): void
  /** What was passed on to the page that opened this window, which is closed with it. */
  readonly handedOver: unknown[]
  /** The browser that this page is in. */
  readonly browser: FakeBrowser
  /** How many listeners for waking and sleeping are registered. */
  listenerCount(): number
}

/** A frame in the page. */
export interface FakeFrame {
  readonly url: string
  /** A page of the app's own origin, loaded in the frame, says something. */
  say(message: unknown): void
}

/** A page of the provider's, in a frame. */
export interface FakeProviderFrame {
  readonly url: string
  /** What it was told, oldest first. */
  readonly heard: string[]
  /** It says something. */
  say(message: unknown): void
}

/** A window that the page has opened. */
export interface FakeWindow {
  readonly size: WindowSize
  /** Where it was sent; empty until then. */
  readonly url: string
  readonly hasOpener: boolean
  /** How often it was brought to the front. */
  readonly focused: number
  /** Whether the page has closed it. */
  readonly isClosed: boolean
  /** The person, or a header that cuts it off, makes it look so. */
  whereabouts: ReturnType<OpenedWindow['whereabouts']>
  attention: ReturnType<OpenedWindow['attention']>
  /** A page of the app's own origin says something to its opener. */
  say(message: unknown): void
  /** It cannot be sent anywhere. */
  breaks(error: Error): void
}

/** What a fake platform is made with. */
export interface FakePlatformOptions {
  readonly fetch?: Platform['fetch']
  readonly send?: Platform['send']
  readonly href?: string
  readonly epochMs?: number
  /** The browser of other pages, whose storage, locks and channels this one shares. Default: one of its own. */
  readonly browser?: FakeBrowser
  /** The storage of an earlier page in the same tab. */
  readonly stored?: Map<string, string>
  /** What `random.bytes` gives, in turn; after that, real randomness. */
  readonly bytes?: Uint8Array[]
}

/** Makes a {@link FakePlatform}. */
export function createFakePlatform(options: FakePlatformOptions = {}): FakePlatform {
  let href = options.href ?? 'https://app.example/'
  let epochMs = options.epochMs ?? 1_800_000_000_000
  let monotonicMs = 1000
  let isOnline = true
  let isVisible = true
  let isUserDriven = false
  let isSecure = true
  let isBlocked = false
  let isPrerendering = false
  let isFramed = false
  let nextTimer = 0
  const timers = new Map<number, { dueMs: number; callback: () => void }>()
  const wakeListeners = new Set<(cause: WakeCause) => void>()
  const activityListeners = new Set<() => void>()
  const sleepListeners = new Set<(cause: 'hidden' | 'gone') => void>()
  const stored = options.stored ?? new Map<string, string>()
  const visited: string[] = []
  const replaced: string[] = []
  const bytes = [...(options.bytes ?? [])]
  const browser = options.browser ?? createFakeBrowser()
  const frames: FakeFrame[] = []
  const providerFrames: FakeProviderFrame[] = []
  const windows: FakeWindow[] = []
  const handedOver: unknown[] = []
  let areWindowsBlocked = false

  return {
    clock: {
      now: () => ({ epochMs, monotonicMs }),
      setTimer(delayMs, callback) {
        const id = nextTimer++
        timers.set(id, { dueMs: monotonicMs + delayMs, callback })
        return () => void timers.delete(id)
      },
    },
    random: {
      bytes: (length) => bytes.shift() ?? crypto.getRandomValues(new Uint8Array(length)),
      fraction: () => 0.5,
    },
    fetch: options.fetch ?? (() => Promise.reject(new TypeError('Failed to fetch'))),
    send: options.send ?? (() => Promise.reject(new TypeError('Failed to fetch'))),
    session: {
      get: (key) => stored.get(key),
      set(key, value) {
        if (isBlocked) throw new DOMException('The quota has been exceeded.', 'QuotaExceededError')
        stored.set(key, value)
      },
      remove: (key) => void stored.delete(key),
      keys: () => [...stored.keys()],
    },
    navigation: {
      href: () => href,
      assign: (url) => void visited.push(url),
      leave: (url) => void visited.push(url),
      replace(url) {
        replaced.push(url)
        href = url
      },
      isUserDriven: () => isUserDriven,
    },
    page: {
      exists: () => true,
      isSecureContext: () => isSecure,
      isOnline: () => isOnline,
      isVisible: () => isVisible,
      isPrerendering: () => isPrerendering,
      isFramed: () => isFramed,
      onWake(listener) {
        wakeListeners.add(listener)
        return () => void wakeListeners.delete(listener)
      },
      onSleep(listener) {
        sleepListeners.add(listener)
        return () => void sleepListeners.delete(listener)
      },
    },
    shared: {
      ...browser.storage,
      set(key, value) {
        if (isBlocked) throw new DOMException('The quota has been exceeded.', 'QuotaExceededError')
        browser.storage.set(key, value)
      },
    },
    locks: browser.locks,
    openChannel: browser.openChannel,
    openDurable: browser.openDurable,
    openFrame(url, onMessage) {
      const frame: FakeFrame = { url, say: onMessage }
      frames.push(frame)
      return () => void frames.splice(frames.indexOf(frame), 1)
    },
    openProviderFrame(url, onMessage) {
      const frame: FakeProviderFrame = { url, heard: [], say: onMessage }
      providerFrames.push(frame)
      return {
        post: (message) => void frame.heard.push(message),
        close: () => void providerFrames.splice(providerFrames.indexOf(frame), 1),
      }
    },
    onActivity(listener) {
      activityListeners.add(listener)
      return () => void activityListeners.delete(listener)
    },
    frames,
    providerFrames,
    openWindow(size) {
      if (areWindowsBlocked) return undefined
      const { fake, opened } = createFakeWindow(size)
      windows.push(fake)
      return opened
    },
    windows,
    blockWindows() {
      areWindowsBlocked = true
    },
    handOver(name, message) {
      handedOver.push(message)
      const channel = browser.openChannel(name, () => undefined)
      channel?.post(message)
      channel?.close()
    },
    handedOver,
    browser,
    async advance(ms) {
      const endMs = monotonicMs + ms
      for (;;) {
        await settle()
        const [due] = [...timers.entries()]
          .filter(([, timer]) => timer.dueMs <= endMs)
          .sort(([, left], [, right]) => left.dueMs - right.dueMs)
        if (!due) break
        const [id, { dueMs, callback }] = due
        timers.delete(id)
        epochMs += Math.max(0, dueMs - monotonicMs)
        monotonicMs = Math.max(monotonicMs, dueMs)
        callback()
      }
      epochMs += endMs - monotonicMs
      monotonicMs = endMs
      await settle()
    },
    freezeFor(ms) {
      epochMs += ms
      monotonicMs += ms
    },
    setWallClock(next) {
      epochMs = next
    },
    timerCount: () => timers.size,
    visited,
    replaced,
    goTo(url) {
      href = url
    },
    stored,
    blockStorage() {
      isBlocked = true
    },
    setOnline(next) {
      isOnline = next
    },
    setVisible(next) {
      isVisible = next
    },
    setUserDriven(next) {
      isUserDriven = next
    },
    setSecure(next) {
      isSecure = next
    },
    setPrerendering(next) {
      isPrerendering = next
    },
    setFramed(next) {
      isFramed = next
    },
    fallAsleep(cause) {
      for (const listener of [...sleepListeners]) listener(cause)
    },
    wake(cause) {
      for (const listener of [...wakeListeners]) listener(cause)
    },
    act() {
      for (const listener of [...activityListeners]) listener()
    },
    listenerCount: () => wakeListeners.size + sleepListeners.size + activityListeners.size,
  }
}

/** Lets everything that is ready run, and what WebCrypto has yet to answer: a busy machine takes its time. */
export async function settle(): Promise<void> {
  await untilCryptoIdle()
}

function createFakeWindow(size: WindowSize): { fake: FakeWindow; opened: OpenedWindow } {
  const listeners = new Set<(message: unknown) => void>()
  const fake: { -readonly [TKey in keyof FakeWindow]: FakeWindow[TKey] } = {
    size,
    url: '',
    hasOpener: true,
    focused: 0,
    isClosed: false,
    whereabouts: 'here',
    attention: 'elsewhere',
    say(message) {
      for (const listener of listeners) listener(message)
    },
    breaks(error) {
      broken = error
    },
  }
  let broken: Error | undefined
  const opened: OpenedWindow = {
    go(url, { keepOpener }) {
      if (broken) throw broken
      fake.url = url
      fake.hasOpener = keepOpener
      fake.whereabouts = 'away'
    },
    whereabouts: () => fake.whereabouts,
    attention: () => fake.attention,
    onMessage: (listener) => void listeners.add(listener),
    focus() {
      fake.focused += 1
    },
    close() {
      fake.isClosed = true
      fake.whereabouts = 'gone'
    },
  }
  return { fake, opened }
}
