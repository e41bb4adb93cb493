import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseVaultMessage } from './parse-message.ts'

const record = { epoch: 1.5, status: 'signed_in', refreshes: 0, rotation: 0 }

describe('parseVaultMessage', () => {
  it.each([
    ['an answer', { latchkey: 1, id: 1, result: { session: undefined, record } }],
    ['an answer that says nothing', { latchkey: 1, id: 1, result: undefined }],
    ['an answer in another version, which says that it is one', { latchkey: 2, id: 1, result: undefined }],
    ['an error', { latchkey: 1, id: 1, error: { name: 'NetworkError', code: 'timeout', message: 'Late.' } }],
    // Somebody waits for it, and is told that it cannot be read.
    [
      'an error that cannot be read',
      { latchkey: 1, id: 1, error: { name: 'NetworkError', message: 'Late.' } },
    ],
    ['news', { latchkey: 1, change: { type: 'ended', reason: 'session_ended' }, record }],
  ])('takes %s', (_what, message) => {
    expect(parseVaultMessage(message)).toBe(message)
  })

  it.each([
    ['text', 'hello'],
    ['nothing', null],
    ['no version', { id: 1, result: 1 }],
    ['no number to go by', { latchkey: 1, result: 1 }],
    ['news in another version', { latchkey: 2, change: { type: 'ended' }, record }],
    ['news without a record', { latchkey: 1, change: { type: 'ended' } }],
    ['news of nothing', { latchkey: 1, change: {}, record }],
    ['news of what nobody knows', { latchkey: 1, change: { type: 'toString' }, record }],
    [
      'news of a session that is none',
      { latchkey: 1, change: { type: 'adopted', session: 'alice' }, record },
    ],
    [
      'news of an error that is none',
      { latchkey: 1, change: { type: 'refresh_failed', error: 'Late.' }, record },
    ],
  ])('takes no notice of %s', (_what, message) => {
    expect(parseVaultMessage(message)).toBeUndefined()
  })

  it('never throws, and takes nothing that has no version', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withNullPrototype: true }), (message) => {
        const parsed = parseVaultMessage(message)
        expect(parsed === undefined || typeof parsed.latchkey === 'number').toBe(true)
      }),
    )
  })
})
