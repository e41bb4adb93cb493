import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AnyAuthError, NetworkError, SignInRequiredError } from './errors.ts'
import { type AuthEvent, type AuthState, startingState, transition } from './state.ts'
import type { User } from './user.ts'

type State = AuthState<User>
type Event = AuthEvent<User>

const alice: User = { sub: 'alice', name: 'Alice' }
const bob: User = { sub: 'bob' }
const error: AnyAuthError = new NetworkError('timeout', 'Too slow.')
const ended: AnyAuthError = new SignInRequiredError('session_ended', 'It is over.')

const states = {
  starting: startingState,
  callback: { status: 'loading', reason: 'callback' },
  'nobody yet': { status: 'unauthenticated', reason: 'no_session' },
  'nobody, after a failure': { status: 'unauthenticated', reason: 'sign_in_failed', error: ended },
  'nobody, after a sign-out': { status: 'unauthenticated', reason: 'signed_out' },
  alice: { status: 'authenticated', reason: 'signed_in', user: alice },
  'off to sign in': { status: 'redirecting', reason: 'requested', to: 'login' },
  'off to sign out': { status: 'redirecting', reason: 'requested', to: 'logout' },
} as const satisfies Record<string, State>

type Name = keyof typeof states
const names = Object.keys(states) as Name[]
const allBut = (...left: Name[]): Name[] => names.filter((name) => !left.includes(name))

/** What each event gives; in every state that is not listed it is ignored. */
const table: readonly { event: Event; from: Name[]; gives: State }[] = [
  {
    event: { type: 'callback_started' },
    from: allBut('alice', 'callback'),
    gives: states.callback,
  },
  {
    event: { type: 'nothing_found', reason: 'no_session' },
    from: ['starting', 'callback'],
    gives: states['nobody yet'],
  },
  {
    event: { type: 'signed_in', user: bob },
    from: allBut('off to sign in', 'off to sign out'),
    gives: { status: 'authenticated', reason: 'signed_in', user: bob },
  },
  {
    event: { type: 'signed_in', user: { ...alice } },
    from: allBut('off to sign in', 'off to sign out', 'alice'),
    gives: states.alice,
  },
  {
    event: { type: 'session_suspended' },
    from: ['alice'],
    gives: { status: 'authenticated', reason: 'suspended', user: alice },
  },
  {
    event: { type: 'user_changed', user: { ...alice, name: 'Alice B.' } },
    from: ['alice'],
    gives: { status: 'authenticated', reason: 'user_changed', user: { sub: 'alice', name: 'Alice B.' } },
  },
  { event: { type: 'user_changed', user: structuredClone(alice) }, from: [], gives: states.alice },
  {
    event: { type: 'sign_in_failed', error },
    from: allBut('alice', 'off to sign in', 'off to sign out'),
    gives: { status: 'unauthenticated', reason: 'sign_in_failed', error },
  },
  {
    event: { type: 'session_ended', reason: 'session_ended', error: ended },
    from: ['alice'],
    gives: { status: 'unauthenticated', reason: 'session_ended', error: ended },
  },
  {
    event: { type: 'session_ended', reason: 'subject_changed', error: ended },
    from: ['alice'],
    gives: { status: 'unauthenticated', reason: 'subject_changed', error: ended },
  },
  {
    event: { type: 'redirect_started', to: 'login' },
    from: allBut('off to sign in'),
    gives: states['off to sign in'],
  },
  {
    event: { type: 'redirect_started', to: 'logout' },
    from: allBut('off to sign out'),
    gives: states['off to sign out'],
  },
  {
    event: { type: 'redirect_cancelled', session: { user: alice } },
    from: ['off to sign in', 'off to sign out'],
    gives: { status: 'authenticated', reason: 'redirect_cancelled', user: alice },
  },
  {
    event: { type: 'redirect_cancelled', session: undefined, error },
    from: ['off to sign in', 'off to sign out'],
    gives: { status: 'unauthenticated', reason: 'sign_in_failed', error },
  },
  {
    event: { type: 'signed_out' },
    from: allBut('nobody, after a sign-out'),
    gives: states['nobody, after a sign-out'],
  },
  {
    event: { type: 'signed_out', error },
    from: names,
    gives: { status: 'unauthenticated', reason: 'signed_out', error },
  },
]

const rows = table.flatMap(({ event, from, gives }) =>
  names.map((name) => ({ type: event.type, event, name, gives, isIgnored: !from.includes(name) })),
)

describe('the session as one value', () => {
  it.each(rows.filter(({ isIgnored }) => !isIgnored))('$type, in state "$name", changes it', (row) => {
    const state: State = states[row.name]
    const next = transition(state, row.event)
    expect(next).toStrictEqual(row.gives)
    expect(next).not.toBe(state)
  })

  it.each(rows.filter(({ isIgnored }) => isIgnored))('$type, in state "$name", is the same object', (row) => {
    const state: State = states[row.name]
    expect(transition(state, row.event)).toBe(state)
  })

  it('is nobody’s when a page comes back that was left to sign in, and signed out when it was left for that', () => {
    const event: Event = { type: 'redirect_cancelled', session: undefined }
    expect(transition<User>(states['off to sign in'], event)).toStrictEqual({
      status: 'unauthenticated',
      reason: 'redirect_cancelled',
    })
    expect(transition<User>(states['off to sign out'], event)).toStrictEqual({
      status: 'unauthenticated',
      reason: 'signed_out',
    })
    for (const name of allBut('off to sign in', 'off to sign out')) {
      const state: State = states[name]
      expect(transition(state, event)).toBe(state)
    }
  })

  it('is still held on to when a page comes back that was left to sign in, unless there is a session, or was a sign-out', () => {
    const event: Event = { type: 'redirect_cancelled', session: undefined, held: { user: alice } }
    expect(transition<User>(states['off to sign in'], event)).toStrictEqual({
      status: 'authenticated',
      reason: 'suspended',
      user: alice,
    })
    expect(transition<User>(states['off to sign in'], { ...event, session: { user: alice } }).reason).toBe(
      'redirect_cancelled',
    )
    expect(transition<User>(states['off to sign out'], event).reason).toBe('signed_out')
  })

  it('has the latest error, which may differ in what a log does not show', () => {
    const state: State = { status: 'unauthenticated', reason: 'sign_in_failed', error }
    const again = new NetworkError('timeout', 'Too slow.', { retryAfterSeconds: 7 })
    expect(JSON.stringify(again)).toBe(JSON.stringify(error))
    expect(transition(state, { type: 'sign_in_failed', error: again }).error).toBe(again)
    expect(transition(state, { type: 'sign_in_failed', error })).toBe(state)
  })

  it('tells a session without OpenID Connect, where nobody has a name, from none', () => {
    const state: AuthState<undefined> = { status: 'unauthenticated', reason: 'no_session' }
    const signedIn = transition<undefined>(state, { type: 'signed_in', user: undefined })
    expect(signedIn).toStrictEqual({ status: 'authenticated', reason: 'signed_in', user: undefined })
    expect(transition(signedIn, { type: 'user_changed', user: undefined })).toBe(signedIn)
  })

  it('sees a claim that came, went or changed, at any depth', () => {
    const user: User = { sub: 'alice', address: { country: 'CH' }, roles: ['a', 'b'] }
    const state: State = { status: 'authenticated', reason: 'signed_in', user }
    for (const changed of [
      { ...user, address: { country: 'DE' } },
      { ...user, roles: ['a'] },
      { ...user, email: 'alice@example.com' },
      { sub: 'alice' },
    ]) {
      expect(transition(state, { type: 'user_changed', user: changed })).toMatchObject({ user: changed })
    }
    expect(transition(state, { type: 'user_changed', user: structuredClone(user) })).toBe(state)
  })

  it.each<[string, unknown, unknown]>([
    ['a Set', new Set(['reader']), new Set(['reader', 'editor'])],
    ['a Map', new Map([['a', 1]]), new Map([['a', 2]])],
    ['a BigInt', 1n, 2n],
    ['what is in one of them', { roles: [new Set([1n])] }, { roles: [new Set([2n])] }],
  ])('sees what a schema has made of a claim, which JSON knows nothing of: %s', (_, before, after) => {
    const state: State = {
      status: 'authenticated',
      reason: 'signed_in',
      user: { sub: 'alice', made: before },
    }
    const same = transition(state, {
      type: 'user_changed',
      user: { sub: 'alice', made: structuredClone(before) },
    })
    expect(same).toBe(state)
    const user = { sub: 'alice', made: after }
    expect(transition(state, { type: 'user_changed', user }).user).toBe(user)
  })
})

/** Every key that a member of the union may have, by status; no other may ever appear. */
function expectLegal(state: State): void {
  const { status, reason } = state
  const keys = Object.keys(state).sort()
  switch (status) {
    case 'loading':
      expect(keys).toEqual(['reason', 'status'])
      expect(['starting', 'callback']).toContain(reason)
      break
    case 'authenticated':
      expect(keys).toEqual(['reason', 'status', 'user'])
      expect(['signed_in', 'user_changed', 'redirect_cancelled', 'suspended']).toContain(reason)
      break
    case 'redirecting':
      expect(keys).toEqual(['reason', 'status', 'to'])
      expect(reason).toBe('requested')
      break
    case 'unauthenticated': {
      const mustHaveError = ['sign_in_failed', 'session_ended', 'subject_changed'].includes(reason)
      const mayHaveError = mustHaveError || reason === 'signed_out'
      expect(mayHaveError || !('error' in state)).toBe(true)
      expect(!mustHaveError || state.error !== undefined).toBe(true)
      expect(keys.filter((key) => key !== 'error')).toEqual(['reason', 'status'])
      expect([
        'no_session',
        'signed_out',
        'sign_in_failed',
        'session_ended',
        'subject_changed',
        'redirect_cancelled',
      ]).toContain(reason)
    }
  }
}

describe('any sequence of events', () => {
  const user = fc.constantFrom(alice, bob, { ...alice }, { ...alice, name: 'Alice B.' })
  const errors = fc.constantFrom(error, ended)
  const event: fc.Arbitrary<Event> = fc.oneof(
    fc.record({ type: fc.constant('callback_started' as const) }),
    fc.record({
      type: fc.constant('nothing_found' as const),
      reason: fc.constantFrom('no_session' as const, 'signed_out' as const),
    }),
    fc.record({ type: fc.constantFrom('signed_in' as const, 'user_changed' as const), user }),
    fc.record({ type: fc.constant('sign_in_failed' as const), error: errors }),
    fc.record({ type: fc.constant('session_suspended' as const) }),
    fc.record({
      type: fc.constant('session_ended' as const),
      reason: fc.constantFrom('session_ended' as const, 'subject_changed' as const),
      error: errors,
    }),
    fc.record({
      type: fc.constant('redirect_started' as const),
      to: fc.constantFrom('login' as const, 'logout' as const),
    }),
    fc.record({
      type: fc.constant('redirect_cancelled' as const),
      session: fc.option(fc.record({ user }), { nil: undefined }),
      held: fc.option(fc.record({ user }), { nil: undefined }),
    }),
    fc.record({ type: fc.constant('signed_out' as const), error: fc.option(errors, { nil: undefined }) }),
  )
  const sequence = fc.array(event, { maxLength: 30 })

  it('gives legal states only, each either new or the very same object, and alters none', () => {
    fc.assert(
      fc.property(sequence, (events) => {
        let state: State = startingState
        for (const next of events) {
          const before: State = Object.freeze(state)
          state = transition(before, next)
          expectLegal(state)
          // A new object always means that something is different: nothing renders for nothing.
          if (state !== before) expect(state).not.toStrictEqual(before)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('brings nobody back once the page is being left for a sign-out, until it is back (pain 16)', () => {
    fc.assert(
      fc.property(sequence, (events) => {
        let state: State = { status: 'redirecting', reason: 'requested', to: 'logout' }
        for (const next of events) {
          const isReturn = ['redirect_cancelled', 'redirect_started', 'callback_started', 'signed_out']
          if (isReturn.includes(next.type)) continue
          state = transition(state, next)
          expect(state).toEqual({ status: 'redirecting', reason: 'requested', to: 'logout' })
        }
      }),
    )
  })

  it('takes a session away only by its end, a sign-out, or leaving the page (invariant 3)', () => {
    fc.assert(
      fc.property(sequence, (events) => {
        let state: State = startingState
        for (const next of events) {
          const before = state
          state = transition(state, next)
          if (before.status !== 'authenticated' || state.status === 'authenticated') continue
          expect(['session_ended', 'redirect_started', 'signed_out']).toContain(next.type)
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('a session that is looked for', () => {
  const restoring: State = { status: 'loading', reason: 'restoring' }
  const late: State = { status: 'unauthenticated', reason: 'restore_timeout' }
  const failed: State = { status: 'unauthenticated', reason: 'restore_failed', error }
  const sought = [restoring, late, failed]

  it('begins the looking where nothing is known, and does not blink when it is repeated', () => {
    const event: Event = { type: 'restore_started' }
    expect(transition(states.callback, event)).toStrictEqual(restoring)
    expect(transition(states['nobody yet'], event)).toStrictEqual(restoring)
    for (const state of [...sought, states.alice, states['off to sign in']]) {
      expect(transition<User>(state, event)).toBe(state)
    }
  })

  it.each(sought)('is found, whoever brings it: $reason', (state) => {
    for (const found of ['restored', 'signed_in_elsewhere'] as const) {
      expect(transition(state, { type: 'signed_in', user: alice, found })).toStrictEqual({
        status: 'authenticated',
        reason: 'restored',
        user: alice,
      })
    }
  })

  it('is of another tab where nobody looked for it, and no news where it is the same person’s', () => {
    const event: Event = { type: 'signed_in', user: { ...alice }, found: 'signed_in_elsewhere' }
    expect(transition<User>(states['nobody yet'], event)).toMatchObject({ reason: 'signed_in_elsewhere' })
    expect(transition<User>(states.alice, event)).toBe(states.alice)
    expect(transition<User>(states['off to sign out'], event)).toBe(states['off to sign out'])
  })

  it('is alive again where it was held on to, though it is the same person’s', () => {
    const suspended: State = { status: 'authenticated', reason: 'suspended', user: alice }
    for (const found of ['restored', 'signed_in_elsewhere'] as const) {
      const event: Event = { type: 'signed_in', user: { ...alice }, found }
      expect(transition(suspended, event)).toStrictEqual({
        status: 'authenticated',
        reason: found,
        user: alice,
      })
    }
  })

  it('is there where nobody was, also where neither has a name', () => {
    const nobody: AuthState<undefined> = { status: 'unauthenticated', reason: 'no_session' }
    const event: AuthEvent<undefined> = { type: 'signed_in', user: undefined, found: 'signed_in_elsewhere' }
    expect(transition(nobody, event)).toMatchObject({
      status: 'authenticated',
      reason: 'signed_in_elsewhere',
    })
  })

  it('is of a sign-in on this page after one, though the same person was found before', () => {
    const restored: State = { status: 'authenticated', reason: 'restored', user: alice }
    expect(transition(restored, { type: 'signed_in', user: { ...alice } })).toMatchObject({
      reason: 'signed_in',
    })
  })

  it('is shown to nobody where it is of somebody whom the app cannot be shown, but for a page that is signing out', () => {
    const event: Event = { type: 'user_rejected', error }
    for (const state of [...sought, states.alice, states['off to sign in']]) {
      expect(transition<User>(state, event)).toStrictEqual({
        status: 'unauthenticated',
        reason: 'sign_in_failed',
        error,
      })
    }
    expect(transition<User>(states['off to sign out'], event)).toBe(states['off to sign out'])
  })

  it.each(sought)('is not there, or cannot be asked for, which is known whenever it is: $reason', (state) => {
    expect(transition(state, { type: 'nothing_found', reason: 'no_session' })).toStrictEqual(
      states['nobody yet'],
    )
    expect(transition(state, { type: 'restore_failed', error: ended })).toStrictEqual({
      status: 'unauthenticated',
      reason: 'restore_failed',
      error: ended,
    })
  })

  it('takes long only while it is looked for', () => {
    const event: Event = { type: 'restore_timed_out' }
    expect(transition(restoring, event)).toStrictEqual(late)
    for (const state of [failed, late, ...Object.values(states)]) {
      expect(transition<User>(state, event)).toBe(state)
    }
  })

  it.each(['nothing_found', 'restore_failed'] as const)(
    'is no business of a state that is decided: %s',
    (type) => {
      const event: Event = type === 'nothing_found' ? { type, reason: 'no_session' } : { type, error }
      for (const name of allBut('starting', 'callback')) {
        expect(transition<User>(states[name], event)).toBe(states[name])
      }
    },
  )
})
