import type { SessionRecord, Standing } from './session-record.ts'

/** So many older sign-ins are remembered: a tab that is in a still older one has slept through all of these. */
const mostOlder = 8

/** What is known of how far the tokens of a sign-in have come. */
export function standingOf(record: SessionRecord, epoch: number): Standing | undefined {
  return [record, ...(record.older ?? [])].find((standing) => standing.epoch === epoch)
}

/**
 * Whether the refresh token of tokens that stand here has been exchanged for another, as far as is known. Of a sign-in
 * that is older than all that are remembered nobody knows, and what may be spent must not be sent (RFC 9700 §4.14.2).
 */
export function isSpent(record: SessionRecord, { epoch, refreshes }: Standing): boolean {
  const known = standingOf(record, epoch)
  if (known) return known.rotation > refreshes
  const last = record.older?.[mostOlder - 1]
  return last !== undefined && epoch < last.epoch
}

/** The record once tokens have come this far: of the last sign-in, or of one before it that a tab is still in. */
export function advanced(known: SessionRecord, { epoch, refreshes, rotation }: Standing): SessionRecord {
  const next = { epoch, refreshes, rotation }
  if (epoch === known.epoch) return { ...known, ...next, status: 'signed_in' }
  const { status, older: before = [], signedOutAt, ...last } = known
  if (epoch < known.epoch) {
    const older = [next, ...before.filter((each) => each.epoch !== epoch)]
    return { ...known, older: older.sort((one, other) => other.epoch - one.epoch).slice(0, mostOlder) }
  }
  if (status === 'signed_out') return { ...next, status: 'signed_in', signedOutAt: known.epoch }
  const older = known.epoch > 0 ? { older: [last, ...before].slice(0, mostOlder) } : {}
  return { ...next, status: 'signed_in', signedOutAt, ...older }
}

/** The record with what else is `seen` of how far tokens have come, of the same sign-ins or of older ones. */
export function furthest(known: SessionRecord, { older = [], ...last }: SessionRecord): SessionRecord {
  const next = [last, ...older]
    .filter(({ epoch, refreshes }) => refreshes > (standingOf(known, epoch)?.refreshes ?? -1))
    .reduce(advanced, known)
  return { ...next, status: known.status }
}
