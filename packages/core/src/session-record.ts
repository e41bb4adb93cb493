import type { KeyValueStore } from './platform/ports.ts'

/**
 * What every tab of the app may know of the session, in storage that they share. Nothing in it is secret:
 * whoever reads it learns that somebody is signed in, and how often something happened.
 */
export interface SessionRecord extends Standing {
  /**
   * `ended`: the provider ended it; a sign-out has an epoch of its own. `lost`: somebody looked for it and found nothing.
   * A tab that was frozen then, and still has it, knows better.
   */
  readonly status: 'signed_in' | 'signed_out' | 'ended' | 'lost'
  /** An older sign-in that some tab may still be in: one that was frozen when somebody signed in again. */
  readonly older?: Standing | undefined
}

/** How far the tokens of one sign-in have come. */
export interface Standing {
  /**
   * Grows with every sign-in and every sign-out, so that of two the later one is known. The fraction tells
   * apart two that happened at once.
   */
  readonly epoch: number
  /** How often the tokens of this epoch were refreshed. */
  readonly refreshes: number
  /** The refresh that last brought another refresh token: whoever has an older one must not send it (RFC 9700 §4.14.2). */
  readonly rotation: number
}

/** Reads and writes the {@link SessionRecord}. Never throws: without storage there is nothing to know. */
export interface SessionRecordStore {
  read(): SessionRecord
  /** @returns false where it could not be stored, and other tabs cannot know */
  write(record: SessionRecord): boolean
  /** Whether it could store anything now. */
  isWritable(): boolean
}

const statuses: readonly unknown[] = ['signed_in', 'signed_out', 'ended', 'lost']
const nothing: SessionRecord = { epoch: 0, status: 'ended', refreshes: 0, rotation: 0 }

/** Makes a {@link SessionRecordStore} over one key. */
export function createSessionRecordStore(store: KeyValueStore, key: string): SessionRecordStore {
  // Never the record itself: another tab's may be on the way, and what was read here would replace it.
  const trial = `${key}.trial`
  return {
    read: () => parseSessionRecord(store.get(key)) ?? nothing,
    write({ epoch, status, refreshes, rotation, older }) {
      const ofOlder = older ? [older.epoch, older.refreshes, older.rotation] : []
      try {
        store.set(key, JSON.stringify([epoch, status, refreshes, rotation, ...ofOlder]))
        return true
      } catch {
        return false
      }
    },
    isWritable() {
      try {
        store.set(trial, '')
        store.remove(trial)
        return true
      } catch {
        return false
      }
    },
  }
}

/** Whatever this version did not write, counts as absent. */
function parseSessionRecord(text: string | undefined): SessionRecord | undefined {
  try {
    const record: unknown = JSON.parse(text ?? '')
    if (!Array.isArray(record)) return undefined
    const [epoch, status, refreshes, rotation, ...ofOlder] = record as unknown[]
    const standing = parseStanding(epoch, refreshes, rotation)
    if (!standing || !statuses.includes(status)) return undefined
    const older = parseStanding(...ofOlder)
    return { ...standing, status: status as SessionRecord['status'], ...(older && { older }) }
  } catch {
    return undefined
  }
}

function parseStanding(epoch?: unknown, refreshes?: unknown, rotation?: unknown): Standing | undefined {
  return isCount(epoch) && isCount(refreshes) && isCount(rotation)
    ? { epoch, refreshes, rotation }
    : undefined
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER
}

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

/** Nothing of that sign-in was found: nobody need look for it again. What happened to it meanwhile is not touched. */
export function noteLost(record: SessionRecordStore, epoch: number): void {
  const known = record.read()
  if (known.epoch === epoch && known.status === 'signed_in') record.write({ ...known, status: 'lost' })
}

/** Whoever has it, says so where it was thought lost. */
export function noteFound(record: SessionRecordStore, epoch: number): void {
  const known = record.read()
  if (known.epoch === epoch && known.status === 'lost') record.write({ ...known, status: 'signed_in' })
}

/** The epoch of a sign-in that ends now. `fraction`: from 0 to 1, random. */
export function nextSignIn(epoch: number, fraction: number): number {
  return Math.floor(epoch) + 1 + fraction * 0.9
}

/** The epoch of a sign-out now: of two things at once the sign-out wins, in every tab. */
export function nextSignOut(epoch: number): number {
  return Math.floor(epoch) + 1.95
}
