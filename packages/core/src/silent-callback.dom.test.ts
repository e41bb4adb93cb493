// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { answerChannel, parseSilentAnswer } from './silent-answer.ts'

const answerUrl = `${location.origin}/silent?code=c&state=s`

beforeEach(() => {
  vi.resetModules()
  history.replaceState(null, '', '/silent?code=c&state=s')
})

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

function stubWindow(name: 'parent' | 'opener'): ReturnType<typeof vi.fn> {
  const postMessage = vi.fn()
  vi.spyOn(window, name, 'get').mockReturnValue({ postMessage } as unknown as Window & typeof globalThis)
  return postMessage
}

it('passes its URL on to the page around it, and to no other origin (RFC 9700 §4.17.2)', async () => {
  const postMessage = stubWindow('parent')
  await import('./silent-callback.ts')
  expect(postMessage).toHaveBeenCalledExactlyOnceWith(expect.anything(), location.origin)
  expect(parseSilentAnswer(postMessage.mock.calls[0]?.[0])).toBe(answerUrl)
})

it('passes it on from a window by the channel of its state, and closes the window (POP-02)', async () => {
  const close = vi.spyOn(window, 'close').mockReturnValue(undefined)
  const heard = new Promise<unknown>((resolve) => {
    const channel = new BroadcastChannel(answerChannel('s'))
    channel.onmessage = ({ data }) => {
      channel.close()
      resolve(data)
    }
  })
  await import('./silent-callback.ts')
  expect(parseSilentAnswer(await heard)).toBe(answerUrl)
  expect(close).toHaveBeenCalledOnce()
  expect(location.href).toBe(`${location.origin}/silent`)
})

it('tells the opener too, where there is one, and no other origin (POP-04)', async () => {
  vi.spyOn(window, 'close').mockReturnValue(undefined)
  vi.stubGlobal('BroadcastChannel', undefined)
  const postMessage = stubWindow('opener')
  await import('./silent-callback.ts')
  expect(postMessage).toHaveBeenCalledExactlyOnceWith(expect.anything(), location.origin)
  expect(parseSilentAnswer(postMessage.mock.calls[0]?.[0])).toBe(answerUrl)
})

it('does nothing where it is opened without an answer', async () => {
  history.replaceState(null, '', '/silent')
  const post = vi.spyOn(window, 'postMessage')
  const close = vi.spyOn(window, 'close').mockReturnValue(undefined)
  await import('./silent-callback.ts')
  expect(post).not.toHaveBeenCalled()
  expect(close).not.toHaveBeenCalled()
})
