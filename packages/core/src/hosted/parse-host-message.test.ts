import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseHostMessage } from './parse-host-message.ts'

const prefix = 'latchkey.abc.'
const error = { name: 'NetworkError', code: 'vault_lost', message: 'Try again.' }
const glance = { explanation: { status: 'loading' }, authentication: { acr: 'gold' } }
const go = { kind: 'go', how: 'assign', url: 'https://id.example/auth' }
const store = { kind: 'store', where: 'session', key: 'latchkey.abc.sign-in', value: '{}' }
const state = { kind: 'state', state: { status: 'loading', reason: 'restoring' }, glance: undefined }
const of = (changed: object): object => ({ ...state, state: { ...state.state, ...changed } })
const parse = (said: unknown): unknown => parseHostMessage(said, prefix)

describe('what a host says to its page', () => {
  it.each<object>([
    { kind: 'welcome', latchkey: 1 },
    state,
    of({ status: 'authenticated', reason: 'signed_in', user: { sub: 'alice' } }),
    of({ status: 'authenticated', reason: 'signed_in', user: undefined }),
    { ...of({ status: 'unauthenticated', reason: 'sign_in_failed', error }), glance },
    of({ status: 'redirecting', reason: 'requested', to: 'login' }),
    { kind: 'event', name: 'error', event: { error, during: 'login' }, glance },
    { kind: 'event', name: 'identity', event: { previous: undefined, current: undefined }, glance },
    { kind: 'answer', id: 1, value: 'whatever', glance },
    { kind: 'failure', id: 1, error, glance: undefined },
    go,
    { ...go, how: 'leave', url: 'http://localhost:9400/end' },
    { ...go, how: 'replace' },
    store,
    { ...store, where: 'shared', value: undefined },
    { kind: 'frame', frame: 1, url: 'https://id.example/auth' },
    { kind: 'frame', frame: 1, url: undefined },
    { kind: 'pong' },
    { kind: 'lost' },
  ])('is understood: %j', (said) => {
    expect(parse(structuredClone(said))).toEqual(said)
  })

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['text', 'state'],
    ['of another kind', { kind: 'constructor' }],
    ['of another version', { kind: 'welcome', latchkey: 2 }],
    ['a state that is none', { ...state, state: 'loading' }],
    ['null in place of a state', { ...state, state: null }],
    ['a status that there is not', of({ status: 'signed_in' })],
    ['a status that begins like one', of({ status: 'loading_more' })],
    ['a status that ends like one', of({ status: 'preloading' })],
    ['a status in a list', of({ status: ['authenticated'] })],
    ['a status that is no text, and can be made none', of({ status: { toString: 1, valueOf: 1 } })],
    ['of a kind in a list', { kind: ['pong'] }],
    ['of a kind that can be made no text', { kind: { toString: 1, valueOf: 1 } }],
    ['to go in a way in a list', { ...go, how: ['assign'] }],
    ['to store it in a list of places', { ...store, where: ['session'] }],
    ['a status without a reason', of({ reason: undefined })],
    ['a person who is text', of({ status: 'authenticated', user: 'alice' })],
    ['a person who is nobody', of({ status: 'authenticated', user: null })],
    ['an error in a state that is none', of({ error: 'no' })],
    ['an event without a name', { kind: 'event', event: {}, glance }],
    ['an event that is none', { kind: 'event', name: 'error', event: null, glance }],
    ['an event of an error that is none', { kind: 'event', name: 'error', event: { error: {} }, glance }],
    ['a failure without an error', { kind: 'failure', id: 1, glance }],
    ['a failure without words', { kind: 'failure', id: 1, error: { code: 'vault_lost' }, glance }],
    ['a glance that is none', { ...state, glance: null }],
    ['a glance without an explanation', { ...state, glance: {} }],
    ['a glance at no facts', { ...state, glance: { ...glance, authentication: null } }],
    ['to run a script', { ...go, url: 'javascript:alert(1)' }],
    ['to run a script that names an address', { ...go, url: 'javascript:alert("https://id.example")' }],
    ['to open what is not of the web', { ...go, url: 'data:text/html,hello' }],
    ['to go nowhere', { ...go, url: undefined }],
    ['to go in a way that there is not', { ...go, how: 'open' }],
    ['to go in a way that begins like one', { ...go, how: 'leave_open' }],
    ['to go in a way that ends like one', { ...go, how: 'reassign' }],
    ['to store what is the app’s own', { ...store, key: 'theme' }],
    ['to store what is another client’s', { ...store, key: 'latchkey.abcd.session' }],
    ['to store what has no name', { ...store, key: undefined }],
    ['to store what is no text', { ...store, value: {} }],
    ['to store it where nothing is stored', { ...store, where: 'cookies' }],
    ['to store it in what begins like a storage', { ...store, where: 'session_cookie' }],
    ['to store it in what ends like a storage', { ...store, where: 'unshared' }],
    ['to run a script in a frame', { kind: 'frame', frame: 1, url: 'javascript:alert(1)' }],
  ])('is none where it is %s', (_what, said) => {
    expect(parse(said)).toBeUndefined()
  })

  it('never throws, whatever it is', () => {
    const kinds = fc.constantFrom('state', 'event', 'failure', 'go', 'store', 'frame')
    fc.assert(
      fc.property(fc.record({ kind: kinds }), fc.object(), fc.anything(), (envelope, rest, anything) => {
        expect(() => parse({ ...rest, ...envelope })).not.toThrow()
        expect(() => parse(anything)).not.toThrow()
        expect(() =>
          parse({ ...envelope, state: anything, event: anything, url: anything, how: anything }),
        ).not.toThrow()
      }),
    )
  })
})
