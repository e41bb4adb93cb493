import { abortable } from '../abortable.ts'
import { isAuthError } from '../errors.ts'
import type { Settings } from '../options/parse-options.ts'
import { isSamePerson } from '../same-person.ts'
import { createEmitter } from '../store.ts'
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

  /** The session that was told of last, and is not known to be over. */
  let shown: Session | undefined

  /** However many want to know it at once. */
  let asking: Promise<void> | undefined

  /** Whoever is here, once it is known who that is. Undefined: nobody, by then. */
  async function known(): Promise<Session | undefined> {
    for (;;) {
      const session = keeper.current()
      if (!session || session.userInfo) return session
      asking ??= ask(session)
      await asking
    }
  }

  async function ask({ epoch }: Session): Promise<void> {
    try {
      await keeper.identify(how)
    } catch (error) {
      // Whoever has come since is yet to be asked about.
      if (keeper.current()?.epoch !== epoch) return
      if (shown?.epoch !== epoch && isAuthError(error)) {
        // The page must not go on as if whoever it shows were still there, nor have the tokens of somebody unknown.
        shown = undefined
        keeper.forget()
        changes.emit({ type: 'ended', reason: 'subject_changed', error })
      }
      throw error
    } finally {
      asking = undefined
    }
  }

  /** Nobody is given a token of who is not shown yet, nor what was asked in the name of who was shown until then. */
  async function untilKnown(signal: AbortSignal | undefined): Promise<void> {
    const before = shown
    if (before?.epoch === keeper.current()?.epoch) return
    await abortable(known().catch(unlessBroken), signal)
    const now = keeper.current()
    if (before && now && !isSamePerson(before, now)) throw subjectChanged()
  }

  /** Whatever has happened to a session in the meantime, whoever is shown has yet to hear that it is another. */
  function tell(change: Extract<KeeperChange, { session: Session }>): void {
    const { session } = change
    const isOther = shown?.epoch !== session.epoch
    shown = session
    if (isOther) changes.emit({ type: 'adopted', session })
    // One that was looked for here as well is told of by whoever did.
    else if (change.type !== 'adopted') changes.emit(change)
  }

  keeper.onChange((change) => {
    if (!('session' in change)) {
      if (change.type === 'ended') shown = undefined
      return changes.emit(change)
    }
    if (change.session.userInfo) return tell(change)
    void known()
      .catch(unlessBroken)
      // Of whoever has come since it is told by itself.
      .then((session) => session?.epoch === change.session.epoch && tell({ ...change, session }))
  })

  return {
    ...keeper,
    async redeem(response, grant, request) {
      shown = await keeper.redeem(response, grant, { ...request, identify: how })
      return shown
    },
    identify: () => keeper.identify(how),
    async restore(request) {
      const session = await keeper.restore(request)
      if (!session) return undefined
      shown = await known()
      return shown
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

/** What has kept it from being known is told to the page, or to whoever looked for the session. */
function unlessBroken(error: unknown): undefined {
  if (!isAuthError(error)) throw error
}
