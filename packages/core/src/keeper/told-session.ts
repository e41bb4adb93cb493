import { nextSignOut } from '../epoch.ts'
import { SignInRequiredError } from '../errors.ts'
import type { Clock } from '../platform/ports.ts'
import type { AccessToken } from '../protocol/token-set.ts'
import type { TokenTarget } from '../protocol/token-target.ts'
import { isSamePerson } from '../same-person.ts'
import { lastSignOut, type SessionRecord, type SessionRecordStore, signOutRecord } from '../session-record.ts'
import { advanced } from '../standing.ts'
import { createEmitter } from '../store.ts'
import type { VaultNews, VaultSession } from '../vault/messages.ts'
import { unpackError } from '../vault/plain-error.ts'
import { notSignedIn, subjectChanged } from '../withheld.ts'
import { endedElsewhere } from './ended-elsewhere.ts'
import type { HeldTokens } from './held-tokens.ts'
import type { KeeperChange, LentAccessToken, Session } from './keeper.ts'
import { onThisClock } from './on-this-clock.ts'
import { findToken, type TargetedToken, withToken } from './targeted-token.ts'

/** The session that this page is in, as the vault has told it, and where it stands among those of other pages. */
export interface Told {
  readonly session: Session
  readonly record: SessionRecord
}

/** What the page knows of the session that its vault keeps. */
export interface ToldSession {
  current(): Told | undefined
  /** The access token that the page was lent for this, for as long as the vault has none that is newer. */
  token(target: TokenTarget | undefined): AccessToken | undefined
  /** For what is asked now: takes the answer over, unless somebody signs out here meanwhile. */
  expect(): (answer: VaultSession) => Session | undefined
  /** What the vault tells without being asked. */
  hear(news: VaultNews): void
  /** Another tab has signed out. It may have told another vault than the one that this page had. */
  signedOutElsewhere(epoch: number): void
  /** News that this page may have missed: it was frozen, or has lost one vault and found another. */
  catchUp(state: VaultSession): void
  /** The vault holds no session, though this page is in one: it is another vault, and the first took it along. */
  lose(told: SessionRecord): SignInRequiredError
  /** What is told now. @throws {SignInRequiredError} where it is not of the person that it was of */
  stillOf(before: Told): Told
  /** Takes over a token that was lent to who was told of `before`. @throws {SignInRequiredError} as {@link ToldSession.stillOf} */
  lend(lent: LentAccessToken, before: Told, target: TokenTarget | undefined): string
  /**
   * Somebody signs out here. `epoch`: where that stands among sign-ins. `settle`: the vault's answer is there, or none
   * will come.
   */
  signOut(): { readonly epoch: number; settle(answer?: VaultSession): void }
  /** The last sign-out here. */
  signedOutAt(): number | undefined
  /** See `Keeper.forget`. */
  forget(): void
  /** Gives up what is at hand. */
  handOver(): { readonly session: Session | undefined; readonly tokens: HeldTokens | undefined }
  onChange(listener: (change: KeeperChange) => void): () => void
}

/** Makes a {@link ToldSession}, with nobody signed in. */
export function createToldSession(record: SessionRecordStore, clock: Clock): ToldSession {
  const changes = createEmitter<[change: KeeperChange]>()
  let held: Told | undefined
  let token: AccessToken | undefined
  let targeted: readonly TargetedToken[] = []
  let ends = 0
  let endsUnderWay = 0
  let signedOutAt: number | undefined

  function forgetTokens(): void {
    token = undefined
    targeted = []
  }

  function forget(): void {
    held = undefined
    forgetTokens()
  }

  /** What the vault holds, and what other tabs and later pages may know of it. */
  function note({ session, record: told }: VaultSession): Session | undefined {
    const isNew = told.epoch !== held?.record.epoch || told.refreshes !== held.record.refreshes
    if (isNew || !session) forgetTokens()
    held = session && { session, record: told }
    const known = record.read()
    const isLater =
      told.epoch > known.epoch || (told.epoch === known.epoch && told.refreshes >= known.refreshes)
    // What is recorded already, written again, would replace what another tab is just writing.
    const isNews =
      told.epoch !== known.epoch || told.refreshes !== known.refreshes || told.status !== known.status
    // A vault that was only just told of a session knows nothing about how it goes on.
    if (isLater && isNews && (session || told.status !== 'signed_in')) {
      // A page that is still in a sign-in before it has to know how far that one's tokens have come.
      record.write(told.status === 'signed_out' ? told : { ...advanced(known, told), status: told.status })
    }
    return session
  }

  /** Until the vault has heard of a sign-out, what it says may be about a session that is over; a later sign-in goes on. */
  const isOver = (epoch: number): boolean => endsUnderWay > 0 && epoch <= (signedOutAt ?? 0)

  function catchUp({ session, record: told }: VaultSession): void {
    if (!held || isOver(told.epoch)) return
    const { epoch, refreshes } = held.record
    if (session) {
      const isNews = told.epoch !== epoch || told.refreshes !== refreshes
      const isDescribed = session.userInfo?.askedAtMs !== held.session.userInfo?.askedAtMs
      note({ session, record: told })
      if (isNews) changes.emit({ type: told.epoch === epoch ? 'refreshed' : 'adopted', session })
      else if (isDescribed) changes.emit({ type: 'described', session })
    } else if (lastSignOut(told) > epoch) {
      note({ session, record: told })
      changes.emit({ type: 'ended', reason: 'signed_out_elsewhere' })
    } else if (told.epoch === epoch && told.status === 'ended') {
      // What nothing can renew is not refused: it runs out.
      const reason = held.session.hasRefreshToken ? 'session_ended' : 'session_expired'
      note({ session, record: told })
      changes.emit({ type: 'ended', reason, error: endedElsewhere(reason) })
    }
  }

  function lose(told: SessionRecord): SignInRequiredError {
    const error = sessionLost()
    note({ session: undefined, record: told })
    changes.emit({ type: 'ended', reason: 'session_lost', error })
    return error
  }

  function stillOf(before: Told): Told {
    if (!held) throw notSignedIn()
    if (!isSamePerson(ownerOf(held), ownerOf(before))) throw subjectChanged()
    return held
  }

  return {
    current: () => held,
    token: (target) => (target ? findToken({ targeted }, target) : token),
    expect() {
      const before = ends
      return (answer) => {
        if (ends !== before) return undefined
        if (answer.session || !held) return note(answer)
        // What this vault does not know, the one before may have taken along: whoever needs it finds out.
        catchUp(answer)
        return undefined
      }
    },
    hear({ change, record: told }) {
      if (isOver(told.epoch)) return
      const before = held
      if (change.type === 'adopted') {
        note({ session: change.session, record: told })
        if (before?.record.epoch !== told.epoch) changes.emit(change)
        return
      }
      if (!before) return
      if (change.type === 'refreshed' || change.type === 'described')
        note({ session: change.session, record: told })
      if (change.type === 'ended') note({ session: undefined, record: told })
      const error = 'error' in change && change.error ? unpackError(change.error) : undefined
      changes.emit({ ...change, ...(error && { error }) } as KeeperChange)
    },
    signedOutElsewhere(epoch) {
      if (!held || epoch <= held.record.epoch) return
      note({ session: undefined, record: signOutRecord(epoch) })
      changes.emit({ type: 'ended', reason: 'signed_out_elsewhere' })
    },
    catchUp,
    lose,
    stillOf,
    lend(lent, before, target) {
      const { accessToken, scope, requestedAtMs, expiresAt, epoch } = lent
      // A sign-out, or somebody else's sign-in, may have come before this caller's turn.
      if (stillOf(before).record.epoch !== epoch) throw subjectChanged()
      const taken: AccessToken = {
        accessToken,
        tokenType: 'bearer',
        scope,
        requestedAt: onThisClock(requestedAtMs, clock),
        ...(expiresAt !== undefined && { expiresAt }),
      }
      if (target) targeted = withToken(targeted, { ...taken, target }, clock)
      else token = taken
      return accessToken
    },
    signOut() {
      // Gone from here before the vault is asked, and whatever it answers.
      const epoch = nextSignOut(Math.max(record.read().epoch, held?.record.epoch ?? 0))
      signedOutAt = epoch
      record.write(signOutRecord(epoch))
      forget()
      ends += 1
      endsUnderWay += 1
      return {
        epoch,
        settle(answer) {
          endsUnderWay -= 1
          // What is here by now, somebody has signed in to since.
          if (answer && !held) note(answer)
        },
      }
    },
    signedOutAt: () => signedOutAt,
    forget,
    handOver() {
      const session = held?.session
      const tokens = held && token && handedOver(held, token)
      forget()
      return { session, tokens }
    },
    onChange: changes.on,
  }
}

/** What a page goes on with whose vault is gone: the token that it was lent, and all that is known of the session. */
function handedOver({ session, record }: Told, token: AccessToken): HeldTokens {
  const { claims, userInfo, authorizationDetails, providerSession, clockSkewSeconds } = session
  const { epoch, refreshes, rotation } = record
  return {
    epoch,
    refreshes,
    rotation,
    tokens: {
      ...token,
      ...(claims && { claims }),
      ...(userInfo && { userInfo }),
      ...(authorizationDetails && { authorizationDetails }),
      ...(providerSession && { providerSession }),
      ...(clockSkewSeconds && { clockSkewSeconds }),
    },
    // Of what nobody can renew, nobody else knows better whether it is over.
    isLent: session.hasRefreshToken,
    switchedTo: session.switchedTo,
    scopeNotGranted: session.scopeNotGranted,
  }
}

function ownerOf({ record, session }: Told): Parameters<typeof isSamePerson>[0] {
  return { epoch: record.epoch, claims: session.claims, userInfo: session.userInfo }
}

/** What is told where a session is gone with its vault. */
export function sessionLost(): SignInRequiredError {
  return new SignInRequiredError(
    'session_lost',
    'The vault that kept the session is gone, and no other tab hands the session over. Call login().',
  )
}
