import type { KeyValueStore } from '../platform/ports.ts'
import { isCount } from '../session-record.ts'

/** When a session began and when somebody last did something in it: for all tabs, and nothing secret. */
export interface LimitRecord {
  /** Which sign-in it is about: see `SessionRecord`. */
  readonly epoch: number
  /** Milliseconds since the epoch, both. */
  readonly startedAt: number
  readonly activeAt: number
}

/** Reads and writes the {@link LimitRecord}. Without storage each page knows of itself alone. */
export interface LimitRecordStore {
  read(): LimitRecord | undefined
  /** Of this sign-in only. */
  of(epoch: number): LimitRecord | undefined
  write(record: LimitRecord): void
}

/** Makes a {@link LimitRecordStore} over one key. */
export function createLimitRecordStore(store: KeyValueStore, key: string): LimitRecordStore {
  let own: LimitRecord | undefined
  const stored = (): LimitRecord | undefined => parseLimitRecord(store.get(key))
  return {
    read: () => stored() ?? own,
    of: (epoch) => [stored(), own].find((record) => record?.epoch === epoch),
    write(record) {
      own = record
      try {
        store.set(key, JSON.stringify([record.epoch, record.startedAt, record.activeAt]))
      } catch {
        // Site data is blocked: other tabs cannot know.
      }
    },
  }
}

/** Whatever this version did not write, counts as absent. */
function parseLimitRecord(text: string | undefined): LimitRecord | undefined {
  try {
    // What is no list at all throws here as well.
    const [epoch, startedAt, activeAt] = JSON.parse(text ?? '') as unknown[]
    return isCount(epoch) && isCount(startedAt) && isCount(activeAt)
      ? { epoch, startedAt, activeAt }
      : undefined
  } catch {
    return undefined
  }
}
