import { describe, expect, it } from 'vitest'
import { createFakePlatform, type FakePlatform, settle } from '../test/fake-platform.ts'
import { createSessionRecordStore, type SessionRecord } from './session-record.ts'
import { onSignOutElsewhere } from './sign-out-elsewhere.ts'
import { createTabLine } from './tab-line.ts'

const epoch = 3
const known: SessionRecord = { epoch, status: 'ended', refreshes: 0, rotation: 0 }

/** A page whose session is over, and another tab of its app. */
function listening(): {
  heard(): number
  say(message: object): void
  wake(record: Partial<SessionRecord>): void
  stop(): void
} {
  const here = createFakePlatform()
  const there: FakePlatform = createFakePlatform({ browser: here.browser })
  const record = createSessionRecordStore(here.shared, 'session')
  record.write(known)
  const [line, other] = [here, there].map(({ openChannel }) => createTabLine(openChannel, 'app'))
  if (!line || !other) throw new Error('There is no line.')
  line.hold()
  let heard = 0
  const stop = onSignOutElsewhere({ line, record, page: here.page }, () => {
    heard += 1
  })
  return {
    heard: () => heard,
    say: (message) => other.tell(message as Parameters<typeof other.tell>[0]),
    wake(changes) {
      record.write({ ...known, ...changes })
      here.wake('resumed')
    },
    stop,
  }
}

describe('a sign-out in another tab', () => {
  it.each<[string, object, number]>([
    ['that came later', { kind: 'signed_out', epoch: epoch + 1 }, 1],
    ['of before', { kind: 'signed_out', epoch }, 0],
    ['of nobody knows when', { kind: 'signed_out' }, 0],
    ['that only looks like one', { kind: 'signed_out', epoch: '4' }, 0],
    ['that is none', { kind: 'signed_in', epoch: epoch + 1 }, 0],
  ])('is heard of, or not: one %s', async (_, message, times) => {
    const { say, heard } = listening()
    say(message)
    await settle()
    expect(heard()).toBe(times)
  })

  it.each<[string, Partial<SessionRecord>, number]>([
    ['somebody has signed out', { status: 'signed_out', epoch: epoch + 1 }, 1],
    ['somebody has signed out, and in again', { epoch: epoch + 2, signedOutAt: epoch + 1 }, 1],
    ['nothing has happened since', { status: 'signed_out' }, 0],
    ['somebody has signed in', { status: 'signed_in', epoch: epoch + 1 }, 0],
  ])('is found, or not, by a page that wakes up: %s', (_, record, times) => {
    const { wake, heard } = listening()
    wake(record)
    expect(heard()).toBe(times)
  })

  it('is of no interest any more once that is stopped', async () => {
    const { say, wake, heard, stop } = listening()
    stop()
    say({ kind: 'signed_out', epoch: epoch + 1 })
    wake({ status: 'signed_out', epoch: epoch + 1 })
    await settle()
    expect(heard()).toBe(0)
  })
})
