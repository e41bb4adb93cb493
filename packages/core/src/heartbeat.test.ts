import { describe, expect, it, vi } from 'vitest'
import { createManualClock } from '../test/manual-clock.ts'
import { createHeartbeat } from './heartbeat.ts'

function scene() {
  const clock = createManualClock()
  const ping = vi.fn()
  const close = vi.fn()
  return { clock, ping, close, ...createHeartbeat(clock.setTimer, ping, close) }
}

describe('a heartbeat', () => {
  it('asks nothing while nothing is expected, and nothing any more once it is not', async () => {
    const { clock, ping, mind } = scene()
    await clock.advance(60_000)
    const release = mind(() => undefined)
    await clock.advance(2000)
    expect(ping).toHaveBeenCalledTimes(1)
    release()
    await clock.advance(60_000)
    expect(ping).toHaveBeenCalledTimes(1)
  })

  it('gives up at the third silence in a row, and tells everybody who minds, once', async () => {
    const { clock, ping, close, mind, isAlive } = scene()
    const [first, second] = [vi.fn(), vi.fn()]
    mind(first)
    mind(second)
    await clock.advance(5999)
    expect(isAlive()).toBe(true)
    expect(ping).toHaveBeenCalledTimes(2)
    await clock.advance(1)
    expect(isAlive()).toBe(false)
    await clock.advance(60_000)
    expect(ping).toHaveBeenCalledTimes(2)
    expect(close).toHaveBeenCalledOnce()
    for (const lost of [first, second])
      expect(lost).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: 'vault_lost' }))
  })

  it('begins to count again with each word', async () => {
    const { clock, mind, heard, isAlive } = scene()
    mind(() => undefined)
    for (let words = 0; words < 10; words += 1) {
      await clock.advance(4000)
      heard()
    }
    expect(isAlive()).toBe(true)
  })

  it('does not count the silence of before anything was expected', async () => {
    const { clock, mind, isAlive } = scene()
    const release = mind(() => undefined)
    await clock.advance(4000)
    release()
    mind(() => undefined)
    await clock.advance(4000)
    expect(isAlive()).toBe(true)
  })

  it('counts on where more is expected of whoever is silent already', async () => {
    const { clock, mind, isAlive } = scene()
    mind(() => undefined)
    await clock.advance(4000)
    mind(() => undefined)
    await clock.advance(2000)
    expect(isAlive()).toBe(false)
  })

  it('tells whoever comes too late at once, and whoever is done not at all', () => {
    const { mind, end } = scene()
    const [done, late] = [vi.fn(), vi.fn()]
    mind(done)()
    end()
    mind(late)
    expect(done).not.toHaveBeenCalled()
    expect(late).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: 'vault_lost' }))
  })
})
