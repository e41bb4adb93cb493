import type { OpenBinding } from '../protocol/binding.ts'
import type { SessionRecordStore } from '../session-record.ts'
import type { HeldSession } from './held-session.ts'
import type { HeldTokens } from './held-tokens.ts'
import type { PersistedSession } from './persisted-session.ts'

/** Sees to it that the key of a session is at hand while the session is, and that nobody finds it afterwards. */
export function careForKey(
  session: HeldSession,
  record: SessionRecordStore,
  { proofs }: OpenBinding,
  persisted: PersistedSession | undefined,
): void {
  let before: HeldTokens | undefined
  session.onReplaced(() => {
    const last = before
    const held = session.current()
    before = held
    // Another tab may take it out of storage while this one goes on.
    if (held?.tokens.keyId !== undefined && held.epoch !== last?.epoch) void proofs.has(held.tokens.keyId)
    if (last?.tokens.keyId === undefined || last.tokens.keyId === held?.tokens.keyId) return
    const { epoch, status } = record.read()
    // What ended in this page alone goes on in others.
    if (epoch === last.epoch && status === 'signed_in') return
    proofs.forget(last.tokens.keyId)
    void persisted?.clear(last.epoch)
  })
}

/** Whether tokens of another page do here: they are bound, or need not be. */
export function isUsable({ tokens }: HeldTokens, { required }: OpenBinding): boolean {
  return tokens.tokenType === 'dpop' || !required
}

/** Whether other pages can: they find the key. */
export function isShareable({ tokens: { keyId } }: HeldTokens, { proofs }: OpenBinding): boolean {
  return keyId === undefined || proofs.isShared(keyId)
}
