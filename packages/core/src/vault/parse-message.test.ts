import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { placesIn, withAt } from '../../test/every-place.ts'
import { wholeRecord as record, wholeSession as session } from '../../test/vault-session.ts'
import { parseVaultMessage } from './parse-message.ts'

const error = {
  name: 'ServerError',
  code: 'access_denied',
  message: 'No.',
  returnTo: '/orders',
  demand: {},
  authorizationServers: ['https://other.example'],
  error: 'access_denied',
  description: 'Not you.',
  status: 403,
  retryAfterSeconds: 1,
}
/** All that a vault tells, with everything in it that may be in it. */
const told = [
  { type: 'refreshed', session },
  { type: 'described', session },
  { type: 'adopted', session },
  { type: 'refresh_failed', error, retryAt: 1 },
  { type: 'ended', reason: 'session_ended', error },
].map((change) => ({ latchkey: 1, change, record }))
const places = told.flatMap((news) =>
  placesIn(news).map((path) => ({ news, path, place: `${news.change.type}: ${path.join('.')}` })),
)

describe('news of the vault', () => {
  it.each(told)('are read whole: $change.type', (news) => {
    expect(parseVaultMessage(news)).toBe(news)
  })

  it.each(places)('are not read with null in one place ($place)', ({ news, path }) => {
    expect(parseVaultMessage(withAt(news, path, null))).toBeUndefined()
  })

  it.each(places)('are not read with a function in one place ($place)', ({ news, path }) => {
    const foreign = (): undefined => undefined
    expect(parseVaultMessage(withAt(news, path, foreign))).toBeUndefined()
  })

  it.each([
    ['refresh_failed', ['retryAt']],
    ['ended', ['error']],
    ['refreshed', ['session', 'claims']],
    ['refreshed', ['session', 'accessTokenExpiresAt']],
    ['refreshed', ['session', 'userInfo']],
    ['refreshed', ['session', 'providerSession']],
    ['refreshed', ['session', 'providerSession', 'frameUrl']],
    ['refreshed', ['session', 'switchedTo']],
    ['ended', ['error', 'returnTo']],
    ['ended', ['error', 'demand']],
    ['ended', ['error', 'authorizationServers']],
    ['ended', ['error', 'error']],
    ['ended', ['error', 'description']],
    ['ended', ['error', 'status']],
    ['ended', ['error', 'retryAfterSeconds']],
  ])('of "%s" may leave out %s', (type, path) => {
    const whole = told.find(({ change }) => change.type === type)
    const news = withAt(whole, ['change', ...path], undefined)
    expect(parseVaultMessage(news)).toBe(news)
  })
})

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
