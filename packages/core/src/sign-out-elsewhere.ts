import type { Page } from './platform/ports.ts'
import { isCount, lastSignOut, type SessionRecordStore } from './session-record.ts'
import type { TabLine } from './tab-line.ts'

/** What hearing of a sign-out works with. */
export interface SignOutElsewhereContext {
  readonly line: Pick<TabLine, 'onMessage'>
  readonly record: Pick<SessionRecordStore, 'read'>
  readonly page: Pick<Page, 'onWake'>
}

/**
 * When somebody signed out, or is about to, where that is what another tab says. Who is about to may be gone before it is
 * over, and a vault that is asked to may be dead.
 *
 * @returns its epoch
 */
export function signOutIn(message: unknown): number | undefined {
  const { kind, epoch } = (message ?? {}) as { readonly kind?: unknown; readonly epoch?: unknown }
  return (kind === 'signed_out' || kind === 'signing_out') && isCount(epoch) ? epoch : undefined
}

/**
 * Hears that somebody signs out in another tab from now on: for while a session is over, and its keeper no longer cares.
 *
 * @returns stops it
 */
export function onSignOutElsewhere(
  { line, record, page }: SignOutElsewhereContext,
  signedOut: () => void,
): () => void {
  const { epoch } = record.read()
  const stops = [
    line.onMessage((message) => {
      if ((signOutIn(message) ?? 0) > epoch) signedOut()
    }),
    // A page that was frozen has heard nothing.
    page.onWake(() => {
      if (lastSignOut(record.read()) > epoch) signedOut()
    }),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}
