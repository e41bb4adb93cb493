import { describe, expect, it } from 'vitest'
import { createMemoryStore } from './platform/memory-store.ts'
import type { KeyValueStore } from './platform/ports.ts'
import {
  createSessionRecordStore,
  nextSignIn,
  nextSignOut,
  noteFound,
  noteLost,
  type SessionRecord,
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
    expect(keys).not.toContain(key)
    expect(storage.keys()).toEqual([])
  })
})

describe('a session that nobody found', () => {
  it('is lost until somebody has it', () => {
    const record = createRecord()
    record.write(known)
    noteLost(record, known.epoch)
    expect(record.read()).toEqual({ ...known, status: 'lost' })
    noteFound(record, known.epoch)
    expect(record.read()).toEqual(known)
  })

  it('is not another one that has begun since', () => {
    const record = createRecord()
    record.write({ ...known, epoch: 4.5 })
    noteLost(record, known.epoch)
    expect(record.read().status).toBe('signed_in')
  })

  it.each(['signed_out', 'ended'] as const)('stays %s whoever looks for it or has it', (status) => {
    const record = createRecord()
    record.write({ ...known, status })
    noteLost(record, known.epoch)
    noteFound(record, known.epoch)
    expect(record.read().status).toBe(status)
  })
})

describe('epochs', () => {
  const fractions = [0, 0.1, 0.5, 0.999_999]

  it.each(fractions)('grow with every sign-in and sign-out (fraction %f)', (fraction) => {
    let epoch = 0
    for (let round = 0; round < 20; round++) {
      const signIn = nextSignIn(epoch, fraction)
      const signOut = nextSignOut(signIn)
      expect(signIn).toBeGreaterThan(epoch)
      expect(signOut).toBeGreaterThan(signIn)
      epoch = signOut
    }
  })

  it.each(fractions)('let a sign-out win over a sign-in at the same time (fraction %f)', (fraction) => {
    for (const epoch of [0, 1.3, 7.95]) {
      expect(nextSignOut(epoch)).toBeGreaterThan(nextSignIn(epoch, fraction))
    }
  })

  it('tell two sign-ins at the same time apart', () => {
    expect(nextSignIn(1.2, 0.25)).not.toBe(nextSignIn(1.2, 0.75))
  })
})
