import type { Proofs } from '../protocol/binding.ts'
import { isProviderSession } from '../protocol/provider-session.ts'
import type { RefreshableTokenSet } from '../protocol/refresh-grant.ts'
import { isCount } from '../session-record.ts'
import { isNumber, isText, maybe, oneOf, recordOf, shape } from '../shapes.ts'
import type { HeldTokens } from './held-tokens.ts'

/**
 * The one place where a token may rest: a refresh token that is worth nothing without a key that nobody can read
 * (STO-04). Every sign-in has an entry of its own, so that what is done about one leaves the next alone.
 */
export interface PersistedSession {
  /**
   * Keeps what is held, if it may rest, in place of what was kept before. Never rejects: then nothing is kept.
   *
   * @param isOver whether somebody has signed out meanwhile. Default: where it is not held any more
   */
  write(held: HeldTokens, isOver?: () => boolean): Promise<void>
  /** What is kept of this sign-in; its access token is none. Whatever cannot be read is removed. */
  read(epoch: number): Promise<RestingTokens | undefined>
  /** The same tokens, with the refresh token that is kept where another page has exchanged theirs for it. Never rejects. */
  latest<T extends HeldTokens>(held: T): Promise<T>
  /** Removes what is kept of all sign-ins up to this one, with their keys (STO-05). Never rejects. */
  clear(epoch: number): Promise<void>
}

/** Tokens that have to be refreshed before they are good for anything. */
export type RestingTokens = HeldTokens & {
  readonly tokens: RefreshableTokenSet & { readonly keyId: string }
}

const prefix = 'session.'
/** Raised when entries change their meaning: what another version has written is removed, not read (STO-06). */
const version = 1

const isEntry = shape({
  version: oneOf(version),
  refreshes: isCount,
  rotation: isCount,
  refreshToken: isText,
  keyId: isText,
  scope: isText,
  claims: maybe(shape({ iss: isText, sub: isText })),
  clockSkewSeconds: maybe(isNumber),
  providerSession: maybe(isProviderSession),
  switchedTo: maybe(recordOf(isText)),
})

/** Makes a {@link PersistedSession}. What is asked of it happens one after the other. */
export function createPersistedSession(
  { kept: store, forget }: Pick<Proofs, 'kept' | 'forget'>,
  isGone: (epoch: number) => boolean,
): PersistedSession {
  let last: Promise<unknown> = Promise.resolve()

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = last.then(work)
    last = turn.catch(() => undefined) // told to whoever asked
    return turn
  }

  const nothing = (): undefined => undefined

  const read: PersistedSession['read'] = (epoch) =>
    inTurn(async () => {
      const entry: unknown = await store.get(prefix + epoch)
      if (entry === undefined) return undefined
      if (isEntry(entry)) return toTokens(epoch, entry as Entry)
      await store.remove(prefix + epoch)
      return undefined
    }).catch(nothing)

  return {
    write: (held, isOver = () => isGone(held.epoch)) =>
      inTurn(async () => {
        const { epoch, refreshes, rotation, tokens, switchedTo } = held
        const { refreshToken, keyId, tokenType, scope, claims, clockSkewSeconds, providerSession } = tokens
        const name = prefix + epoch
        // A provider that has not bound the access token may not have bound the other either.
        const mayRest = tokenType === 'dpop' && keyId !== undefined && refreshToken !== undefined
        try {
          if (!mayRest) return await store.remove(name)
          const known = { scope, claims, clockSkewSeconds, providerSession, switchedTo }
          const entry = { version, refreshes, rotation, refreshToken, keyId, ...known }
          await store.set(name, entry)
          // Somebody has signed out while it was written.
          if (isOver()) await store.remove(name)
        } catch {
          // What is there is spent now, and must not be found.
          await store.remove(name)
        }
      }).catch(nothing), // site data is blocked: it is all in memory, as without this

    read,

    async latest(held) {
      const resting = await read(held.epoch)
      if (!resting || resting.refreshes <= held.refreshes) return held
      const { refreshes, rotation } = resting
      return {
        ...held,
        refreshes,
        rotation,
        tokens: { ...held.tokens, refreshToken: resting.tokens.refreshToken },
      }
    },

    clear: (epoch) =>
      inTurn(async () => {
        for (const name of await store.keys()) {
          if (!name.startsWith(prefix) || Number(name.slice(prefix.length)) > epoch) continue
          const entry: unknown = await store.get(name)
          if (isEntry(entry)) forget((entry as Entry).keyId)
          await store.remove(name)
        }
      }).catch(nothing),
  }
}

type Entry = Pick<HeldTokens, 'refreshes' | 'rotation' | 'switchedTo'> &
  Pick<
    RestingTokens['tokens'],
    'refreshToken' | 'keyId' | 'scope' | 'claims' | 'clockSkewSeconds' | 'providerSession'
  >

function toTokens(epoch: number, entry: Entry): RestingTokens {
  const { refreshes, rotation, switchedTo, ...kept } = entry
  const { refreshToken, keyId, scope, claims, clockSkewSeconds, providerSession } = kept
  return {
    epoch,
    refreshes,
    rotation,
    isLent: false,
    ...(switchedTo && { switchedTo }),
    tokens: {
      accessToken: '',
      tokenType: 'dpop',
      requestedAt: { epochMs: 0, monotonicMs: 0 },
      expiresAt: 0,
      scope,
      refreshToken,
      keyId,
      ...(claims && { claims }),
      ...(clockSkewSeconds && { clockSkewSeconds }),
      ...(providerSession && { providerSession }),
    },
  }
}
