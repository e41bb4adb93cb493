import type { LifeEvent } from './page-life.ts'
import type { Page, Platform } from './ports.ts'

/** What the host cannot see of a page, as it is when the page says something. */
export interface PageView {
  readonly href: string
  readonly isUserDriven: boolean
  readonly isSecureContext: boolean
  readonly isOnline: boolean
  readonly isVisible: boolean
  readonly isPrerendering: boolean
  readonly isFramed: boolean
}

/** `session`: of the tab. `shared`: of all tabs of the origin. */
export type StorageArea = 'session' | 'shared'

/** What a client's keys hold in a page's storage; undefined where it is blocked. */
export type Stored = readonly (readonly [key: string, value: string])[] | undefined

/** Everything that a hosted client asks of its page, and does to it. Tests replace it. */
export interface HostedPage extends Pick<Page, 'exists'> {
  view(): PageView
  go(how: 'assign' | 'leave' | 'replace', url: string): void
  read(where: StorageArea, key: string): string | undefined
  /** Every entry whose key starts so. */
  entries(where: StorageArea, prefix: string): Stored
  /** Sets an entry, or removes it. Never throws. */
  store(where: StorageArea, key: string, value: string | undefined): void
  /** Tells what happens to the page. @returns stops it */
  onLife(listener: (event: LifeEvent) => void): () => void
  /** Tells what another tab has changed in the storage that they share. @returns stops it */
  onStored(listener: (key: string, value: string | undefined) => void): () => void
  /** Calls back once, later. @returns cancels it */
  setTimer: Platform['clock']['setTimer']
  openFrame(): Promise<Platform['openFrame']>
}
