import type { AnyAuthError } from '../errors.ts'
import type { Session } from '../keeper/keeper.ts'

/** A way to get a session back after a (re)load. */
export type RungName = 'vault' | 'tab' | 'storage' | 'frame' | 'redirect'

/** What came of one rung. */
export type RungResult =
  | { readonly outcome: 'restored'; readonly session: Session }
  /** Nobody there had a session; the next rung may. */
  | { readonly outcome: 'nothing' }
  /** The provider says that nobody is signed in: no other rung needs to ask. */
  | { readonly outcome: 'signed_out' }
  /** It cannot work here, for this reason, and was not tried. */
  | { readonly outcome: 'skipped'; readonly why: SkipReason }
  /** It did not come to an end in time. */
  | { readonly outcome: 'timeout' }
  | { readonly outcome: 'failed'; readonly error: AnyAuthError }
  /** The page is being left. */
  | { readonly outcome: 'leaving' }

/**
 * `not_configured`: no option asks for it. `cross_site`: the provider's cookies do not reach a frame here, or did not
 * the last time. `framed`: another page shows this one. `tried`: once was enough. `not_now`: nobody looks at the
 * page; or it shows by then that nobody is signed in, and whoever looks may have typed something there.
 */
export type SkipReason = 'not_configured' | 'cross_site' | 'framed' | 'tried' | 'not_now'

/** One way to get a session back, with a patience of its own. */
export interface Rung {
  readonly name: RungName
  /** Where this can be said, never longer than this, in milliseconds. */
  readonly patienceMs: number
  /** The address of the app's whose answer it waits for, while it does. */
  readonly awaited?: string | undefined
  /** Whether it will most likely find nothing: then the next one is climbed beside it. */
  readonly isUnlikely?: (() => boolean) | undefined
  climb(signal: AbortSignal): Promise<RungResult>
}
