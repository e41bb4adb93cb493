// @vitest-environment happy-dom
import { afterEach, expect, it, vi } from 'vitest'
import { createFakePlatform } from '../../test/fake-platform.ts'
import { answerChannel, parseSilentAnswer } from '../silent-answer.ts'
import { parseCallbackUrl } from './callback-url.ts'
import { handOver } from './hand-over.ts'

const callback = parseCallbackUrl(
  'https://app.example/callback?tab=2&code=c%2B1&state=app.w.x',
  'https://app.example/callback',
  'app.',
)

afterEach(() => vi.restoreAllMocks())

it('passes the answer on by the channel of its state, whole, and closes the window (POP-02)', async () => {
  const close = vi.spyOn(window, 'close').mockReturnValue(undefined)
  const postMessage = vi.fn()
  vi.spyOn(window, 'opener', 'get').mockReturnValue({ postMessage })
  history.replaceState(null, '', '/callback?code=c')
  const heard = new Promise<unknown>((resolve) => {
    const channel = new BroadcastChannel(answerChannel('app.w.x'))
    channel.onmessage = ({ data }) => {
      channel.close()
      resolve(data)
    }
  })
  const { handOver: _, ...platform } = createFakePlatform()
  if (callback.kind !== 'response') throw new Error('It is an answer.')
  void handOver({ platform }, callback).catch(() => undefined)
  const { searchParams } = new URL(parseSilentAnswer(await heard) ?? '')
  expect(Object.fromEntries(searchParams)).toEqual({ tab: '2', code: 'c+1', state: 'app.w.x' })
  // No other origin may read it (POP-04).
  expect(postMessage).toHaveBeenCalledExactlyOnceWith(expect.anything(), location.origin)
  expect(close).toHaveBeenCalledOnce()
  expect(location.href).toBe(`${location.origin}/callback`)
})
