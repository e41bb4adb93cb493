import { describe, expect, it } from 'vitest'
import { catchReported } from '../test/reported-errors.ts'
import { createEmitter, createStore } from './store.ts'

/** Adds; 0 changes nothing. */
const add = (state: { sum: number }, event: number): { sum: number } =>
  event === 0 ? state : { sum: state.sum + event }

describe('a store', () => {
  it('asks for its first state when somebody looks, once', () => {
    let asked = 0
    const store = createStore(() => ({ sum: ++asked }), add)
    store.subscribe(() => undefined)
    expect(asked).toBe(0)
    expect(store.get()).toEqual({ sum: 1 })
    expect(store.get()).toBe(store.get())
    expect(asked).toBe(1)
  })

  it('asks for its first state when something happens before anybody looked', () => {
    const store = createStore(() => ({ sum: 40 }), add)
    store.dispatch(2)
    expect(store.get()).toEqual({ sum: 42 })
  })

  it('asks again where the first state could not be had', () => {
    let isReady = false
    const store = createStore(() => {
      if (!isReady) throw new Error('not yet')
      return { sum: 1 }
    }, add)
    expect(store.get).toThrow('not yet')
    isReady = true
    expect(store.get()).toEqual({ sum: 1 })
  })

  it('tells every listener of the state and the one before, in the order they came', () => {
    const store = createStore(() => ({ sum: 0 }), add)
    const heard: unknown[] = []
    store.subscribe((state, previous) => heard.push(['first', state.sum, previous.sum]))
    store.subscribe((state, previous) => heard.push(['second', state.sum, previous.sum]))
    store.dispatch(1)
    store.dispatch(2)
    expect(heard).toEqual([
      ['first', 1, 0],
      ['second', 1, 0],
      ['first', 3, 1],
      ['second', 3, 1],
    ])
  })

  it('tells every listener of what a listener has done after what it was told of', () => {
    const store = createStore(() => ({ sum: 0 }), add)
    const heard: unknown[] = []
    const hear =
      (who: string) =>
      ({ sum }: { sum: number }, previous: { sum: number }) =>
        heard.push([who, sum, previous.sum])
    store.subscribe(hear('first'))
    store.subscribe(({ sum }) => {
      if (sum > 2) return
      store.dispatch(1)
      // What it has done is the case at once.
      heard.push(['is', store.get().sum])
    })
    store.subscribe(hear('last'))
    store.dispatch(1)
    expect(heard).toEqual([
      ['first', 1, 0],
      ['is', 2],
      ['last', 1, 0],
      ['first', 2, 1],
      ['is', 3],
      ['last', 2, 1],
      ['first', 3, 2],
      ['last', 3, 2],
    ])
    store.dispatch(1)
    expect(heard.slice(8)).toEqual([
      ['first', 4, 3],
      ['last', 4, 3],
    ])
  })

  it('tells nobody where nothing changed', () => {
    const store = createStore(() => ({ sum: 0 }), add)
    const before = store.get()
    let heard = 0
    store.subscribe(() => heard++)
    store.dispatch(0)
    expect(heard).toBe(0)
    expect(store.get()).toBe(before)
  })

  it('has the new state already when it tells of it', () => {
    const store = createStore(() => ({ sum: 0 }), add)
    const seen: boolean[] = []
    store.subscribe((state) => seen.push(store.get() === state))
    store.dispatch(1)
    expect(seen).toEqual([true])
  })
})

describe('listeners', () => {
  it('are heard, and removed, as often as they were registered', () => {
    const emitter = createEmitter<[word: string]>()
    const heard: string[] = []
    const listener = (word: string): void => void heard.push(word)
    const stop = emitter.on(listener)
    emitter.on(listener)
    emitter.emit('a')
    stop()
    stop()
    emitter.emit('b')
    expect(heard).toEqual(['a', 'a', 'b'])
  })

  it('are heard although another one throws, which is reported (STYLE: nothing is swallowed)', async () => {
    const stopCatching = catchReported()
    const emitter = createEmitter<[]>()
    const heard: string[] = []
    emitter.on(() => {
      throw new Error('first')
    })
    emitter.on(() => heard.push('second'))
    emitter.on(() => {
      throw new Error('third')
    })
    emitter.on(() => heard.push('fourth'))
    emitter.emit()
    expect(heard).toEqual(['second', 'fourth'])
    await Promise.resolve()
    expect(stopCatching()).toEqual([new Error('first'), new Error('third')])
  })

  it('are heard although one of them leaves meanwhile, itself or another', () => {
    const emitter = createEmitter<[]>()
    const heard: string[] = []
    const stopFirst = emitter.on(() => {
      heard.push('first')
      stopFirst()
      stopThird()
    })
    emitter.on(() => heard.push('second'))
    const stopThird = emitter.on(() => heard.push('third'))
    emitter.on(() => heard.push('fourth'))
    emitter.emit()
    expect(heard.filter((who) => who !== 'third')).toEqual(['first', 'second', 'fourth'])
    heard.length = 0
    emitter.emit()
    expect(heard).toEqual(['second', 'fourth'])
  })

  it('that come while others are told hear from the next time on', () => {
    const emitter = createEmitter<[]>()
    const heard: string[] = []
    let hasCome = false
    emitter.on(() => {
      if (!hasCome) emitter.on(() => heard.push('late'))
      hasCome = true
    })
    emitter.emit()
    expect(heard).toEqual([])
    emitter.emit()
    expect(heard).toEqual(['late'])
  })
})
