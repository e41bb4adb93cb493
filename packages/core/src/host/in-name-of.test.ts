import { describe, expect, it } from 'vitest'
import type { AuthClient } from '../client.ts'
import type { AuthState } from '../state.ts'
import { createStore } from '../store.ts'
import { inNameOf, whoIs } from './in-name-of.ts'

type State = AuthState<unknown>

const alice: State = { status: 'authenticated', reason: 'signed_in', user: { sub: 'alice', org: 'a' } }
const bob: State = { status: 'authenticated', reason: 'signed_in', user: { sub: 'bob', org: 'b' } }
const nobody: State = { status: 'unauthenticated', reason: 'restore_timeout' }

/** A client that shows what it is told. */
function createShown(
  first: State,
  identifiedBy: string[] = [],
): { client: AuthClient<unknown>; show(next: State): void; listeners(): number } {
  const store = createStore<State, State>(
    () => first,
    (_, next) => next,
  )
  let listeners = 0
  const client = {
    identifiedBy,
    getState: store.get,
    subscribe(listener: () => void) {
      listeners += 1
      const stop = store.subscribe(listener)
      return () => {
        listeners -= 1
        stop()
      }
    },
  } as unknown as AuthClient<unknown>
  return { client, show: store.dispatch, listeners: () => listeners }
}

const signal = (): AbortSignal => new AbortController().signal
const who = (state: State, identifiedBy?: string[]): string | undefined =>
  whoIs(createShown(state, identifiedBy).client)
/** What never comes, unless it is given up. */
const never = (stop: AbortSignal): Promise<never> =>
  new Promise((_, reject) => stop.addEventListener('abort', () => reject(new Error('Given up.'))))

describe('what a page asks in somebody’s name', () => {
  it('is done where the client shows them too, and where the page shows nobody', async () => {
    const { client, listeners } = createShown(alice)
    const done = async (): Promise<string> => 'done'
    expect(await inNameOf({ client, who: who(alice), signal: signal() }, done)).toBe('done')
    expect(await inNameOf({ client, who: undefined, signal: signal() }, done)).toBe('done')
    expect(listeners()).toBe(0)
  })

  it('is not begun where the client shows somebody else, by `sub` or by what else identifies people', async () => {
    let begun = 0
    const run = async (): Promise<void> => {
      begun += 1
    }
    const ofBob = createShown(bob)
    const asAlice = { client: ofBob.client, who: who(alice), signal: signal() }
    await expect(inNameOf(asAlice, run)).rejects.toMatchObject({ code: 'subject_changed' })
    const ofOther = createShown({ ...alice, user: { sub: 'alice', org: 'b' } } as State, ['org'])
    const inOrgA = { client: ofOther.client, who: who(alice, ['org']), signal: signal() }
    await expect(inNameOf(inOrgA, run)).rejects.toMatchObject({ code: 'subject_changed' })
    expect([begun, ofBob.listeners()]).toEqual([0, 0])
  })

  it('waits for the session that the client looks for, and is given up where that is somebody else’s', async () => {
    const { client, show } = createShown(nobody)
    const asked = inNameOf({ client, who: who(alice), signal: signal() }, never)
    show({ status: 'loading', reason: 'restoring' })
    show(bob)
    await expect(asked).rejects.toMatchObject({ name: 'SignInRequiredError', code: 'subject_changed' })
  })

  it('goes on where that is theirs, whoever signs in later: the client sees to that itself', async () => {
    const { client, show } = createShown(nobody)
    let isGivenUp = false
    let finish = (_: string): void => undefined
    const asked = inNameOf({ client, who: who(alice), signal: signal() }, (stop) => {
      stop.addEventListener('abort', () => {
        isGivenUp = true
      })
      return new Promise<string>((resolve) => {
        finish = resolve
      })
    })
    show(alice)
    show(bob)
    finish('done')
    expect([await asked, isGivenUp]).toEqual(['done', false])
  })

  it('is given up with whoever asked, for their reason, and fails as it fails', async () => {
    const { client } = createShown(alice)
    const stop = new AbortController()
    const asked = inNameOf({ client, who: who(alice), signal: stop.signal }, never)
    const reason = new Error('Enough.')
    stop.abort(reason)
    await expect(asked).rejects.toBe(reason)
    const error = new Error('No.')
    const failed = inNameOf({ client, who: who(alice), signal: signal() }, () => Promise.reject(error))
    await expect(failed).rejects.toBe(error)
  })
})
