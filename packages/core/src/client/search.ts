import type { EngineLoader } from '../engine-loader.ts'
import { isAuthError } from '../errors.ts'
import type { Platform, WakeCause } from '../platform/ports.ts'
import type { SessionRecordStore } from '../session-record.ts'
import { type AuthEvent, type AuthState, isSought } from '../state.ts'
import type { Store } from '../store.ts'
import { untilOpened } from '../until-awake.ts'
import { limitSearch, untilDecided } from '../until-decided.ts'

/** What looking for a session works with. */
export interface SearchContext<TUser> {
  readonly engine: Pick<EngineLoader, 'use'>
  readonly store: Store<AuthState<TUser>, AuthEvent<TUser>>
  readonly record: SessionRecordStore
  readonly platform: Pick<Platform, 'page' | 'clock'>
}

/** Looking for a session that began on another page. */
export interface Search<TUser> {
  /** Once a page, whoever asks first: the page itself, somebody who waits for it, or somebody who wants a token. */
  begin(): void
  /** The state once it is decided, or after 3 seconds as it then is. */
  decided(): Promise<AuthState<TUser>>
  /** Nobody is told that there is no session while it is looked for, however long that takes. */
  finished(): Promise<void>
  /**
   * What kept a session from being found may be over, or a page that was frozen has missed a sign-in: in another tab,
   * or in its own, where the back/forward cache had kept it meanwhile.
   */
  again(cause?: WakeCause): void
  /** Asks the other tabs for a sign-in that this page does not know. Called meanwhile, it is the same question. */
  adopt(epoch?: number): Promise<void>
  /** The same, but where the last sign-in that is known of is this page's own. */
  adoptOthers(): Promise<void>
}

/** Makes a {@link Search}. */
export function createSearch<TUser>({
  engine,
  store,
  record,
  platform,
}: SearchContext<TUser>): Search<TUser> {
  const { page, clock } = platform
  let isLooking = false
  /** The last sign-in that this page has asked other tabs for. */
  let adoptedEpoch = 0
  let adopting: Promise<void> | undefined
  /** The last sign-in that was made on this page. */
  let ownEpoch: number | undefined
  /** The one that was known of when this page last changed, other than by its coming back. */
  let knownEpoch: number | undefined

  store.subscribe(({ reason }) => {
    if (reason !== 'redirect_cancelled') knownEpoch = signedInEpoch()
    if (reason === 'signed_in') ownEpoch = knownEpoch
  })

  function begin(): void {
    if (isLooking) return
    isLooking = true
    void untilOpened(page).then(() => (isSought(store.get()) ? restore() : undefined))
  }

  async function restore(): Promise<void> {
    // Counted from here on: the code that does it may be what hangs.
    const cancel = limitSearch(store, clock)
    await engine
      .use((loaded) => loaded.restore())
      .catch((error: unknown) => {
        if (!isAuthError(error)) throw error
        store.dispatch({ type: 'restore_failed', error })
      })
    cancel()
  }

  function decided(): Promise<AuthState<TUser>> {
    if (page.exists()) begin()
    return untilDecided(store, platform)
  }

  async function adopt(epoch = signedInEpoch()): Promise<void> {
    // A page that nobody sees can wait, unless it shows data of somebody else.
    const isUrgent = page.isVisible() || store.get().status === 'authenticated'
    if (epoch !== undefined && epoch !== adoptedEpoch && isUrgent) {
      adoptedEpoch = epoch
      adopting = engine
        .use((loaded) => loaded.adopt())
        .catch(() => false)
        .then((isFound) => {
          // Whoever has it may have been frozen: the next sign of life asks again.
          if (!isFound && adoptedEpoch === epoch) adoptedEpoch = 0
        })
    }
    return adopting
  }

  function signedInEpoch(): number | undefined {
    const { status, epoch } = record.read()
    return status === 'signed_in' ? epoch : undefined
  }

  return {
    begin,
    decided,
    async finished() {
      if (!page.exists()) return
      await untilOpened(page)
      if (store.get().status === 'loading') await decided()
      if (store.get().reason === 'restore_timeout') await restore()
    },
    again(cause) {
      const { status } = store.get()
      const hasMissed =
        cause === 'restored' && status === 'unauthenticated' && (signedInEpoch() ?? knownEpoch) !== knownEpoch
      // A climb that is under way may fail for what is over now.
      if (hasMissed || isSought(store.get())) void restore()
      else if (status !== 'loading') void adopt()
    },
    adopt,
    async adoptOthers() {
      if (signedInEpoch() !== ownEpoch) await adopt()
    },
  }
}
