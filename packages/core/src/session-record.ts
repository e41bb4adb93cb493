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
  /** Older sign-ins that some tab may still be in, the latest first: it was frozen when somebody signed in again. */
  readonly older?: readonly Standing[] | undefined
  /** The epoch of the last sign-out, where somebody has signed in since: a tab that was frozen then has it yet to hear. */
  readonly signedOutAt?: number | undefined
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
    write({ epoch, status, refreshes, rotation, older = [], signedOutAt }) {
      const ofOlder = older.flatMap((each) => [each.epoch, each.refreshes, each.rotation])
      try {
        const numbers = ofOlder.concat(signedOutAt ?? [])
        store.set(key, JSON.stringify([epoch, status, refreshes, rotation, ...numbers]))
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
    const [epoch, status, refreshes, rotation, ...numbers] = record as unknown[]
    const signedOutAt = numbers.length % 3 === 1 ? numbers.pop() : undefined
    const older: Standing[] = []
    for (let at = 0; at < numbers.length; at += 3) {
      const standing = { epoch: numbers[at], refreshes: numbers[at + 1], rotation: numbers[at + 2] }
      if (isStanding(standing)) older.push(standing)
    }
    const parsed = { epoch, status, refreshes, rotation, signedOutAt, ...(older.length > 0 && { older }) }
    return isSessionRecord(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}

/** Whether somebody else's word is a {@link SessionRecord}. */
export function isSessionRecord(value: unknown): value is SessionRecord {
  if (!isStanding(value)) return false
  const { status, older = [], signedOutAt = 0 } = value as { [name in keyof SessionRecord]?: unknown }
  return statuses.includes(status) && Array.isArray(older) && older.every(isStanding) && isCount(signedOutAt)
}

function isStanding(value: unknown): value is Standing {
  const { epoch, refreshes, rotation } = (value ?? {}) as Partial<Standing>
  return [epoch, refreshes, rotation].every(isCount)
}

/** A number that counts: no less than 0, and with a next one. */
export function isCount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER
}

/** What is known after a sign-out, which has an epoch of its own. */
export function signOutRecord(epoch: number): SessionRecord {
  return { epoch, status: 'signed_out', refreshes: 0, rotation: 0 }
}

/** The epoch of the last sign-out that is on record; 0: there was none. Every sign-in before it is over. */
export function lastSignOut({ status, epoch, signedOutAt = 0 }: SessionRecord): number {
  return status === 'signed_out' ? epoch : signedOutAt
}
