import { describe, expect, it } from 'vitest'
import { catchReported } from '../test/reported-errors.ts'
import { type AnyAuthError, NetworkError } from './errors.ts'
import { createEventHub, namedIdentity } from './events.ts'
import { type AuthEvent, type AuthState, transition } from './state.ts'
import { createStore } from './store.ts'
import type { User } from './user.ts'

const alice: User = { sub: 'alice', name: 'Alice' }
const bob: User = { sub: 'bob' }
const error: AnyAuthError = new NetworkError('timeout', 'Too slow.')

/** What is told of these events, one after another, from a page with nobody signed in. */
function toldOf<TUser = User>(...happened: AuthEvent<TUser>[]): unknown[] {
  return toldOfThose([], ...happened)
}

/** The same, of people who are told apart by these claims too. */
function toldOfThose<TUser>(identifiedBy: string[], ...happened: AuthEvent<TUser>[]): unknown[] {
  const store = createStore<AuthState<TUser>, AuthEvent<TUser>>(
    () => ({ status: 'unauthenticated', reason: 'no_session' }),
    transition,
  )
  const hub = createEventHub<TUser>(identifiedBy)
  store.subscribe(hub.stateChanged)
  const told: unknown[] = []
  hub.on('identity', ({ previous, current, reason }) => told.push([previous, current, reason]))
  for (const event of happened) store.dispatch(event)
  return told
}

describe('the event "identity"', () => {
  it('is told when somebody signs in', () => {
    expect(toldOf({ type: 'signed_in', user: alice })).toEqual([[undefined, alice, 'signed_in']])
  })

  it('is not told when a claim changes, or when the same person signs in again', () => {
    expect(
      toldOf(
        { type: 'signed_in', user: alice },
        { type: 'user_changed', user: { ...alice, name: 'Alice B.' } },
        { type: 'signed_in', user: { ...alice, acr: 'gold' } },
      ),
    ).toHaveLength(1)
  })

  it.each<[string, unknown, unknown]>([
    ['a BigInt', 1n, 2n],
    ['a Set', new Set(['a']), new Set(['b'])],
  ])('is told of another organisation, which a schema has made %s of', (_, one, other) => {
    const [inOne, inOther] = [one, other].map((organization) => ({ ...alice, organization }))
    const told = toldOfThose(
      ['organization'],
      { type: 'signed_in', user: inOne },
      { type: 'user_changed', user: { ...alice, organization: structuredClone(one) } },
      { type: 'signed_in', user: inOther },
    )
    expect(told.slice(1)).toEqual([[inOne, inOther, 'signed_in']])
  })

  it('is told once, of both, when another person signs in', () => {
    const told = toldOf({ type: 'signed_in', user: alice }, { type: 'signed_in', user: bob })
    expect(told.slice(1)).toEqual([[alice, bob, 'signed_in']])
  })

  it('has the claims as they were last', () => {
    const later = { ...alice, name: 'Alice B.' }
    const told = toldOf(
      { type: 'signed_in', user: alice },
      { type: 'user_changed', user: later },
      { type: 'session_ended', reason: 'session_ended', error },
    )
    expect(told.slice(1)).toEqual([[later, undefined, 'session_ended']])
  })

  it('is told at once when a sign-out begins, and not again when it is over', () => {
    const told = toldOf(
      { type: 'signed_in', user: alice },
      { type: 'redirect_started', to: 'logout' },
      { type: 'signed_out' },
    )
    expect(told.slice(1)).toEqual([[alice, undefined, 'requested']])
  })

  it.each(['session_ended', 'subject_changed'] as const)('is told when the session is over: %s', (reason) => {
    const told = toldOf({ type: 'signed_in', user: alice }, { type: 'session_ended', reason, error })
    expect(told.slice(1)).toEqual([[alice, undefined, reason]])
  })

  it('is not told when the page is left to sign in, and comes back with the same person', () => {
    expect(
      toldOf(
        { type: 'signed_in', user: alice },
        { type: 'redirect_started', to: 'login' },
        { type: 'redirect_cancelled', session: { user: alice } },
      ),
    ).toHaveLength(1)
  })

  it('is not told while the answer to that sign-in is looked at, but once it is another person’s', () => {
    const told = toldOf(
      { type: 'signed_in', user: alice },
      { type: 'redirect_started', to: 'login' },
      { type: 'callback_started' },
      { type: 'signed_in', user: bob },
    )
    expect(told.slice(1)).toEqual([[alice, bob, 'signed_in']])
  })

  it('is told when the page comes back from a sign-in without the session it left with', () => {
    const told = toldOf(
      { type: 'signed_in', user: alice },
      { type: 'redirect_started', to: 'login' },
      { type: 'redirect_cancelled', session: undefined },
    )
    expect(told.slice(1)).toEqual([[alice, undefined, 'redirect_cancelled']])
  })

  it('is not told while nobody is there', () => {
    expect(
      toldOf(
        { type: 'callback_started' },
        { type: 'sign_in_failed', error },
        { type: 'redirect_started', to: 'login' },
        { type: 'redirect_cancelled', session: undefined },
        { type: 'signed_out' },
      ),
    ).toEqual([])
  })

  it('tells somebody from nobody where a session has no names', () => {
    expect(
      toldOf<undefined>(
        { type: 'signed_in', user: undefined },
        { type: 'user_changed', user: undefined },
        { type: 'signed_out' },
      ),
    ).toEqual([
      [undefined, undefined, 'signed_in'],
      [undefined, undefined, 'signed_out'],
    ])
  })

  it('is told before "state", and both before whoever subscribed later', () => {
    const store = createStore<AuthState<User>, AuthEvent<User>>(
      () => ({ status: 'loading', reason: 'callback' }),
      transition,
    )
    const hub = createEventHub<User>()
    store.subscribe(hub.stateChanged)
    const order: string[] = []
    store.subscribe(() => order.push('component'))
    hub.on('state', () => order.push('state'))
    hub.on('identity', () => order.push('identity'))
    store.dispatch({ type: 'signed_in', user: alice })
    expect(order).toEqual(['identity', 'state', 'component'])
  })
})

describe('whose session a call waits for', () => {
  it('is told by "sub" and by the claims that the app tells people by, and by nothing else', () => {
    const named = (user: object): string | undefined => namedIdentity(user, ['organization'])
    expect(named(alice)).toBe(named({ ...alice, name: 'Alice B.' }))
    expect(named(alice)).not.toBe(named(bob))
    expect(named({ ...alice, organization: 'a' })).not.toBe(named({ ...alice, organization: 'b' }))
  })

  it('is not known of nobody, nor of somebody who has no name', () => {
    expect(namedIdentity(undefined, [])).toBeUndefined()
    expect(namedIdentity({ name: 'Alice', organization: 'a' }, ['organization'])).toBeUndefined()
  })
})

describe('events', () => {
  it('go to those who listen to their name, until they stop', () => {
    const hub = createEventHub<User>()
    const heard: unknown[] = []
    const stop = hub.on('refreshed', (event) => heard.push(event))
    hub.on('error', (event) => heard.push(event))
    hub.emit('refreshed', { accessTokenExpiresAt: 1 })
    hub.emit('refresh_failed', { error, retryAt: 2 })
    hub.emit('error', { error, during: 'login' })
    stop()
    hub.emit('refreshed', { accessTokenExpiresAt: 3 })
    expect(heard).toEqual([{ accessTokenExpiresAt: 1 }, { error, during: 'login' }])
  })

  it('tell of a state with the one before', () => {
    const hub = createEventHub<User>()
    const heard: unknown[] = []
    hub.on('state', ({ state, previous }) => heard.push([previous.reason, state.reason]))
    const before: AuthState<User> = { status: 'unauthenticated', reason: 'no_session' }
    hub.stateChanged({ status: 'authenticated', reason: 'signed_in', user: alice }, before)
    expect(heard).toEqual([['no_session', 'signed_in']])
  })

  it('reach everybody although one listener throws', async () => {
    const stopCatching = catchReported()
    const hub = createEventHub<User>()
    const heard: string[] = []
    hub.on('identity', () => {
      throw new Error('a cache that cannot be cleared')
    })
    hub.on('identity', () => heard.push('identity'))
    hub.on('state', () => heard.push('state'))
    const before: AuthState<User> = { status: 'unauthenticated', reason: 'no_session' }
    hub.stateChanged({ status: 'authenticated', reason: 'signed_in', user: alice }, before)
    expect(heard).toEqual(['identity', 'state'])
    await Promise.resolve()
    expect(stopCatching()).toEqual([new Error('a cache that cannot be cleared')])
  })
})
