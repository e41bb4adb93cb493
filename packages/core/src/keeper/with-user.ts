import { abortable } from '../abortable.ts'
import { type AnyAuthError, isAuthError } from '../errors.ts'
import type { Settings } from '../options/parse-options.ts'
import { createEmitter } from '../store.ts'
import { subjectOf } from '../subject.ts'
import { subjectChanged } from '../withheld.ts'
import type { Keeper, KeeperChange, Session } from './keeper.ts'
import { createUserLoader, type UserLoaderContext } from './user-loader.ts'

/** What asking who it is works with: the provider's UserInfo, or option `loadUser`. */
export interface KeeperWithUserContext extends Pick<UserLoaderContext, 'platform'> {
  readonly settings: Pick<Settings, 'loadUser' | 'requestTimeoutMs'>
}

/**
 * A keeper whose sessions all say who it is beyond the ID token. One that another tab, or a version of the app that did
 * not ask, has begun without that is not told of before it is known.
 */
export function createKeeperWithUser(keeper: Keeper, { settings, platform }: KeeperWithUserContext): Keeper {
  const { loadUser, requestTimeoutMs: timeoutMs } = settings
  const how = loadUser ? createUserLoader({ loadUser, platform, timeoutMs }) : 'user_info'
  const changes = createEmitter<[change: KeeperChange]>()
  /** Somebody has taken over the session, and it is not known yet who. */
  let knowing: Promise<void> | undefined

  /** By somebody who is yet to be told of. */
  let isReplaced = false

  /** Who was told of last, and is still there. */
  let shown: string | undefined

  const subject = (): string | undefined => subjectOf(keeper.current() ?? { claims: undefined })

  /** Nobody is given a token of who is not shown yet, nor what was asked in the name of who was shown until then. */
  async function untilKnown(signal: AbortSignal | undefined): Promise<void> {
    if (!knowing) return
    const before = shown
    await abortable(knowing, signal)
    if (before !== undefined && (subject() ?? before) !== before) throw subjectChanged()
  }

  changes.on((change) => {
    shown = 'session' in change ? subjectOf(change.session) : change.type === 'ended' ? undefined : shown
  })

  /** However many want to know it at once. */
  let asking: Promise<Session> | undefined

  function share(answer: Promise<Session>): Promise<Session> {
    const mine = answer.finally(() => {
      if (asking === mine) asking = undefined
    })
    asking = mine
    return mine
  }

  async function known(session: Session): Promise<Session> {
    // A sign-in here may be heard of before it is over.
    while (asking) await asking.catch(() => undefined) // told to whoever has asked
    const now = keeper.current() ?? session
    return now.userInfo ? now : share(keeper.identify(how))
  }

  /** Whatever has happened to a session in the meantime, whoever is shown has yet to hear that it is another. */
  function tell(change: Extract<KeeperChange, { session: Session }>): void {
    const { session } = change
    changes.emit(isReplaced ? { type: 'adopted', session } : change)
    isReplaced = false
  }

  async function tellOnceKnown(
    change: Extract<KeeperChange, { session: Session }>,
    isLatest: () => boolean,
  ): Promise<void> {
    try {
      tell({ ...change, session: await known(change.session) })
    } catch (error) {
      if (!isAuthError(error)) throw error
      // What has come since asks once more, and whoever has signed in here since is known.
      if (!isLatest() || keeper.current()?.epoch !== change.session.epoch) return
      if (!isReplaced) return tellUnknown(change, error)
      // The page shows somebody who is gone, and must not go on as if they were there; nor is it to have their tokens.
      isReplaced = false
      keeper.forget()
      changes.emit({ type: 'ended', reason: 'subject_changed', error })
    }
  }

  /** The tokens are other ones all the same. */
  function tellUnknown(change: KeeperChange, error: AnyAuthError): void {
    if (change.type === 'refreshed') changes.emit({ ...change, error })
  }

  keeper.onChange((change) => {
    if (!('session' in change)) {
      if (change.type === 'ended') isReplaced = false
      return changes.emit(change)
    }
    if (change.type === 'adopted') isReplaced = true
    if (change.session.userInfo) return tell(change)
    const mine: Promise<void> = tellOnceKnown(change, () => knowing === mine).finally(() => {
      if (knowing === mine) knowing = undefined
    })
    knowing = mine
  })

  return {
    ...keeper,
    async redeem(response, grant, request) {
      const session = await share(keeper.redeem(response, grant, { ...request, identify: how }))
      shown = subjectOf(session)
      return session
    },
    identify: () => keeper.identify(how),
    async restore(request) {
      const session = await keeper.restore(request)
      const found = session && (await known(session))
      if (found) shown = subjectOf(found)
      return found
    },
    end(request) {
      shown = undefined
      return keeper.end(request)
    },
    async getAccessToken(request) {
      await untilKnown(request?.signal)
      return keeper.getAccessToken(request)
    },
    async send(sent) {
      await untilKnown(sent.request.signal)
      return keeper.send?.(sent)
    },
    onChange: changes.on,
  }
}
