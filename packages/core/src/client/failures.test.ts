import { expect, it } from 'vitest'
import { SignInRequiredError } from '../errors.ts'
import { createEventHub } from '../events.ts'
import { type AuthEvent, type AuthState, startingState, transition } from '../state.ts'
import { createStore } from '../store.ts'
import { createFailures } from './failures.ts'

it('shows and tells why a sign-in has failed, and neither of a bug, which is for whoever called', async () => {
  const store = createStore<AuthState<string>, AuthEvent<string>>(() => startingState, transition)
  const events = createEventHub<string>()
  const told: unknown[] = []
  events.on('error', (event) => told.push(event))
  const failures = createFailures(store, events)

  const bug = new TypeError('x is undefined')
  await expect(failures.ofSignIn('login', Promise.reject(bug))).rejects.toBe(bug)
  expect([store.get(), told]).toEqual([startingState, []])

  const error = new SignInRequiredError('login_required', 'The provider wants a sign-in.')
  await expect(failures.ofSignIn('login', Promise.reject(error))).rejects.toBe(error)
  expect(store.get()).toMatchObject({ reason: 'sign_in_failed', error })
  expect(told).toEqual([{ error, during: 'login' }])
})
