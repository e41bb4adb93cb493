import type { SessionRecord, Standing } from './session-record.ts'

/** What is known of how far the tokens of a sign-in have come. */
export function standingOf(record: SessionRecord, epoch: number): Standing | undefined {
  return [record, record.older].find((standing) => standing?.epoch === epoch)
}

/** The record once tokens have come this far: of the last sign-in, or of one before it that a tab is still in. */
export function advanced(known: SessionRecord, { epoch, refreshes, rotation }: Standing): SessionRecord {
  const next = { epoch, refreshes, rotation }
  if (epoch === known.epoch) return { ...known, ...next, status: 'signed_in' }
  if (epoch < known.epoch) return epoch < (known.older?.epoch ?? 0) ? known : { ...known, older: next }
  const { status, older: _, ...before } = known
  const mayGoOn = known.epoch > 0 && status !== 'signed_out'
  return { ...next, status: 'signed_in', ...(mayGoOn && { older: before }) }
}
