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

/** A per-tab string store that survives navigation. Reading never throws: what cannot be read is absent. */
export interface KeyValueStore {
  get(key: string): string | undefined
  /** @throws whatever the browser throws when storage is blocked or full. */
  set(key: string, value: string): void
  remove(key: string): void
  keys(): string[]
}

/** The address bar. */
export interface Navigation {
  /** The whole present URL. */
  href(): string
  /** Leaves the page for `url`. */
  assign(url: string): void
  /** Replaces the present history entry's URL, keeping its state, without loading anything. */
  replace(url: string): void
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
  /** Tells when the page comes back to life: shown, thawed, or online again. */
  onWake(listener: (cause: 'visible' | 'online' | 'restored') => void): () => void
}

/** Everything Latchkey asks of its surroundings. Tests and unusual hosts replace single ports. */
export interface Platform {
  readonly clock: Clock
  readonly random: Random
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>
  readonly session: KeyValueStore
  readonly navigation: Navigation
  readonly page: Page
}
