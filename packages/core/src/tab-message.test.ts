import { describe, expect, it } from 'vitest'
import { parseTabMessage, type TabMessage } from './tab-message.ts'

const buffer = new ArrayBuffer(8)
const bytes = new Uint8Array(12)

const messages: TabMessage[] = [
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
  { kind: 'renew', epoch: 1.5, refreshes: 2 },
  { kind: 'renew', epoch: 1.5, refreshes: 2, target: { resource: 'https://api.example', scope: 'orders' } },
  { kind: 'renewing', epoch: 1.5 },
  { kind: 'renewed', epoch: 1.5, refreshes: 2, rotation: 2 },
]

describe('a message between tabs', () => {
  it.each(messages)('is read whole: $kind', (message) => {
    expect(parseTabMessage(message)).toEqual(message)
  })

  it.each(
    messages.flatMap((message) =>
      Object.keys(message)
        .filter((name) => name !== 'target')
        .map((name) => [message.kind, name, { ...message, [name]: [] }] as const),
    ),
  )('is not read at all where a part of it is of another kind: %s, %s', (_kind, _name, message) => {
    expect(parseTabMessage(message)).toBeUndefined()
  })

  it.each<[what: string, message: unknown]>([
    ['no object', 'signed_out'],
    ['null', null],
    ['nothing', undefined],
    ['a list', [1, 'signed_out']],
    ['of no kind', { epoch: 9.95 }],
    ['of an unknown kind', { kind: 'sign_out', epoch: 9.95 }],
    ['named like a part of every object', { kind: 'constructor' }],
    ['without its epoch', { kind: 'signed_out' }],
    ['of text for an epoch', { kind: 'signed_out', epoch: '9.95' }],
    ['of an epoch that is no number', { kind: 'signed_out', epoch: Number.NaN }],
    ['of an endless epoch', { kind: 'signed_out', epoch: Number.POSITIVE_INFINITY }],
    ['without a code', { kind: 'ended', epoch: 1, refreshes: 0 }],
    ['an endless wait', { kind: 'refresh_failed', epoch: 1, retryInMs: Infinity, code: 'timeout' }],
    ['a question with a key that is text', { kind: 'ask', ask: 'q', publicKey: 'AAAA' }],
    ['an answer that is not sealed', { kind: 'answer', ask: 'q', data: buffer }],
    ['tokens in the clear', { kind: 'tokens', epoch: 1, iv: bytes, data: 'access' }],
    [
      'a wish for a target that is none',
      { kind: 'renew', epoch: 1, refreshes: 0, target: { scope: ['orders'] } },
    ],
    ['of a kind in a list', { kind: ['signed_out'], epoch: 9.95 }],
  ])('is not what is %s', (_what, message) => {
    expect(parseTabMessage(message)).toBeUndefined()
  })
})
