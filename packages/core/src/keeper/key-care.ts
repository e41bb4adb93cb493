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
    const keyId = last?.tokens.keyId
    if (keyId === undefined || keyId === held?.tokens.keyId) return
    const { epoch, status } = record.read()
    // What ended in this page alone goes on in others.
    if (epoch === last?.epoch && status === 'signed_in') return
    proofs.forget(keyId)
    if (last) void persisted?.clear(last.epoch)
  })
}

/** Whether a page can do something with tokens of another: it has what they are bound by, or they are bound to nothing. */
export function isUsable({ tokens }: HeldTokens, binding: OpenBinding | undefined): boolean {
  if (tokens.keyId === undefined) return !binding?.required
  return binding !== undefined && (tokens.tokenType === 'dpop' || !binding.required)
}

/** Whether other pages can: they find the key. */
export function isShareable({ tokens: { keyId } }: HeldTokens, binding: OpenBinding | undefined): boolean {
  return keyId === undefined || (binding?.proofs.isShared(keyId) ?? false)
}
