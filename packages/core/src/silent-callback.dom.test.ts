// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { parseSilentAnswer } from './restore/silent-answer.ts'

beforeEach(() => {
  vi.resetModules()
  history.replaceState(null, '', '/silent?code=c&state=s')
})

afterEach(() => {
  vi.unstubAllGlobals()
})

it('passes its URL on to the page around it, and to no other origin (RFC 9700 §4.17.2)', async () => {
  const postMessage = vi.fn()
  vi.spyOn(window, 'parent', 'get').mockReturnValue({ postMessage } as unknown as Window & typeof globalThis)
  await import('./silent-callback.ts')
  expect(postMessage).toHaveBeenCalledExactlyOnceWith(expect.anything(), location.origin)
  expect(parseSilentAnswer(postMessage.mock.calls[0]?.[0])).toBe(`${location.origin}/silent?code=c&state=s`)
  vi.restoreAllMocks()
})

it('does nothing where it is opened by itself', async () => {
  const post = vi.spyOn(window, 'postMessage')
  await import('./silent-callback.ts')
  expect(post).not.toHaveBeenCalled()
  vi.restoreAllMocks()
})
