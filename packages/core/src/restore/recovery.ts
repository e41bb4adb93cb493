import { abortable } from '../abortable.ts'
import type { ApiRequest } from '../api/api-request.ts'
import { isAuthError } from '../errors.ts'
import type { AccessTokenRequest, Keeper, KeeperChange } from '../keeper/keeper.ts'
import { onSignOutElsewhere, type SignOutElsewhereContext } from '../sign-out-elsewhere.ts'
import { createEmitter } from '../store.ts'
import type { Restoration } from './restoration.ts'

/** What recovering works with. */
export interface RecoveryContext extends Pick<Restoration, 'recover' | 'isFinding'>, SignOutElsewhereContext {
  readonly keeper: Keeper
  /** Whose session the app is shown, if it knows. */
  subject(): unknown
}

/** A keeper whose session does not end before everything was tried that nobody sees. */
export interface Recovery {
  getAccessToken(request?: AccessTokenRequest): Promise<string>
  /** See {@link Keeper.send}. */
  send(sent: ApiRequest): Promise<Response | undefined>
  onChange(listener: (change: KeeperChange) => void): () => void
  /** Whether a session that is over is being recovered just now. */
  isUnderWay(): boolean
}

/**
 * A refusal of the refresh token is not the end while the provider's own session may go on, nor is a token that nothing can
 * renew: whoever waits for a token waits a little longer, for as long as a frame may take, and nobody hears of an end that
 * did not come. Until it is known, the page stays as it is: most often it is known at once, and a page that blinks for it
 * would lose what somebody has typed.
 */
export function createRecovery(context: RecoveryContext): Recovery {
  const { keeper, recover, isFinding, subject } = context
  const changes = createEmitter<[change: KeeperChange]>()
  let recovering: Promise<boolean> | undefined

  async function attempt(change: KeeperChange & { type: 'ended' }): Promise<boolean> {
    let isSignedOut = false
    const stop = onSignOutElsewhere(context, () => {
      // What the person wants to see no more is not shown until the provider has answered.
      isSignedOut = true
      changes.emit({ type: 'ended', reason: 'signed_out_elsewhere' })
    })
    const session = await recover(change.error).finally(stop)
    // A session that another tab handed over has been told of by the keeper itself.
    if (session) changes.emit({ type: 'adopted', session })
    else if (!keeper.current() && !isSignedOut) changes.emit(change)
    return keeper.current() !== undefined
  }

  keeper.onChange((change) => {
    // Whoever looks for it tells of it, and how it was found.
    if (change.type === 'adopted' && isFinding()) return
    // Somebody else's tokens, or a sign-out, are not to be argued with.
    const isOver = change.type === 'ended' && !/^session_(ended|lost|expired)$/.test(change.reason)
    if (change.type !== 'ended' || isOver) return changes.emit(change)
    const mine = attempt(change).finally(() => {
      if (recovering === mine) recovering = undefined
    })
    recovering = mine
  })

  /** Calls once more where the session that the call failed for lack of was recovered. */
  async function call<T>(run: (isAgain: boolean) => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    const wanted = subject()
    try {
      return await run(false)
    } catch (error) {
      if (!recovering || !isAuthError(error)) throw error
      // Nobody's call is answered with a token of somebody else, nor with that of somebody who has no name.
      const isRecovered = await abortable(recovering, signal)
      if (!isRecovered || wanted === undefined || subject() !== wanted) throw error
      return run(true)
    }
  }

  return {
    getAccessToken: (request) =>
      call(
        // What was just got is not what was to be replaced.
        (isAgain) => keeper.getAccessToken(isAgain ? { ...request, forceRefresh: false } : request),
        request?.signal,
      ),
    send: (sent) => call(async () => keeper.send?.(sent), sent.request.signal),
    onChange: changes.on,
    isUnderWay: () => recovering !== undefined,
  }
}
