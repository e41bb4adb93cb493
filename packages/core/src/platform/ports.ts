/** A moment, by both clocks. Neither is right alone: the wall clock can be set, the monotonic one stops in sleep. */
export interface Instant {
  /** Milliseconds since the epoch, by the device's clock. */
  readonly epochMs: number
  /** Milliseconds since some fixed moment of this page's life. */
  readonly monotonicMs: number
}

/** The time, and being woken later. */
export interface Clock {
  now(): Instant
  /** Calls back once after `delayMs` (at most 2^31 - 1) unless cancelled. A late call is allowed. */
  setTimer(delayMs: number, callback: () => void): () => void
}

/** Randomness. `bytes` must come from a cryptographic source; `fraction` only spreads load. */
export interface Random {
  bytes(length: number): Uint8Array
  /** From 0 (included) to 1 (excluded). */
  fraction(): number
}

/** A string store that survives navigation. Reading never throws: what cannot be read is absent. */
export interface KeyValueStore {
  get(key: string): string | undefined
  /** @throws whatever the browser throws when storage is blocked or full. */
  set(key: string, value: string): void
  remove(key: string): void
  keys(): string[]
}

/** A store of plain data and of keys that nobody can read, which outlives the browser. Every call may fail. */
export interface DurableStore {
  /** Undefined where nothing is kept. */
  get(key: string): Promise<unknown>
  /** Settles when it is written. */
  set(key: string, value: unknown): Promise<void>
  remove(key: string): Promise<void>
  keys(): Promise<string[]>
}

/** The address bar. */
export interface Navigation {
  /** The whole present URL. */
  href(): string
  /** Leaves the page for `url`. */
  assign(url: string): void
  /** Leaves the page for `url` in place of the present history entry. */
  leave(url: string): void
  /** Replaces the present history entry's URL, keeping its state, without loading anything. */
  replace(url: string): void
  /** Loads the page anew, where it could not load all of its code. Default: the page stays as it is. */
  reload?(): void
  /** Whether the person asked for this very page, or has acted in it: a reload, a click, a key. Going back to it is neither. */
  isUserDriven(): boolean
}

/** What the page is going through. */
export interface Page {
  /** False where there is no page: on a server, in a worker, in a build. */
  exists(): boolean
  /** False only where the browser says that WebCrypto is withheld from this origin. */
  isSecureContext(): boolean
  isOnline(): boolean
  isVisible(): boolean
  /** Whether the page is loaded ahead of time and nobody has opened it yet. */
  isPrerendering(): boolean
  /** Whether another page shows this one inside itself. */
  isFramed(): boolean
  /** Tells when the page comes back to life. */
  onWake(listener: (cause: WakeCause) => void): () => void
  /** Tells when nobody sees the page any more: hidden, or gone for good or for the back/forward cache. */
  onSleep(listener: (cause: 'hidden' | 'gone') => void): () => void
}

/**
 * `visible`: it is seen. `online`: the network is back. `restored`: the back/forward cache brought it back.
 * `resumed`: it was frozen. `activated`: it was prerendered, and now somebody has opened it.
 */
export type WakeCause = 'visible' | 'online' | 'restored' | 'resumed' | 'activated'

/** Keeps the tabs of an origin out of each other's way. */
export interface Locks {
  /** False where there are none: then nothing that needs them may be shared between tabs. */
  exist(): boolean
  /**
   * Runs `work` while no other tab runs its own under this name, and tells it whether it had to wait for one.
   * Where there are no locks, at once.
   *
   * @throws the signal's reason, where it is aborted before the turn has come
   */
  run<T>(name: string, signal: AbortSignal, work: (hasWaited: boolean) => Promise<T>): Promise<T>
}

/** Carries messages to every other tab of this origin. */
export interface Channel {
  post(message: unknown): void
  close(): void
}

/** A window that this page has opened. */
export interface OpenedWindow {
  /** Sends it to a URL. `keepOpener`: pages in it go on seeing this one, and may talk to it. */
  go(url: string, options: { readonly keepOpener: boolean }): void
  /**
   * `here`: at a page of this origin. `away`: at a page of another. `gone`: closed, or cut off from this page by
   * `Cross-Origin-Opener-Policy`, which looks the same (measured).
   */
  whereabouts(): 'here' | 'away' | 'gone'
  /** Where the person is: not in this page, in it as far as the browser says, or back in it since the window was opened. */
  attention(): 'elsewhere' | 'here' | 'back'
  /** Hears what pages of this origin say from in there. */
  onMessage(listener: (message: unknown) => void): void
  focus(): void
  close(): void
}

/** The size of a window's inside, in CSS pixels. */
export interface WindowSize {
  readonly width: number
  readonly height: number
}

/** A page of the provider's, in a frame that nobody sees. */
export interface ProviderFrame {
  /** Says something to that page, once it is there, and to no other. */
  post(message: string): void
  close(): void
}

/** Everything Latchkey asks of its surroundings. Tests and unusual hosts replace single ports. */
export interface Platform {
  readonly clock: Clock
  readonly random: Random
  /** To the provider. */
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>
  /** To an API of the app's. */
  readonly send: (request: Request) => Promise<Response>
  /** Of this tab. */
  readonly session: KeyValueStore
  /** Of all tabs of this origin. Never holds a secret. */
  readonly shared: KeyValueStore
  readonly navigation: Navigation
  readonly page: Page
  readonly locks: Locks
  /** Opens a channel; undefined where there are none. */
  readonly openChannel: (name: string, onMessage: (message: unknown) => void) => Channel | undefined
  /**
   * Loads a URL in a frame that nobody sees, and passes on what pages of this origin say from in there.
   *
   * @returns removes the frame
   */
  readonly openFrame: (url: string, onMessage: (message: unknown) => void) => () => void
  /**
   * Loads a page of the provider's in a frame that nobody sees, and passes on what comes from that frame and that page's
   * origin. Default: the browser's, loaded where the provider's session is watched.
   */
  readonly openProviderFrame?: (url: string, onMessage: (message: unknown) => void) => ProviderFrame
  /** Opens an empty window; undefined where the browser blocks it. Default: the browser's, loaded where it is needed. */
  readonly openWindow?: (size: WindowSize) => OpenedWindow | undefined
  /** Opens what outlives the browser. Default: IndexedDB, loaded with what needs it. */
  readonly openDurable?: (name: string) => DurableStore
  /** Passes a message to the page that has opened this window, and closes it. Default: the browser's. */
  readonly handOver?: (channelName: string, message: unknown) => void
  /**
   * Tells that the person does something. Default: the browser's, loaded where a session is to end without it.
   *
   * @returns stops it
   */
  readonly onActivity?: (listener: () => void) => () => void
}
