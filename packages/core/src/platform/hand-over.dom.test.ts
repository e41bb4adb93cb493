// @vitest-environment happy-dom
import { afterEach, expect, it, vi } from 'vitest'
import { handOverInBrowser } from './hand-over.ts'

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

it.each([
  ['an opener', { postMessage: vi.fn() }],
  ['none, as where the provider has cut it off', null],
])('closes the window, and shows no answer where it stays open: with %s', (_, opener) => {
  const close = vi.spyOn(window, 'close').mockReturnValue(undefined)
  vi.spyOn(window, 'opener', 'get').mockReturnValue(opener)
  vi.stubGlobal('BroadcastChannel', undefined)
  history.replaceState(null, '', '/callback?code=c&state=s#x')
  handOverInBrowser('latchkey.x', 'the answer')
  if (opener) expect(opener.postMessage).toHaveBeenCalledExactlyOnceWith('the answer', location.origin)
  expect(location.href).toBe(`${location.origin}/callback`)
  expect(close).toHaveBeenCalledOnce()
})
