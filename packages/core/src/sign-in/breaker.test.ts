import { describe, expect, it } from 'vitest'
import { createFakePlatform, type FakePlatform } from '../../test/fake-platform.ts'
import { createBreaker } from './breaker.ts'

const key = 'latchkey.me.automatic'

/** Another page of the same tab: what is stored and the time go on. */
function nextPage(platform: FakePlatform): FakePlatform {
  return createFakePlatform({ stored: platform.stored, epochMs: platform.clock.now().epochMs })
}

describe('the breaker', () => {
  it('allows two automatic navigations, and then none', () => {
    const breaker = createBreaker(createFakePlatform(), key)
    expect([1, 2, 3, 4].map(() => breaker.allow())).toEqual([true, true, false, false])
  })

  it('counts on through page loads', () => {
    let platform = createFakePlatform()
    const allowed: boolean[] = []
    for (let page = 0; page < 4; page++) {
      allowed.push(createBreaker(platform, key).allow())
      platform = nextPage(platform)
    }
    expect(allowed).toEqual([true, true, false, false])
  })

  it('starts anew when the person acts', () => {
    const breaker = createBreaker(createFakePlatform(), key)
    breaker.allow()
    breaker.allow()
    breaker.reset()
    expect([1, 2, 3].map(() => breaker.allow())).toEqual([true, true, false])
  })

  it('starts anew, once, on a page that the person reloaded, came back to or clicked in', () => {
    const platform = createFakePlatform()
    const before = createBreaker(platform, key)
    before.allow()
    before.allow()

    const reloaded = nextPage(platform)
    reloaded.setUserDriven(true)
    const after = createBreaker(reloaded, key)
    expect([1, 2, 3, 4].map(() => after.allow())).toEqual([true, true, false, false])
  })

  it('starts anew when the person begins to act on a page that was stopped', () => {
    const platform = createFakePlatform()
    const breaker = createBreaker(platform, key)
    expect([1, 2, 3].map(() => breaker.allow())).toEqual([true, true, false])
    platform.setUserDriven(true)
    expect([1, 2, 3].map(() => breaker.allow())).toEqual([true, true, false])
  })

  it('stops a circle in which the app reloads the page, as a person does, and lets a button begin anew', () => {
    let platform = createFakePlatform()
    let turns = 0
    for (; turns < 100; turns++) {
      platform.setUserDriven(true)
      if (!createBreaker(platform, key).allow()) break
      platform = nextPage(platform)
    }
    expect(turns).toBe(11)
    const breaker = createBreaker(platform, key)
    breaker.reset()
    expect(breaker.allow()).toBe(true)
  })

  it('stops that circle too where each page gives a navigation back before one takes place', () => {
    let platform = createFakePlatform()
    let turns = 0
    for (; turns < 100; turns++) {
      platform.setUserDriven(true)
      const breaker = createBreaker(platform, key)
      if (!breaker.allow()) break
      breaker.takeBack()
      expect(breaker.allow()).toBe(true)
      platform = nextPage(platform)
    }
    expect(turns).toBe(11)
  })

  it('bears with whoever reloads often, where there is time between', async () => {
    let platform = createFakePlatform()
    for (let reloads = 0; reloads < 30; reloads++) {
      platform.setUserDriven(true)
      expect(createBreaker(platform, key).allow()).toBe(true)
      await platform.advance(5 * 60_000)
      platform = nextPage(platform)
    }
  })

  it('forgets after five minutes, and not before', async () => {
    const platform = createFakePlatform()
    const breaker = createBreaker(platform, key)
    breaker.allow()
    breaker.allow()
    await platform.advance(5 * 60_000 - 1)
    expect(breaker.allow()).toBe(false)
    await platform.advance(1)
    expect([1, 2, 3].map(() => breaker.allow())).toEqual([true, true, false])
  })

  it('counts five minutes from the last navigation, so that a slow loop is a loop', async () => {
    const platform = createFakePlatform()
    const breaker = createBreaker(platform, key)
    breaker.allow()
    await platform.advance(4 * 60_000)
    breaker.allow()
    await platform.advance(4 * 60_000)
    expect(breaker.allow()).toBe(false)
  })

  it('gives back a navigation that did not take place, and no more than that', () => {
    const breaker = createBreaker(createFakePlatform(), key)
    breaker.allow()
    breaker.allow()
    breaker.takeBack()
    expect([1, 2].map(() => breaker.allow())).toEqual([true, false])
    breaker.reset()
    breaker.takeBack()
    expect([1, 2, 3].map(() => breaker.allow())).toEqual([true, true, false])
  })

  it('allows nothing where nothing can be counted', () => {
    const platform = createFakePlatform()
    platform.blockStorage()
    const breaker = createBreaker(platform, key)
    expect(breaker.allow()).toBe(false)
    platform.setUserDriven(true)
    expect(breaker.allow()).toBe(false)
  })

  it.each(['', '2', '@', 'x@y', 'NaN@1', '-1@1800000000000', '1.5@x', '{}', '9@', '@1800000000000'])(
    'is not led astray by %j in storage',
    (value) => {
      const platform = createFakePlatform({ stored: new Map([[key, value]]) })
      const breaker = createBreaker(platform, key)
      expect([1, 2, 3].map(() => breaker.allow())).toEqual([true, true, false])
    },
  )

  it('stays shut for as many navigations as storage tells of', () => {
    for (const count of ['2', '3', '99', 'Infinity']) {
      const platform = createFakePlatform({ stored: new Map([[key, `${count}@1800000000000`]]) })
      expect(createBreaker(platform, key).allow()).toBe(false)
    }
  })

  it('touches its own key only', () => {
    const platform = createFakePlatform({ stored: new Map([['latchkey.you.automatic', '2@1800000000000']]) })
    const breaker = createBreaker(platform, key)
    breaker.allow()
    breaker.reset()
    expect([...platform.stored]).toEqual([['latchkey.you.automatic', '2@1800000000000']])
  })
})
