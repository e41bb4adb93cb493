import { expect, it } from 'vitest'
import { abortable } from './abortable.ts'

/** A signal that counts who listens to it. */
function watchedSignal() {
  const controller = new AbortController()
  const { signal } = controller
  const listening = new Set<unknown>()
  const add = signal.addEventListener.bind(signal)
  signal.addEventListener = (...[type, listener, options]: Parameters<typeof add>) => {
    listening.add(listener)
    const stop = typeof options === 'object' ? options.signal : undefined
    stop?.addEventListener('abort', () => void listening.delete(listener))
    add(type, listener, options)
  }
  return { signal, listening, abort: (reason: Error) => controller.abort(reason) }
}

it('gives the answer, or what went wrong, and listens no longer', async () => {
  const { signal, listening } = watchedSignal()
  const answer = abortable(Promise.resolve('answer'), signal)
  expect(listening.size).toBe(1)
  await expect(answer).resolves.toBe('answer')
  const failure = new Error('down')
  await expect(abortable(Promise.reject(failure), signal)).rejects.toBe(failure)
  expect(listening.size).toBe(0)
})

it('rejects at once, for the reason that is given', async () => {
  const { signal, abort } = watchedSignal()
  const waiting = abortable(new Promise(() => undefined), signal)
  const reason = new Error('unmounted')
  abort(reason)
  await expect(waiting).rejects.toBe(reason)
  await expect(abortable(Promise.resolve('answer'), signal)).rejects.toBe(reason)
})
