import { describe, expect, it, vi } from 'vitest'
import { abortable } from './abortable.ts'

const reason = new DOMException('The page is gone.', 'AbortError')

describe('waiting that can be given up', () => {
  it('ends with what is waited for, where nobody gives up', async () => {
    const { signal } = new AbortController()
    await expect(abortable(Promise.resolve('there'), signal)).resolves.toBe('there')
    await expect(abortable(Promise.reject(new Error('failed')), signal)).rejects.toThrow('failed')
  })

  it('is that of the promise itself where nobody could', () => {
    const promise = Promise.resolve()
    expect(abortable(promise, undefined)).toBe(promise)
  })

  it('ends with the reason of whoever gives up, and not for whoever waits for the same', async () => {
    let arrive = (_: string): void => undefined
    const promise = new Promise<string>((resolve) => {
      arrive = resolve
    })
    const stop = new AbortController()
    const given = abortable(promise, stop.signal)
    const kept = abortable(promise, new AbortController().signal)
    stop.abort(reason)
    await expect(given).rejects.toBe(reason)
    arrive('there')
    await expect(kept).resolves.toBe('there')
  })

  it('does not begin where it was given up before, though what is waited for is there', async () => {
    await expect(abortable(Promise.resolve('there'), AbortSignal.abort(reason))).rejects.toBe(reason)
  })

  it('leaves nothing behind on a signal that outlives it', async () => {
    const { signal } = new AbortController()
    const added = vi.spyOn(signal, 'addEventListener')
    const removed = vi.spyOn(signal, 'removeEventListener')
    await abortable(Promise.resolve(), signal)
    await Promise.resolve()
    const [name, listener] = added.mock.calls[0] ?? []
    expect(removed).toHaveBeenCalledExactlyOnceWith(name, listener)
  })
})
