import { describe, expect, it } from 'vitest'
import { createFakePlatform } from '../../test/fake-platform.ts'
import type { Engine } from '../engine.ts'
import type { EngineLoader } from '../engine-loader.ts'
import { ConfigurationError, codeNotLoaded, SignInRequiredError } from '../errors.ts'
import { createEventHub } from '../events.ts'
import { createSessionRecordStore } from '../session-record.ts'
import { type AuthEvent, type AuthState, startingState, transition } from '../state.ts'
import { createStore } from '../store.ts'
import { createFailures } from './failures.ts'
import { createGuard } from './guard.ts'
import { createSearch } from './search.ts'

/** Asks a guard, after what has happened on the page, for more than any session has. @returns whether it sent the person off */
async function isSentOff(events: AuthEvent<string>[], fault?: unknown): Promise<boolean> {
  const platform = createFakePlatform()
  const store = createStore<AuthState<string>, AuthEvent<string>>(() => startingState, transition)
  let isSent = false
  const loaded = {
    restore: async () => undefined,
    satisfies: () => false,
    login: {
      async automatically() {
        isSent = true
        if (fault) throw fault
      },
    },
  } as unknown as Engine
  const engine: Pick<EngineLoader, 'current' | 'use'> = {
    current: () => loaded,
    use: (run) => run(loaded),
  }
  const requireSession = createGuard({
    engine,
    page: platform.page,
    failures: createFailures(store, createEventHub<string>()),
    search: createSearch({
      engine,
      store,
      record: createSessionRecordStore(platform.shared, 'record'),
      platform,
    }),
    getState: store.get,
    here: platform.navigation.href,
    isSignedOut: () => false,
  })
  for (const event of events) store.dispatch(event)
  await requireSession({ maxAge: 60 })
  return isSent
}

const alice: AuthEvent<string> = { type: 'signed_in', user: 'alice' }
const lost = codeNotLoaded(undefined)

describe('a guard', () => {
  it.each<[string, AuthEvent<string>[]]>([
    ['nobody was ever signed in', [{ type: 'nothing_found', reason: 'no_session' }]],
    ['the session is not enough', [alice]],
    ['the provider has ended the session', [alice, { type: 'session_ended', reason: 'session_ended' }]],
  ])('sends the person off where %s', async (_, events) => {
    expect(await isSentOff(events)).toBe(true)
  })

  it.each<[string, AuthEvent<string>[]]>([
    ['the person has signed out', [alice, { type: 'signed_out' }]],
    [
      'the person has signed out in another tab',
      [alice, { type: 'session_ended', reason: 'signed_out_elsewhere' }],
    ],
    [
      'the person has stopped the page from being left',
      [
        { type: 'redirect_started', to: 'login' },
        { type: 'redirect_cancelled', session: undefined },
      ],
    ],
    ['the session could not be asked for', [{ type: 'restore_failed', error: lost }]],
    ['the person has work in the page, whose session is over', [alice, { type: 'session_suspended' }]],
    [
      'only another version of the app would help',
      [{ type: 'sign_in_failed', error: new ConfigurationError('claims_rejected', 'It does not fit.') }],
    ],
  ])('leaves the page as it is where %s', async (_, events) => {
    expect(await isSentOff(events)).toBe(false)
  })

  it('keeps to itself why no sign-in could begin, which the state says, but no bug', async () => {
    const nobody: AuthEvent<string>[] = [{ type: 'nothing_found', reason: 'no_session' }]
    expect(await isSentOff(nobody, new SignInRequiredError('login_loop', 'It goes in circles.'))).toBe(true)
    const bug = new TypeError('x is undefined')
    await expect(isSentOff(nobody, bug)).rejects.toBe(bug)
  })
})
