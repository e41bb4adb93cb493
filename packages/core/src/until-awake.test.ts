import { describe, expect, it, vi } from 'vitest'
import { createFakePlatform, type FakePlatform, settle } from '../test/fake-platform.ts'
import { untilAwake, untilOpened } from './until-awake.ts'

/** Whether a promise has settled by now. */
async function isSettled(promise: Promise<void>): Promise<boolean> {
  const settled = vi.fn()
  promise.then(settled)
  await settle()
  return settled.mock.calls.length > 0
}

describe('waiting until the page may be left', () => {
  it('is over at once where somebody looks at it and there is a network', async () => {
    const { page, listenerCount } = createFakePlatform()
    expect(await isSettled(untilAwake(page))).toBe(true)
    expect(listenerCount()).toBe(0)
  })

  it.each<[string, (platform: FakePlatform, is: boolean) => void, Parameters<FakePlatform['wake']>[0]]>([
    ['seen', (platform, is) => platform.setVisible(is), 'visible'],
    ['online', (platform, is) => platform.setOnline(is), 'online'],
    [
      'opened, having been loaded ahead of time',
      (platform, is) => platform.setPrerendering(!is),
      'activated',
    ],
  ])('goes on until it is %s, and leaves no listener behind', async (_, set, cause) => {
    const platform = createFakePlatform()
    set(platform, false)
    const awake = untilAwake(platform.page)
    platform.wake(cause)
    expect(await isSettled(awake)).toBe(false)
    set(platform, true)
    platform.wake(cause)
    expect(await isSettled(awake)).toBe(true)
    expect(platform.listenerCount()).toBe(0)
  })

  it('goes on until all of it is so', async () => {
    const platform = createFakePlatform()
    platform.setVisible(false)
    platform.setOnline(false)
    const awake = untilAwake(platform.page)
    platform.setVisible(true)
    platform.wake('visible')
    expect(await isSettled(awake)).toBe(false)
    platform.setVisible(false)
    platform.setOnline(true)
    platform.wake('online')
    expect(await isSettled(awake)).toBe(false)
    platform.setVisible(true)
    platform.wake('visible')
    expect(await isSettled(awake)).toBe(true)
  })
})

describe('waiting until the page is really open', () => {
  it('asks neither for a network nor for somebody who looks', async () => {
    const platform = createFakePlatform()
    platform.setVisible(false)
    platform.setOnline(false)
    expect(await isSettled(untilOpened(platform.page))).toBe(true)
    platform.setPrerendering(true)
    const opened = untilOpened(platform.page)
    expect(await isSettled(opened)).toBe(false)
    platform.setPrerendering(false)
    platform.wake('activated')
    expect(await isSettled(opened)).toBe(true)
  })
})
