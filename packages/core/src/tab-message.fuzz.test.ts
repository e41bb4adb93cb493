import fc from 'fast-check'
import { almost, hostileMessage } from '../test/fuzz/hostile.ts'
import { itHolds, must } from '../test/fuzz/it-holds.ts'
import { isCount } from './session-record.ts'
import { createTabLine } from './tab-line.ts'
import { parseTabMessage, type TabMessage } from './tab-message.ts'

const buffer = new ArrayBuffer(8)
const bytes = new Uint8Array(12)
const tabMessages: TabMessage[] = [
  { kind: 'signed_in', epoch: 1.5 },
  { kind: 'signed_out', epoch: 1.95 },
  { kind: 'signing_out', epoch: 1.95 },
  { kind: 'ended', epoch: 1.5, refreshes: 2, code: 'session_ended' },
  { kind: 'refresh_failed', epoch: 1.5, retryInMs: 800, code: 'timeout' },
  { kind: 'ask', ask: 'q', publicKey: buffer },
  { kind: 'answering', ask: 'q' },
  { kind: 'answer', ask: 'q', senderKey: buffer, iv: bytes, data: buffer },
  { kind: 'tokens', epoch: 1.5, iv: bytes, data: buffer },
  { kind: 'described', epoch: 1.5, iv: bytes, data: buffer },
  { kind: 'renew', epoch: 1.5, refreshes: 2, target: { resource: 'https://api.example', scope: 'a' } },
  { kind: 'renewing', epoch: 1.5 },
  { kind: 'renewed', epoch: 1.5, refreshes: 2, rotation: 2 },
]
const kinds = tabMessages.map(({ kind }) => kind)
const values = fc.oneof(
  hostileMessage,
  fc.constantFrom<unknown>(...kinds, 'constructor', -1, 1e300, Number.NaN),
)
const message = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .constantFrom(...tabMessages)
      .chain((right) =>
        almost(right, values, { names: ['kind', 'epoch', 'target', 'refreshes', 'retryInMs'] }),
      ),
  },
  hostileMessage,
)

itHolds(
  'is read only where it is whole, and everything it counts by counts (TAB-01)',
  { of: 'tab-message', part: 0.6, inputs: message },
  (said) => {
    const read = parseTabMessage(said)
    if (!read) return
    must(kinds.includes(read.kind), 'it is of a kind that is known')
    if (read.kind !== 'ask' && read.kind !== 'answer' && read.kind !== 'answering')
      must(isCount(read.epoch), 'a sign-in is counted')
    if (read.kind === 'ended' || read.kind === 'renew') must(isCount(read.refreshes), 'refreshes are counted')
    if (read.kind === 'refresh_failed') must(isCount(read.retryInMs), 'a wait is some milliseconds')
    if (read.kind === 'ended' || read.kind === 'refresh_failed')
      must(typeof read.code === 'string', 'a code is a text')
    if (read.kind === 'answer' || read.kind === 'tokens' || read.kind === 'described')
      must(read.iv instanceof Uint8Array && read.data instanceof ArrayBuffer, 'it can be opened')
    if (read.kind === 'renew')
      must(
        ['resource', 'audience', 'scope'].every((name) =>
          /undefined|string/.test(typeof Reflect.get(read.target ?? {}, name)),
        ),
        'a target has names',
      )
  },
)

itHolds(
  'is heard on the line between tabs whatever it is, and only from the same version',
  { of: 'tab-message', part: 0.4, inputs: fc.tuple(message, fc.constantFrom<unknown>(1, 2, '1', undefined)) },
  ([said, latchkey]) => {
    let hear: (message: unknown) => void = () => undefined
    const line = createTabLine((_name, onMessage) => {
      hear = onMessage
      return { post: () => undefined, close: () => undefined }
    }, 'instance')
    const heard: unknown[] = []
    const epochs: number[] = []
    line.onMessage((each) => heard.push(each))
    line.onSignIn((epoch) => epochs.push(epoch))
    const release = line.hold()
    hear(said)
    must(heard.length === 0 || (said as { latchkey?: unknown }).latchkey === 1, 'no other version is heard')
    hear(typeof said === 'object' && said !== null ? { ...said, latchkey } : said)
    must(epochs.every(isCount), 'a sign-in is counted')
    release()
  },
)
