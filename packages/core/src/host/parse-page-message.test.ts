import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { placesIn, withAt } from '../../test/every-place.ts'
import { pageView as view } from '../../test/page-view.ts'
import { parsePageMessage } from './parse-page-message.ts'

const said: readonly object[] = [
  { kind: 'hello', options: {}, view, session: [['key', 'value']], shared: undefined },
  { kind: 'hello', options: {}, view, session: undefined, shared: [], problem: 'no_answer' },
  { kind: 'call', id: 1, method: 'login', param: { returnTo: '/' }, view },
  { kind: 'abort', id: 1 },
  { kind: 'start' },
  { kind: 'stop' },
  { kind: 'ping' },
  { kind: 'life', type: 'pageshow', persisted: true, view },
  { kind: 'stored', key: 'key', value: undefined },
  { kind: 'said', frame: 1, message: {} },
].map((message) => ({ latchkey: 1, ...message }))

const problems = ['no_shared_worker', 'not_loaded', 'no_answer', 'other_version']
const methods = [
  'login',
  'register',
  'requireSession',
  'handleCallback',
  'handleInitiateLogin',
  'logout',
  'getAccessToken',
  'refreshUser',
  'ready',
  'fetch',
]
/** What the client of the page is to read is its own affair. */
const isAnything = ([first]: readonly string[]): boolean => first === 'param' || first === 'message'
const places = said.flatMap((message) =>
  placesIn(message)
    .filter((path) => !isAnything(path))
    .map((path) => ({ message, path, place: `${(message as { kind: string }).kind}: ${path.join('.')}` })),
)

describe('what a page says to its host', () => {
  it.each(said)('is understood: %j', (message) => {
    expect(parsePageMessage(structuredClone(message))).toEqual(message)
  })

  it.each(methods)('may be to call %s', (method) => {
    const message = { latchkey: 1, kind: 'call', id: 1, method, param: undefined, view }
    expect(parsePageMessage(message)).toBe(message)
  })

  it.each(problems)('may be that there is no vault: %s', (problem) => {
    const message = { latchkey: 1, kind: 'hello', options: {}, view, session: [], shared: [], problem }
    expect(parsePageMessage(message)).toBe(message)
  })

  it.each(places)('is nothing with null in one place ($place)', ({ message, path }) => {
    expect(parsePageMessage(withAt(message, path, null))).toBeUndefined()
  })

  it.each(places)('is nothing with a function in one place ($place)', ({ message, path }) => {
    const foreign = (): undefined => undefined
    expect(parsePageMessage(withAt(message, path, foreign))).toBeUndefined()
  })

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['no object', 'hello'],
    ['no version', { kind: 'start' }],
    ['another kind', { latchkey: 1, kind: 'constructor' }],
    ['a method that is none', { latchkey: 1, kind: 'call', id: 1, method: 'getState', view }],
    [
      'a view that lacks something',
      { latchkey: 1, kind: 'call', id: 1, method: 'login', view: { href: '/' } },
    ],
    ['storage that is none', { latchkey: 1, kind: 'hello', options: {}, view, session: [['key']] }],
    ['storage with a hole', { latchkey: 1, kind: 'hello', options: {}, view, session: new Array(1) }],
    [
      'storage of more than names and values',
      { latchkey: 1, kind: 'hello', options: {}, view, session: [['key', 'value', 'more']] },
    ],
    ['a problem that there is not', { latchkey: 1, kind: 'hello', options: {}, view, problem: 'bored' }],
  ])('is nothing where it is %s', (_what, message) => {
    expect(parsePageMessage(message)).toBeUndefined()
  })

  it('never throws, whatever it is', () => {
    const kinds = fc.constantFrom(...said.map((message) => (message as { kind: string }).kind))
    const anything = fc.record({ latchkey: fc.constant(1), kind: kinds }, { noNullPrototype: true })
    fc.assert(
      fc.property(anything, fc.object(), (envelope, rest) => {
        expect(() => parsePageMessage({ ...rest, ...envelope })).not.toThrow()
      }),
    )
  })
})
