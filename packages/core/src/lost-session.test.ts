import { describe, expect, it } from 'vitest'
import { noteFound, noteLost } from './lost-session.ts'
import { createMemoryStore } from './platform/memory-store.ts'
import { createSessionRecordStore, type SessionRecord } from './session-record.ts'

const known: SessionRecord = { epoch: 3.25, status: 'signed_in', refreshes: 4, rotation: 2 }

describe('a session that nobody found', () => {
  it('is lost until somebody has it', () => {
    const record = createSessionRecordStore(createMemoryStore(), 'session')
    record.write(known)
    noteLost(record, known.epoch)
    expect(record.read()).toEqual({ ...known, status: 'lost' })
    noteFound(record, known.epoch)
    expect(record.read()).toEqual(known)
  })

  it('is not another one that has begun since', () => {
    const record = createSessionRecordStore(createMemoryStore(), 'session')
    record.write({ ...known, epoch: 4.5 })
    noteLost(record, known.epoch)
    expect(record.read().status).toBe('signed_in')
    record.write({ ...known, epoch: 4.5, status: 'lost' })
    noteFound(record, known.epoch)
    expect(record.read().status).toBe('lost')
  })

  it.each(['signed_out', 'ended'] as const)('stays %s whoever looks for it or has it', (status) => {
    const record = createSessionRecordStore(createMemoryStore(), 'session')
    record.write({ ...known, status })
    noteLost(record, known.epoch)
    noteFound(record, known.epoch)
    expect(record.read().status).toBe(status)
  })
})
