import { nextSignIn, nextSignOut } from '../epoch.ts'
import type { AnyAuthError } from '../errors.ts'
import { noteFound } from '../lost-session.ts'
import type { Random } from '../platform/ports.ts'
import type { TokenSet, UserInfo } from '../protocol/token-set.ts'
import { lastSignOut, type SessionRecordStore, signOutRecord } from '../session-record.ts'
import { advanced, isSpent, standingOf } from '../standing.ts'
import { createEmitter } from '../store.ts'
import { endedElsewhere } from './ended-elsewhere.ts'
import {
  describeSession,
  type HeldTokens,
  isNewer,
  isRefreshable,
  refreshed,
  rotated,
} from './held-tokens.ts'
import type { EndReason, KeeperChange } from './keeper.ts'

/** The session this page is in, as one of several pages that may be in it. */
export interface HeldSession {
  /** What is held now. Another object each time it is replaced. */
  current(): HeldTokens | undefined
  /** What was said of the person beside the ID token. It comes and goes while a refresh is under way, which does not notice. */
  userInfo(): UserInfo | undefined
  /** Somebody has asked who this is. What is older than what is known, or of another sign-in, changes nothing. */
  describe(epoch: number, userInfo: UserInfo): void
  /** A sign-in ended here. @returns what is held now */
  begin(tokens: TokenSet, about?: Pick<HeldTokens, 'switchedTo' | 'scopeNotGranted'>): HeldTokens
  /** A refresh ended here. @returns what is held now */
  advance(before: HeldTokens, tokens: TokenSet, targeted?: HeldTokens['targeted']): HeldTokens
  /** As much of a refresh as is known before it ends. Nobody is told. @returns what is held now */
  rotate(before: HeldTokens, refreshToken: string): HeldTokens
  /** Another tab handed tokens over; they count only where they are newer. */
  receive(next: HeldTokens): void
  /** Somebody signs out here, now or as long ago as `epoch` says: a later sign-in goes on. @returns the sign-out's epoch */
  signOut(epoch?: number): number
  signedOutElsewhere(epoch: number): void
  /** The last sign-out that is known, in whatever tab: no sign-in before it must come back, whoever has signed in since. */
  signedOutAt(): number
  /** It is over, though nobody signed out. */
  end(reason: EndReason, error: AnyAuthError): void
  /** Another tab was told by the provider that it is over. */
  endedElsewhere(): void
  /** It goes on, and not here. */
  forget(): void
  /** Whether another tab is known to have newer tokens. */
  isBehind(): boolean
  /** Whether the refresh token is known to have been exchanged by another tab. */
  isSpent(): boolean
  /** Tells of changes that nobody here asked for. */
  tell(change: KeeperChange): void
  onChange(listener: (change: KeeperChange) => void): () => void
  /** Tells, before anybody else hears of it, that something else is held, or nothing. */
  onReplaced(listener: () => void): () => void
}

/** Makes a {@link HeldSession}, with nobody signed in. */
export function createHeldSession(record: SessionRecordStore, random: Random): HeldSession {
  const changes = createEmitter<[change: KeeperChange]>()
  const replaced = createEmitter<[]>()
  let held: HeldTokens | undefined
  let person: UserInfo | undefined
  /** The last sign-out that was heard of: it may not have been possible to note it down. */
  let signedOutAt = 0

  function replace<T extends HeldTokens | undefined>(next: T): T {
    held = next
    if (!next) person = undefined
    replaced.emit()
    return next
  }

  /** Lets the other tabs know that it exists. A sign-in that another tab has made since stays the last one. */
  function recorded(next: HeldTokens): HeldTokens {
    record.write(advanced(record.read(), next))
    return next
  }

  /** Notes a sign-out. @returns whether it was of the session that is here */
  function drop(epoch: number): boolean {
    signedOutAt = Math.max(signedOutAt, epoch)
    // A tab that had not seen it yet may have written over it.
    if (record.read().epoch < epoch) record.write(signOutRecord(epoch))
    const isOver = held !== undefined && held.epoch <= epoch
    if (isOver) replace(undefined)
    return isOver
  }

  function isBehind(): boolean {
    if (!held) return false
    const known = record.read()
    return known.epoch > held.epoch || (standingOf(known, held.epoch)?.refreshes ?? 0) > held.refreshes
  }

  const lastKnownSignOut = (): number => Math.max(signedOutAt, lastSignOut(record.read()))

  const lastEpoch = (): number => Math.max(record.read().epoch, held?.epoch ?? 0, signedOutAt)

  return {
    current: () => held,
    userInfo: () => person,
    describe(epoch, userInfo) {
      if (held?.epoch === epoch) person = later(person, userInfo)
    },
    begin({ userInfo, ...tokens }, { switchedTo, scopeNotGranted } = {}) {
      const epoch = nextSignIn(lastEpoch(), random.fraction())
      person = userInfo
      const held = {
        tokens,
        epoch,
        refreshes: 0,
        rotation: 0,
        isLent: false,
        ...(switchedTo && { switchedTo }),
        ...(scopeNotGranted && { scopeNotGranted }),
      }
      return replace(recorded(held))
    },
    advance(before, tokens, targeted = before.targeted) {
      if (tokens.claims !== before.tokens.claims) person = person && withoutOlder(person, tokens.claims)
      return replace(recorded(refreshed(before, tokens, targeted)))
    },
    rotate: (before, refreshToken) => replace(recorded(rotated(before, refreshToken))),
    receive(given) {
      const { userInfo, ...tokens } = given.tokens
      const next: HeldTokens = userInfo ? { ...given, tokens } : given
      const { epoch, status } = record.read()
      const isOver = next.epoch <= lastKnownSignOut() || (status === 'ended' && epoch === next.epoch)
      if (isOver || !isNewer(next, held)) return
      noteFound(record, next.epoch)
      const type = held?.epoch === next.epoch ? 'refreshed' : 'adopted'
      person = type === 'adopted' ? userInfo : later(person, userInfo)
      replace(next)
      if (type === 'refreshed' && next.isUnproven) return
      changes.emit({ type, session: describeSession(next, person) })
    },
    signOut(epoch = nextSignOut(lastEpoch())) {
      drop(epoch)
      return epoch
    },
    signedOutElsewhere(epoch) {
      if (drop(epoch)) changes.emit({ type: 'ended', reason: 'signed_out_elsewhere' })
    },
    end(reason, error) {
      const known = record.read()
      // What another tab has renewed goes on there.
      if (known.epoch === held?.epoch && !isBehind()) record.write({ ...known, status: 'ended' })
      replace(undefined)
      changes.emit({ type: 'ended', reason, error })
    },
    endedElsewhere() {
      const canBeRefused = held?.isLent || (held && isRefreshable(held.tokens))
      const reason = canBeRefused ? 'session_ended' : 'session_expired'
      replace(undefined)
      changes.emit({ type: 'ended', reason, error: endedElsewhere(reason) })
    },
    forget: () => void replace(undefined),
    signedOutAt: lastKnownSignOut,
    isBehind,
    isSpent: () => held !== undefined && isSpent(record.read(), held),
    tell: changes.emit,
    onChange: changes.on,
    onReplaced: replaced.on,
  }
}

/** Where both were asked for at once, the second has lost what a refreshed ID token says now. */
function later(one: UserInfo | undefined, other: UserInfo | undefined): UserInfo | undefined {
  return one && other ? (other.askedAtMs >= one.askedAtMs ? other : one) : (other ?? one)
}

/** What a refreshed ID token says is newer than what was asked for before. */
function withoutOlder({ claims, askedAtMs }: UserInfo, newer: object = {}): UserInfo {
  const rest = Object.entries(claims).filter(([name]) => !(name in newer))
  return { claims: { ...Object.fromEntries(rest), sub: claims.sub }, askedAtMs }
}
