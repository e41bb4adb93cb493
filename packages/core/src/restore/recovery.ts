import { isAuthError } from '../errors.ts'
import type { AccessTokenRequest, Keeper, KeeperChange } from '../keeper/keeper.ts'
import { createEmitter } from '../store.ts'
import type { Restoration } from './restoration.ts'

/** A keeper whose session does not end before everything was tried that nobody sees. */
export interface Recovery {
  getAccessToken(request?: AccessTokenRequest): Promise<string>
  onChange(listener: (change: KeeperChange) => void): () => void
}

/**
 * A refusal of the refresh token is not the end while the provider's own session may go on: whoever waits for a token
 * waits a little longer, and nobody hears of an end that did not come.
 */
export function createRecovery(keeper: Keeper, { recover }: Pick<Restoration, 'recover'>): Recovery {
  const changes = createEmitter<[change: KeeperChange]>()
  let recovering: Promise<boolean> | undefined

  keeper.onChange((change) => {
    if (change.type !== 'ended') return changes.emit(change)
    const attempt = recover(change.error).then(
      (session) => {
        // A session that another tab handed over has been told of by the keeper itself.
        if (session) changes.emit({ type: 'adopted', session })
        return session !== undefined
      },
      () => false,
    )
    recovering = attempt.then((isRecovered) => {
      if (!isRecovered && !keeper.current()) changes.emit(change)
      recovering = undefined
      return isRecovered
    })
  })

  return {
    async getAccessToken(request) {
      try {
        return await keeper.getAccessToken(request)
      } catch (error) {
        if (!recovering || !isAuthError(error) || !(await recovering)) throw error
        return keeper.getAccessToken(request)
      }
    },
    onChange: changes.on,
  }
}
