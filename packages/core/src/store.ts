/** A value that is replaced whole, and those who watch it. */
export interface Store<TState, TEvent> {
  get(): TState
  dispatch(event: TEvent): void
  subscribe(listener: (state: TState, previous: TState) => void): () => void
}

/**
 * A store over a pure `transition`. The first state is asked for when somebody first looks, so that
 * making a store reads nothing.
 */
export function createStore<TState, TEvent>(
  initial: () => TState,
  transition: (state: TState, event: TEvent) => TState,
): Store<TState, TEvent> {
  const changes = createEmitter<[state: TState, previous: TState]>()
  const untold: [state: TState, previous: TState][] = []
  let held: { state: TState } | undefined
  const get = (): TState => {
    held ??= { state: initial() }
    return held.state
  }
  return {
    get,
    dispatch(event) {
      const previous = get()
      const state = transition(previous, event)
      if (state === previous) return
      held = { state }
      // A listener may be the one who dispatches: the others are yet to hear of what it was told of.
      if (untold.push([state, previous]) > 1) return
      for (const change of untold) changes.emit(...change)
      untold.length = 0
    },
    subscribe: changes.on,
  }
}

/** Listeners in the order they came. */
export interface Emitter<TArguments extends unknown[]> {
  on(listener: (...values: TArguments) => void): () => void
  emit(...values: TArguments): void
}

/** A listener that throws is reported as an uncaught error and does not keep the others from hearing. */
export function createEmitter<TArguments extends unknown[]>(): Emitter<TArguments> {
  // Wrapped, so that one function registered twice is heard, and removed, twice.
  const listeners = new Set<{ call: (...values: TArguments) => void }>()
  return {
    on(listener) {
      const entry = { call: listener }
      listeners.add(entry)
      return () => void listeners.delete(entry)
    },
    emit(...values) {
      for (const entry of [...listeners]) {
        try {
          entry.call(...values)
        } catch (error) {
          queueMicrotask(() => {
            throw error
          })
        }
      }
    },
  }
}
