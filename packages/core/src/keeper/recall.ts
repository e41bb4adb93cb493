import { ProtocolError, SignInRequiredError } from '../errors.ts'
import type { Clock } from '../platform/ports.ts'
import type { OpenBinding } from '../protocol/binding.ts'
import { startDeadline } from '../protocol/deadline.ts'
import type { Provider } from '../protocol/provider.ts'
import type { SessionRecordStore } from '../session-record.ts'
import { advanced, isSpent } from '../standing.ts'
import type { HeldSession } from './held-session.ts'
import { rotated } from './held-tokens.ts'
import type { PersistedSession } from './persisted-session.ts'
import type { Refresher } from './refresher.ts'
import type { Tabs } from './tabs.ts'
import { lockTimeout } from './turns.ts'

/** What getting a session out of storage works with. */
export interface RecallContext {
  readonly clock: Clock
  readonly session: HeldSession
  readonly record: SessionRecordStore
  readonly tabs: Tabs
  readonly provider: Provider
  readonly refresher: Pick<Refresher, 'discard'>
  readonly binding: OpenBinding
  readonly persisted: PersistedSession
}

/** So long a page that is loaded waits for its turn, in milliseconds: a tab that hangs is not to keep it from what else it can try. */
const turnPatienceMs = 5000

/**
 * Makes what gets the session back whose refresh token rests in this browser (REST-07). It takes the turn that every
 * refresh takes: whoever had it before may have the session, and what rests is looked at only then (REF-04).
 *
 * @throws {NetworkError} the provider could not be asked, or another tab does not come to an end; what rests stays where it is
 */
export function createRecall({
  clock,
  session,
  record,
  tabs,
  provider,
  refresher,
  binding,
  persisted,
}: RecallContext): () => Promise<void> {
  async function recallInTurn(epoch: number): Promise<void> {
    // Another page that was loaded with this one may just have got it.
    if (!session.current()) await tabs.ask()
    const resting = await persisted.read(epoch)
    if (session.current() || !resting) return
    const known = record.read()
    const isGone = isSpent(known, resting) || !(await binding.proofs.has(resting.tokens.keyId))
    if (known.epoch !== epoch || known.status === 'ended') return
    if (isGone) return wipe(epoch, resting.tokens.keyId)
    const isSignedOut = (): boolean => epoch <= session.signedOutAt()
    try {
      let base = resting
      const tokens = await provider.refresh(resting.tokens, {
        // As in any refresh: this page may be gone before the provider's keys are there.
        rotated(refreshToken) {
          if (isSignedOut()) return
          base = rotated(resting, refreshToken)
          record.write(advanced(record.read(), base))
          void persisted.write(base, isSignedOut)
        },
      })
      // A page that was slow to answer has handed over what is replaced by this: to give it back would end both.
      const here = session.current()
      if (isSignedOut() || (here && here.epoch !== epoch)) throw refresher.discard(tokens)
      const before = base === resting ? (here ?? resting) : base
      const after = session.advance({ ...before, targeted: here?.targeted, isLent: false }, tokens)
      await persisted.write(after)
      await tabs.publish(after)
    } catch (error) {
      // Refused for another reason than that it is dead, a refresh token may be good at the next reload.
      if (!(error instanceof SignInRequiredError || error instanceof ProtocolError)) throw error
      // Nobody is told of the end of what they have not seen: the next rung may still find somebody.
      await wipe(epoch, resting.tokens.keyId)
    }
  }

  async function wipe(epoch: number, keyId: string): Promise<void> {
    binding.proofs.forget(keyId)
    await persisted.clear(epoch)
  }

  return async () => {
    const { epoch, status } = record.read()
    if (session.current() || status === 'signed_out' || status === 'ended') return
    const stop = new AbortController()
    const cancel = startDeadline(clock, turnPatienceMs, () => stop.abort(lockTimeout()))
    await tabs
      .exclusively(epoch, stop.signal, () => {
        cancel()
        return recallInTurn(epoch)
      })
      .finally(cancel)
  }
}
