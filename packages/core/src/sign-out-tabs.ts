import { nextSignOut } from './epoch.ts'
import { type SessionRecordStore, signOutRecord } from './session-record.ts'
import type { TabLine } from './tab-line.ts'

/** Ends the session in every tab, from a page that has no keeper to do it. */
export function signOutTabs(record: SessionRecordStore, line: Pick<TabLine, 'tell'>): void {
  const epoch = nextSignOut(record.read().epoch)
  record.write(signOutRecord(epoch))
  line.tell({ kind: 'signed_out', epoch })
}
