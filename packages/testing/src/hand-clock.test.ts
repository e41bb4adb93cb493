import { describe, expect, it } from 'vitest'
import { createHandClock } from './hand-clock.ts'

describe('a clock that is moved by hand', () => {
  it('goes by itself, and as far ahead as it was moved', () => {
    let now = 1000
    const clock = createHandClock(() => now)
    clock.advance(500)
    now += 20
    expect(clock.now()).toEqual({ epochMs: 1520, monotonicMs: 1520 })
  })

  it('fires what comes due, once, in order, each at its time', () => {
    const clock = createHandClock(() => 0)
    const fired: [string, number][] = []
    const fire = (name: string) => () => void fired.push([name, clock.now().epochMs])
    clock.setTimer(30, fire('late'))
    clock.setTimer(10, () => {
      fire('early')()
      clock.setTimer(10, fire('its follower'))
    })
    const cancel = clock.setTimer(15, fire('cancelled'))
    cancel()
    clock.advance(9)
    expect(fired).toEqual([])
    clock.advance(25)
    clock.advance(100)
    expect(fired).toEqual([
      ['early', 10],
      ['its follower', 20],
      ['late', 30],
    ])
  })
})
