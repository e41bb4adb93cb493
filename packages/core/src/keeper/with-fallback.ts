import { isAuthError } from '../errors.ts'
import { isSamePerson } from '../same-person.ts'
import { createEmitter } from '../store.ts'
import { subjectChanged } from '../withheld.ts'
import type { Keeper, KeeperChange, VaultProblem } from './keeper.ts'
import type { MemoryKeeper } from './memory.ts'
import { sessionLost } from './told-session.ts'
import { createVaultKeeper, type VaultKeeperContext } from './vault.ts'
import { VaultUnavailable } from './vault-link.ts'

/**
 * The vault's keeper for as long as there is a vault; where none can be had, one in this page, which joins the other
 * tabs. Nobody is signed out for it: the page goes on with the token at hand, and with what the others hold. That is
 * final for this page: a sign-in that ends here leaves its refresh token here, and a vault takes none over.
 */
export function createKeeperWithFallback(
  context: VaultKeeperContext,
  createFallback: () => Promise<MemoryKeeper>,
): Keeper {
  const vault = createVaultKeeper(context)
  const changes = createEmitter<[change: KeeperChange]>()
  let inUse: Keeper = vault
  let problem: VaultProblem | undefined
  let falling: Promise<void> | undefined
  let isStarted = false
  let stop: (() => void) | undefined

  vault.onChange(changes.emit)

  async function fallBack(because: VaultProblem): Promise<void> {
    const keeper = await createFallback()
    const { session, tokens } = vault.handOver()
    stop?.()
    inUse = keeper
    problem = because
    if (tokens) keeper.receive(tokens)
    keeper.onChange(changes.emit)
    if (isStarted) stop = keeper.start()
    // Whoever signs out is not to be kept waiting: the page may be gone before anybody answers.
    if (context.record.read().status !== 'signed_out') await keeper.restore()
    if (session && !keeper.current()) {
      changes.emit({ type: 'ended', reason: 'session_lost', error: sessionLost() })
    }
  }

  async function attempt<T>(run: (keeper: Keeper) => Promise<T>): Promise<T> {
    const tried = inUse
    try {
      return await run(tried)
    } catch (error) {
      if (!(error instanceof VaultUnavailable)) throw error
      falling ??= fallBack(error.problem).catch((failure: unknown) => {
        falling = undefined
        throw failure
      })
      await falling
      return run(inUse)
    }
  }

  /** A call that is made in somebody's name is not answered in that of whoever else another tab has handed over. */
  async function attemptFor<T>(run: (keeper: Keeper) => Promise<T>): Promise<T> {
    const wanted = inUse.current()
    return attempt((keeper) => {
      const now = keeper.current()
      if (wanted && now && !isSamePerson(wanted, now)) throw subjectChanged()
      return run(keeper)
    })
  }

  return {
    about: () => ({ ...inUse.about(), ...(problem && { fallback: problem }) }),
    restore: (request) => attempt((keeper) => keeper.restore(request)),
    authorize: (parameters) => attempt((keeper) => keeper.authorize(parameters)),
    redeem: (response, grant, request) => attempt((keeper) => keeper.redeem(response, grant, request)),
    identify: (how) => attemptFor((keeper) => keeper.identify(how)),
    getAccessToken: (request) => attemptFor((keeper) => keeper.getAccessToken(request)),
    end(request) {
      // Whoever brings it to an end, it was when the page told of it: somebody may have signed in since.
      let epoch: number | undefined
      return attempt((keeper) => {
        const ending = keeper.end({ ...request, epoch })
        epoch = vault.signedOutAt()
        return ending
      }).catch((error: unknown) => {
        if (!isAuthError(error)) throw error
        return { url: undefined, isRevoked: false, error }
      })
    },
    forget: () => inUse.forget(),
    send: (sent) => attemptFor(async (keeper) => keeper.send?.(sent)),
    current: () => inUse.current(),
    onChange: changes.on,
    start() {
      isStarted = true
      stop = inUse.start()
      return () => {
        isStarted = false
        stop?.()
        stop = undefined
      }
    },
  }
}
