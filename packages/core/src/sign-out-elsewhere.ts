import type { Page } from './platform/ports.ts'
import type { SessionRecordStore } from './session-record.ts'
import type { TabLine } from './tab-line.ts'

/** What hearing of a sign-out works with. */
export interface SignOutElsewhereContext {
  readonly line: Pick<TabLine, 'onMessage'>
  readonly record: Pick<SessionRecordStore, 'read'>
  readonly page: Pick<Page, 'onWake'>
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
      const { kind, epoch: outAt } = message as { kind?: unknown; epoch?: unknown }
      if (kind === 'signed_out' && typeof outAt === 'number' && outAt > epoch) signedOut()
    }),
    // A page that was frozen has heard nothing.
    page.onWake(() => {
      const now = record.read()
      if (now.status === 'signed_out' && now.epoch > epoch) signedOut()
    }),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}
