import { describe, expect, it } from 'vitest'
import { createMemoryStore } from './platform/memory-store.ts'
import type { KeyValueStore } from './platform/ports.ts'
import { createSessionRecordStore, type SessionRecord, type SessionRecordStore } from './session-record.ts'
import { saysSignedIn, saysSignedOut, signedOutAfter } from './stored-record.ts'

const key = 'session'
const known: SessionRecord = { epoch: 3.25, status: 'signed_in', refreshes: 4, rotation: 2 }

/** A record, read whole and as far as a page without the engine reads it. */
function createRecord(): {
  record: SessionRecordStore
  storage: KeyValueStore
  stored(): string | undefined
} {
  const storage = createMemoryStore()
  return { record: createSessionRecordStore(storage, key), storage, stored: () => storage.get(key) }
}

describe('a stored record, for a page that has no need to know it whole', () => {
  it.each(['signed_in', 'signed_out', 'ended', 'lost'] as const)(
    'says the same as it does whole: %s',
    (status) => {
      const { record, stored } = createRecord()
      record.write({ ...known, status })
      expect([saysSignedIn(stored()), saysSignedOut(stored())]).toEqual([
        status === 'signed_in',
        status === 'signed_out',
      ])
    },
  )

  it('says nothing where there is none', () => {
    expect([saysSignedIn(undefined), saysSignedOut(undefined)]).toEqual([false, false])
  })

  it.each<[what: string, before: SessionRecord]>([
    ['the sign-in before it', known],
    ['many sign-ins', { ...known, epoch: 1234.75, older: [{ epoch: 99.5, refreshes: 0, rotation: 0 }] }],
  ])('is followed by a sign-out that comes after %s', (_what, before) => {
    const { record, storage, stored } = createRecord()
    record.write(before)
    const { epoch } = record.read()
    storage.set(key, signedOutAfter(stored() ?? ''))
    expect(record.read()).toEqual({
      epoch: expect.any(Number),
      status: 'signed_out',
      refreshes: 0,
      rotation: 0,
    })
    expect(record.read().epoch).toBeGreaterThan(epoch)
    expect(record.read().epoch).toBeLessThan(epoch + 2)
  })
})
