import { describe, expect, it } from 'vitest'
import { createFakePlatform } from '../test/fake-platform.ts'
import { type AuthEvent, type AuthState, startingState, transition } from './state.ts'
import { createStore, type Store } from './store.ts'
import { limitSearch, untilDecided } from './until-decided.ts'
import type { User } from './user.ts'

type TestStore = Store<AuthState<User>, AuthEvent<User>>

function createCountingStore(first: AuthState<User>): { store: TestStore; listenerCount: () => number } {
  const store = createStore<AuthState<User>, AuthEvent<User>>(() => first, transition)
  let listeners = 0
  return {
    listenerCount: () => listeners,
    store: {
      ...store,
      subscribe(listener) {
        listeners += 1
        const stop = store.subscribe(listener)
        return () => {
          listeners -= 1
          stop()
        }
      },
    },
  }
}

const callback: AuthState<User> = { status: 'loading', reason: 'callback' }

describe('waiting until the session is decided', () => {
  it.each<AuthState<User>>([
    { status: 'unauthenticated', reason: 'no_session' },
    { status: 'authenticated', reason: 'signed_in', user: { sub: 'alice' } },
    { status: 'redirecting', reason: 'requested', to: 'login' },
  ])('is over at once in state $status', async (state) => {
    const { store, listenerCount } = createCountingStore(state)
    const platform = createFakePlatform()
    await expect(untilDecided(store, platform)).resolves.toBe(state)
    expect(platform.timerCount()).toBe(0)
    expect(listenerCount()).toBe(0)
  })

  it('is over at once on a server, where nothing will ever be decided', async () => {
    const { store, listenerCount } = createCountingStore(startingState)
    const { page, ...platform } = createFakePlatform()
    const onServer = { ...platform, page: { ...page, exists: () => false } }
    await expect(untilDecided(store, onServer)).resolves.toBe(startingState)
    expect(platform.timerCount()).toBe(0)
    expect(listenerCount()).toBe(0)
  })

  it('ends with the decision, and leaves nothing behind', async () => {
    const { store, listenerCount } = createCountingStore(callback)
    const platform = createFakePlatform()
    const decided = untilDecided(store, platform)
    store.dispatch({ type: 'signed_in', user: { sub: 'alice' } })
    await expect(decided).resolves.toBe(store.get())
    expect(store.get().status).toBe('authenticated')
    expect(platform.timerCount()).toBe(0)
    expect(listenerCount()).toBe(0)
  })

  it('goes on while one kind of loading follows another', async () => {
    const { store } = createCountingStore(startingState)
    const platform = createFakePlatform()
    let isOver = false
    const decided = untilDecided(store, platform).then((state) => {
      isOver = true
      return state
    })
    store.dispatch({ type: 'callback_started' })
    await platform.advance(0)
    expect(isOver).toBe(false)
    store.dispatch({ type: 'nothing_found', reason: 'no_session' })
    await expect(decided).resolves.toEqual({ status: 'unauthenticated', reason: 'no_session' })
  })

  it('ends after 3 seconds with the state as it is, and leaves nothing behind', async () => {
    const { store, listenerCount } = createCountingStore(callback)
    const platform = createFakePlatform()
    let state: AuthState<User> | undefined
    untilDecided(store, platform).then((decided) => {
      state = decided
    })
    await platform.advance(2999)
    expect(state).toBeUndefined()
    await platform.advance(1)
    expect(state).toBe(callback)
    expect(platform.timerCount()).toBe(0)
    expect(listenerCount()).toBe(0)
  })
})

describe('waiting for a session that is looked for', () => {
  const restoring: AuthState<User> = { status: 'loading', reason: 'restoring' }

  it('ends after 3 seconds with the word that it takes long (invariant 6)', async () => {
    const { store } = createCountingStore(restoring)
    const platform = createFakePlatform()
    const decided = untilDecided(store, platform)
    await platform.advance(3000)
    await expect(decided).resolves.toEqual({ status: 'unauthenticated', reason: 'restore_timeout' })
    expect(platform.timerCount()).toBe(0)
  })

  it('ends after 3 seconds in a page that nobody has opened yet, where nothing was looked for', async () => {
    const { store } = createCountingStore(restoring)
    const platform = createFakePlatform()
    platform.setPrerendering(true)
    const decided = untilDecided(store, platform)
    await platform.advance(3000)
    await expect(decided).resolves.toBe(restoring)
  })
})

describe('a search that takes long', () => {
  const restoring: AuthState<User> = { status: 'loading', reason: 'restoring' }

  it('holds up the page for 3 seconds, and no longer (invariant 6)', async () => {
    const { store } = createCountingStore(restoring)
    const platform = createFakePlatform()
    limitSearch(store, platform.clock)
    await platform.advance(2999)
    expect(store.get()).toBe(restoring)
    await platform.advance(1)
    expect(store.get()).toEqual({ status: 'unauthenticated', reason: 'restore_timeout' })
  })

  it('is nobody’s business once it is over', async () => {
    const { store } = createCountingStore(restoring)
    const platform = createFakePlatform()
    limitSearch(store, platform.clock)()
    await platform.advance(3000)
    expect(store.get()).toBe(restoring)
  })
})
