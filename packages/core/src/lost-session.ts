import type { SessionRecordStore } from './session-record.ts'

/** Nothing of that sign-in was found: nobody need look for it again. What happened to it meanwhile is not touched. */
export function noteLost(record: SessionRecordStore, epoch: number | undefined): void {
  const known = record.read()
  if (known.epoch === epoch && known.status === 'signed_in') record.write({ ...known, status: 'lost' })
}

/** Whoever has it, says so where it was thought lost. */
export function noteFound(record: SessionRecordStore, epoch: number): void {
  const known = record.read()
  if (known.epoch === epoch && known.status === 'lost') record.write({ ...known, status: 'signed_in' })
}
