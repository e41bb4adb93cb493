import { describe, expect, it } from 'vitest'
import { createFakePlatform, type FakePlatform, settle } from '../../test/fake-platform.ts'
import type { Engine } from '../engine.ts'
import { codeNotLoaded } from '../errors.ts'
import { createSessionRecordStore, type SessionRecord } from '../session-record.ts'
import { type AuthEvent, type AuthState, startingState, transition } from '../state.ts'
import { createStore, type Store } from '../store.ts'
import { createSearch, type Search } from './search.ts'

interface SearchScene {
  readonly search: Search<string>
  readonly store: Store<AuthState<string>, AuthEvent<string>>
  readonly platform: FakePlatform
  /** How often the session was looked for. */
  restored(): number
  /** The questions to other tabs, oldest first: each is answered by whether one had the session. */
  readonly asked: ((isFound: boolean) => void)[]
  /** What the next attempts to do anything fail with, instead. */
  readonly faults: unknown[]
  /** Some tab writes down how the session stands. */
  note(epoch: number, status?: SessionRecord['status']): void
}

/** A page, and what has happened on it before. */
function createSearchScene(...before: AuthEvent<string>[]): SearchScene {
  const platform = createFakePlatform()
  const store = createStore<AuthState<string>, AuthEvent<string>>(() => startingState, transition)
  const record = createSessionRecordStore(platform.shared, 'record')
  const asked: ((isFound: boolean) => void)[] = []
  let restored = 0
  const faults: unknown[] = []
  const engine = {
    async restore() {
      restored += 1
    },
    adopt: () => new Promise<boolean>((resolve) => void asked.push(resolve)),
  } as Engine
  const search = createSearch({
    store,
    record,
    platform,
    engine: {
      use: (run) => (faults.length > 0 ? Promise.reject(faults.shift()) : run(engine)),
    },
  })
  for (const event of before) store.dispatch(event)
  return {
    search,
    store,
    platform,
    restored: () => restored,
    asked,
    faults,
    note: (epoch, status = 'signed_in') => record.write({ epoch, status, refreshes: 0, rotation: 0 }),
  }
}

const restoring: AuthEvent<string> = { type: 'restore_started' }
const nobody: AuthEvent<string> = { type: 'nothing_found', reason: 'no_session' }
const alice: AuthEvent<string> = { type: 'signed_in', user: 'alice' }

describe('a session that began on another page', () => {
  it('is looked for once, whoever begins with it', async () => {
    const { search, store, restored } = createSearchScene(restoring)
    search.begin()
    search.begin()
    const decided = search.decided()
    await settle()
    store.dispatch(nobody)
    await decided
    expect(restored()).toBe(1)
  })

  it('could not be asked for where the code for it could not be loaded', async () => {
    const { search, store, faults } = createSearchScene(restoring)
    const error = codeNotLoaded(undefined)
    faults.push(error)
    search.begin()
    await search.decided()
    expect(store.get()).toEqual({ status: 'unauthenticated', reason: 'restore_failed', error })
  })

  it('is not thought out of reach for a bug, which whoever waits hears of', async () => {
    const { search, store, faults } = createSearchScene(restoring, { type: 'restore_timed_out' })
    const bug = new TypeError('x is undefined')
    faults.push(bug)
    await expect(search.finished()).rejects.toBe(bug)
    expect(store.get().reason).toBe('restore_timeout')
  })
})

describe('a page that comes back to life', () => {
  it.each<[string, AuthEvent<string>[]]>([
    ['is looking for its session', [restoring]],
    ['has given that up for now', [restoring, { type: 'restore_timed_out' }]],
    ['could not look', [{ type: 'restore_failed', error: codeNotLoaded(undefined) }]],
  ])('looks again where it %s, and asks the other tabs in no other way', (_, before) => {
    const { search, restored, asked, note } = createSearchScene(...before)
    note(1)
    search.again()
    expect([restored(), asked.length]).toEqual([1, 0])
  })

  it('asks the other tabs for a sign-in that it has missed', () => {
    const { search, restored, asked, note } = createSearchScene(nobody)
    note(1)
    search.again()
    expect([restored(), asked.length]).toEqual([0, 1])
  })

  it.each<[string, AuthEvent<string>[]]>([
    ['nobody was signed in on it', [nobody]],
    ['it was being left for a sign-in', [nobody, { type: 'redirect_started', to: 'login' }]],
  ])(
    'looks for a sign-in that its own tab made while it was in the back/forward cache, where %s',
    (_, before) => {
      const { search, store, restored, asked, note } = createSearchScene(...before)
      note(1)
      store.dispatch({ type: 'redirect_cancelled', session: undefined })
      search.again('restored')
      expect([restored(), asked.length]).toEqual([1, 0])
    },
  )

  it('looks for nobody from the back/forward cache where a session has only ended meanwhile', () => {
    const { search, store, restored, note } = createSearchScene()
    note(1)
    store.dispatch(nobody)
    note(2, 'signed_out')
    search.again('restored')
    expect(restored()).toBe(0)
  })

  it('does not look again for a session that was looked for in vain before it was left', () => {
    const { search, store, restored, note } = createSearchScene(nobody)
    note(1)
    store.dispatch({ type: 'redirect_started', to: 'login' })
    store.dispatch({ type: 'redirect_cancelled', session: undefined })
    search.again('restored')
    expect(restored()).toBe(0)
  })

  it('asks nobody while it finishes a sign-in of its own', () => {
    const { search, restored, asked, note } = createSearchScene({ type: 'callback_started' })
    note(1)
    search.again()
    expect([restored(), asked.length]).toEqual([0, 0])
  })
})

describe('a sign-in in another tab', () => {
  it('is asked for once, and whoever comes meanwhile waits for the same answer', async () => {
    const { search, asked } = createSearchScene(nobody)
    const both = Promise.all([search.adopt(1), search.adopt(1)])
    asked[0]?.(true)
    await both
    await search.adopt(1)
    expect(asked).toHaveLength(1)
  })

  it.each<[string, SessionRecord['status'] | undefined]>([
    ['nobody ever was signed in', undefined],
    ['they have signed out since', 'signed_out'],
  ])('is not asked for where %s', async (_, status) => {
    const { search, asked, note } = createSearchScene(nobody)
    if (status) note(1, status)
    await search.adopt()
    expect(asked).toEqual([])
  })

  it('is asked for by a hidden page once it is seen, and at once by one that shows somebody’s data', () => {
    const { search, asked, store, platform } = createSearchScene(nobody)
    platform.setVisible(false)
    void search.adopt(1)
    expect(asked).toHaveLength(0)
    platform.setVisible(true)
    void search.adopt(1)
    expect(asked).toHaveLength(1)
    store.dispatch(alice)
    platform.setVisible(false)
    void search.adopt(2)
    expect(asked).toHaveLength(2)
  })

  it('is asked for again where no tab had it', async () => {
    const { search, asked } = createSearchScene(nobody)
    const first = search.adopt(1)
    asked[0]?.(false)
    await first
    void search.adopt(1)
    expect(asked).toHaveLength(2)
  })

  it('is asked for again where there was no code to ask with, which nobody is bothered with', async () => {
    const { search, asked, faults } = createSearchScene(nobody)
    faults.push(codeNotLoaded(undefined))
    await expect(search.adopt(1)).resolves.toBeUndefined()
    void search.adopt(1)
    expect(asked).toHaveLength(1)
  })

  it('is not asked for again because no tab had an older one', async () => {
    const { search, asked } = createSearchScene(nobody)
    void search.adopt(1)
    const second = search.adopt(2)
    asked[1]?.(true)
    await second
    asked[0]?.(false)
    await settle()
    await search.adopt(2)
    expect(asked).toHaveLength(2)
  })

  it('is told from one on this page, which a guard asks nobody for', async () => {
    const { search, asked, store, note } = createSearchScene()
    note(1)
    store.dispatch(alice)
    store.dispatch({ type: 'session_ended', reason: 'session_lost' })
    await search.adoptOthers()
    expect(asked).toHaveLength(0)
    note(2)
    store.dispatch({ type: 'redirect_started', to: 'login' })
    store.dispatch({ type: 'redirect_cancelled', session: undefined })
    void search.adoptOthers()
    expect(asked).toHaveLength(1)
  })
})
