// @vitest-environment happy-dom
import { expect, it, vi } from 'vitest'
import { onActivity } from './activity.ts'

it.each(['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchmove'])(
  'tells of what only somebody at the device does, and says nothing more of it: %s',
  (deed) => {
    const noticed = vi.fn()
    const stop = onActivity(noticed)
    document.body.dispatchEvent(new Event(deed, { bubbles: true }))
    expect(noticed).toHaveBeenCalledExactlyOnceWith()
    stop()
    document.body.dispatchEvent(new Event(deed, { bubbles: true }))
    expect(noticed).toHaveBeenCalledOnce()
  },
)

it('tells nothing of what a page does by itself', () => {
  const noticed = vi.fn()
  const stop = onActivity(noticed)
  for (const type of ['scroll', 'focus', 'load', 'message']) window.dispatchEvent(new Event(type))
  expect(noticed).not.toHaveBeenCalled()
  stop()
})

it('tells it before the page hears of it, which may keep it from everybody else', () => {
  const order: string[] = []
  const page = new AbortController()
  document.addEventListener(
    'keydown',
    (event) => {
      order.push('page')
      event.stopPropagation()
    },
    { capture: true, signal: page.signal },
  )
  const stop = onActivity(() => order.push('noticed'))
  document.body.dispatchEvent(new Event('keydown', { bubbles: true }))
  expect(order).toEqual(['noticed', 'page'])
  stop()
  page.abort()
})

it('keeps nothing of it waiting, as a listener would that may refuse it', () => {
  const listen = vi.spyOn(window, 'addEventListener')
  onActivity(() => undefined)()
  expect(listen).toHaveBeenCalled()
  for (const [, , options] of listen.mock.calls) expect(options).toMatchObject({ passive: true })
  listen.mockRestore()
})
