import { describe, expect, it } from 'vitest'
import { createMemoryStore } from './platform/memory-store.ts'
import type { KeyValueStore } from './platform/ports.ts'
import {
  createSessionRecordStore,
  isSessionRecord,
  lastSignOut,
  type SessionRecord,
  signOutRecord,
} from './session-record.ts'

const key = 'session'
const known: SessionRecord = { epoch: 3.25, status: 'signed_in', refreshes: 4, rotation: 2 }
const nothing: SessionRecord = { epoch: 0, status: 'ended', refreshes: 0, rotation: 0 }

/** A store of one tab, and the storage behind it. */
function createRecord(
  text?: string,
): ReturnType<typeof createSessionRecordStore> & { storage: KeyValueStore } {
  const storage = createMemoryStore()
  if (text !== undefined) storage.set(key, text)
  return { ...createSessionRecordStore(storage, key), storage }
}

const full: KeyValueStore = {
  ...createMemoryStore(),
  set() {
    throw new DOMException('The quota has been exceeded.', 'QuotaExceededError')
  },
}

describe('the record of a session', () => {
  it.each(['signed_in', 'signed_out', 'ended', 'lost'] as const)(
    'says that it is %s to every tab',
    (status) => {
      const record = createRecord()
      expect(record.write({ ...known, status })).toBe(true)
      expect(createSessionRecordStore(record.storage, key).read()).toEqual({ ...known, status })
    },
  )

  it('is not there before anybody signed in', () => {
    expect(createRecord().read()).toEqual(nothing)
  })

  it.each([
    ['no JSON', '{'],
    ['empty', ''],
    ['of another shape', '{"epoch":1,"status":"signed_in","refreshes":0,"rotation":0}'],
    ['null', 'null'],
    ['cut short', '[1,"signed_in",0]'],
    ['of an unknown status', '[1,"signed-in",0,0]'],
    ['of a negative epoch', '[-1,"signed_in",0,0]'],
    ['of an epoch that nothing comes after', '[1e300,"signed_in",0,0]'],
    ['of text for an epoch', '["1","signed_in",0,0]'],
    ['of no number of refreshes', '[1,"signed_in",null,0]'],
    ['of an endless rotation', '[1,"signed_in",0,1e999]'],
  ])('counts as absent where it is %s', (_what, text) => {
    expect(createRecord(text).read()).toEqual(nothing)
  })

  it('cannot be written where storage is full, and says so', () => {
    const record = createSessionRecordStore(full, key)
    expect(record.write(known)).toBe(false)
    expect(record.isWritable()).toBe(false)
  })

  it('is not written over while it is tried whether it could be: what another tab writes may be on its way', () => {
    const keys: string[] = []
    const storage = createMemoryStore()
    const record = createSessionRecordStore(
      {
        ...storage,
        set(name, value) {
          keys.push(name)
          storage.set(name, value)
        },
      },
      key,
    )
    expect(record.isWritable()).toBe(true)
    // In storage that is shared with the rest of the origin.
    expect(keys).toEqual([expect.stringMatching(/^session\../)])
    expect(storage.keys()).toEqual([])
  })

  it('keeps older sign-ins that some tab may still be in', () => {
    const record = createRecord()
    const older = [
      { epoch: 2.5, refreshes: 1, rotation: 0 },
      { epoch: 1.25, refreshes: 7, rotation: 6 },
    ]
    record.write({ ...known, older })
    expect(record.read()).toEqual({ ...known, older })
  })

  it('is there without an older sign-in that cannot be read', () => {
    expect(createRecord('[3.25,"signed_in",4,2,2.5,"x",0]').read()).toEqual(known)
    expect(createRecord('[3.25,"signed_in",4,2,2.5,"x",0,1.5,1,1,0.5,0]').read()).toEqual({
      ...known,
      older: [{ epoch: 1.5, refreshes: 1, rotation: 1 }],
    })
  })

  it.each([undefined, [{ epoch: 2.5, refreshes: 1, rotation: 0 }]])(
    'keeps the sign-out before the last sign-in, with older ones and without',
    (older) => {
      const record = createRecord()
      const since = { ...known, signedOutAt: 2.95, ...(older && { older }) }
      record.write(since)
      expect(record.read()).toEqual(since)
      expect(lastSignOut(record.read())).toBe(2.95)
    },
  )

  it('knows the last sign-out', () => {
    expect(lastSignOut(signOutRecord(4.95))).toBe(4.95)
    expect(lastSignOut(known)).toBe(0)
  })

  it('of a sign-out holds nothing of the sessions before it', () => {
    expect(signOutRecord(4.95)).toEqual({ epoch: 4.95, status: 'signed_out', refreshes: 0, rotation: 0 })
  })
})

describe("somebody else's word", () => {
  const older = { epoch: 2.5, refreshes: 0, rotation: 0 }

  it.each([
    ['as every tab writes it', known],
    ['with older sign-ins', { ...known, older: [older, { ...older, epoch: 1 }] }],
    ['with nothing for older sign-ins', { ...known, older: undefined }],
    ['with the sign-out before it', { ...known, signedOutAt: 2.95 }],
  ])('is a record %s', (_what, word) => {
    expect(isSessionRecord(word)).toBe(true)
  })

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['text', 'signed_in'],
    ['a list', [1, 'signed_in', 0, 0]],
    ['of an unknown status', { ...known, status: 'signed-in' }],
    ['of a negative epoch', { ...known, epoch: -1 }],
    ['of an endless epoch', { ...known, epoch: Number.POSITIVE_INFINITY }],
    ['of no number of refreshes', { ...known, refreshes: undefined }],
    ['of text for a rotation', { ...known, rotation: '2' }],
    ['with an older sign-in that is none', { ...known, older: [older, { ...older, epoch: '2.5' }] }],
    ['with one older sign-in in place of a list', { ...known, older }],
    ['with null for older sign-ins', { ...known, older: null }],
    ['with text for a sign-out', { ...known, signedOutAt: '2.95' }],
  ])('is no record where it is %s', (_what, word) => {
    expect(isSessionRecord(word)).toBe(false)
  })
})
