import fc from 'fast-check'
import { almost, almostText, hostileJson, hostileText, jsonText } from '../test/fuzz/hostile.ts'
import { itHolds, must } from '../test/fuzz/it-holds.ts'
import { nextSignOut } from './epoch.ts'
import { createMemoryStore } from './platform/memory-store.ts'
import { createLimitRecordStore } from './session-limits/limit-record.ts'
import { createSessionRecordStore, isCount, isSessionRecord } from './session-record.ts'

const right = [3.25, 'signed_in', 2, 1, 2.5, 1, 0, 1.75, 0, 0]
const values = fc.oneof(hostileJson, fc.constantFrom<unknown>('signed_out', 'ended', 'lost', 'SIGNED_IN'))
const text = fc.oneof(
  { weight: 4, arbitrary: almost(right, values).map(jsonText) },
  { weight: 2, arbitrary: almostText(JSON.stringify(right)) },
  { weight: 1, arbitrary: hostileText },
)

itHolds(
  'reads from the storage how the session stands, in numbers that count, or that nobody knows (STO-06)',
  { of: 'session-records', part: 0.7, inputs: text },
  (stored) => {
    const store = createMemoryStore()
    store.set('key', stored)
    const record = createSessionRecordStore(store, 'key')
    const read = record.read()
    must(isSessionRecord(read), 'it is a record')
    must(
      [read, ...(read.older ?? [])].every(({ epoch, refreshes, rotation }) =>
        [epoch, refreshes, rotation].every(isCount),
      ),
      'its numbers count',
    )
    // Whoever signs out after that is known to have.
    const epoch = nextSignOut(read.epoch)
    must(record.write({ epoch, status: 'signed_out', refreshes: 0, rotation: 0 }), 'it can be written')
    must(record.read().epoch === epoch || !isCount(epoch), 'and read')
  },
)

const limits = [3.25, 1_800_000_000_000, 1_800_000_000_500]
itHolds(
  'reads from the storage since when somebody is there, or that nobody knows (STO-06)',
  {
    of: 'session-records',
    part: 0.3,
    inputs: fc.oneof(almost(limits).map(jsonText), almostText(JSON.stringify(limits)), hostileText),
  },
  (stored) => {
    const store = createMemoryStore()
    store.set('key', stored)
    const read = createLimitRecordStore(store, 'key').read()
    must(
      read === undefined || [read.epoch, read.startedAt, read.activeAt].every(isCount),
      'its numbers count',
    )
  },
)
