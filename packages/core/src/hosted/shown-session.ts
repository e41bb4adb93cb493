import type { AuthEventMap } from '../events.ts'
import type { AuthState } from '../state.ts'
import { createEmitter, createStore } from '../store.ts'

/** What a page shows of the session that its host has. */
export interface ShownSession<TUser> {
  getState(): AuthState<TUser>
  subscribe(listener: () => void): () => void
  on<TName extends keyof AuthEventMap<TUser>>(
    name: TName,
    listener: (event: AuthEventMap<TUser>[TName]) => void,
  ): () => void
  emit(name: string, event: unknown): void
  /** Shows a state. `who`: tells the people of an app from each other; undefined where nobody is signed in. */
  show(state: AuthState<TUser>, who?: string): void
  /** Whom the page shows, or showed before it began to load, or to be left for a sign-in. */
  who(): string | undefined
}

/** Makes a {@link ShownSession}. Hosts come and go; whose data the app has is for the page to know. */
export function createShownSession<TUser>(first: () => AuthState<TUser>): ShownSession<TUser> {
  type State = AuthState<TUser>
  const events = createEmitter<[name: string, event: unknown]>()
  const store = createStore<State, State>(
    first,
    // A host tells its first state too, which the page knows.
    (state, next) => (!next.error && JSON.stringify(next) === JSON.stringify(state) ? state : next),
  )
  let person: { readonly who: string; readonly user: TUser | undefined } | undefined
  let next: string | undefined

  // The first to subscribe, so that caches are cleared before a component renders somebody else's name.
  store.subscribe((state, previous) => {
    const before = person
    if (state.status !== 'loading' && (state.status !== 'redirecting' || state.to !== 'login')) {
      person = next === undefined ? undefined : { who: next, user: state.user }
    }
    if (before?.who !== person?.who) {
      events.emit('identity', { previous: before?.user, current: person?.user, reason: state.reason })
    }
    events.emit('state', { state, previous })
  })

  return {
    getState: store.get,
    subscribe: (listener) => store.subscribe(() => listener()),
    on: (name, listener) => events.on((of, event) => of === name && listener(event as never)),
    emit: events.emit,
    show(state, who) {
      next = who
      store.dispatch(state)
    },
    who: () => person?.who,
  }
}
