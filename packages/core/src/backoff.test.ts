import { describe, expect, it } from 'vitest'
import { createManualClock } from '../test/manual-clock.ts'
import { type Backoff, createBackoff } from './backoff.ts'
import { type AnyAuthError, NetworkError, ServerError } from './errors.ts'

const failure = new NetworkError('network_failed', 'It could not be reached.')

/** How long each of so many failures in a row blocks, when every block is waited for. */
async function blocks(count: number, fraction: number, error: AnyAuthError = failure): Promise<number[]> {
  const clock = createManualClock()
  const backoff = createBackoff(clock, {
    bytes: (length) => new Uint8Array(length),
    fraction: () => fraction,
  })
  const waits: number[] = []
  for (let index = 0; index < count; index++) {
    backoff.failed(error)
    const wait = backoff.block()?.forMs ?? 0
    waits.push(wait)
    await clock.advance(wait)
  }
  return waits
}

function createScene(fraction = 0): { backoff: Backoff; clock: ReturnType<typeof createManualClock> } {
  const clock = createManualClock()
  const random = { bytes: (length: number) => new Uint8Array(length), fraction: () => fraction }
  return { backoff: createBackoff(clock, random), clock }
}

describe('createBackoff', () => {
  it('blocks nothing before a failure', () => {
    expect(createScene().backoff.block()).toBeUndefined()
  })

  it('doubles the wait with every failure up to a minute', async () => {
    expect(await blocks(10, 0)).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000, 30_000])
  })

  it('stays at the cap after a thousand failures', async () => {
    const waits = await blocks(1100, 0.999)
    expect(Math.max(...waits)).toBeLessThanOrEqual(60_000)
    expect(waits.at(-1)).toBeGreaterThan(59_000)
  })

  it.each([0, 0.25, 0.5, 0.75, 0.999])('spreads the wait over its upper half (%f)', async (fraction) => {
    const [first = 0, second = 0] = await blocks(2, fraction)
    expect(first).toBeCloseTo(500 + 500 * fraction, 6)
    expect(second).toBeCloseTo(1000 + 1000 * fraction, 6)
  })

  it('gives back the error that blocks, and how much longer', async () => {
    const { backoff, clock } = createScene()
    backoff.failed(failure)
    await clock.advance(200)
    expect(backoff.block()).toEqual({ error: failure, forMs: 300 })
  })

  it('lets go exactly when the wait is over', async () => {
    const { backoff, clock } = createScene()
    backoff.failed(failure)
    await clock.advance(499)
    expect(backoff.block()).toBeDefined()
    await clock.advance(1)
    expect(backoff.block()).toBeUndefined()
  })

  it('keeps what it has learned when a block is over', async () => {
    const { backoff, clock } = createScene()
    backoff.failed(failure)
    await clock.advance(3_600_000)
    backoff.failed(failure)
    expect(backoff.block()?.forMs).toBe(1000)
  })

  it.each([1, 7, 120, 3600])(
    'waits at least as long as Retry-After says: %i s (RFC 9110 §10.2.3)',
    async (retryAfterSeconds) => {
      const busy = new NetworkError('server_unavailable', 'Later.', { status: 429, retryAfterSeconds })
      for (const wait of await blocks(3, 0, busy))
        expect(wait).toBeGreaterThanOrEqual(retryAfterSeconds * 1000)
    },
  )

  it.each([3601, 86_400, 1e12])(
    'lets no server silence a page for much longer than an hour (Retry-After: %i)',
    async (retryAfterSeconds) => {
      const busy = new NetworkError('server_unavailable', 'Later.', { status: 503, retryAfterSeconds })
      expect(await blocks(2, 0, busy)).toEqual([3_600_500, 3_601_000])
    },
  )

  it('backs off from errors that carry no Retry-After, of any kind', async () => {
    const refused = new ServerError('token_request_failed', 'No.', { error: 'slow_down' })
    expect(await blocks(2, 0, refused)).toEqual([500, 1000])
  })

  it('says by the wall clock when to try again', () => {
    const { backoff, clock } = createScene()
    expect(backoff.failed(failure)).toBe(clock.now().epochMs + 500)
  })

  it('does not care where the wall clock is moved to', () => {
    const { backoff, clock } = createScene()
    backoff.failed(failure)
    clock.moveWallClock(-86_400_000)
    expect(backoff.block()?.forMs).toBe(500)
    clock.moveWallClock(2 * 86_400_000)
    expect(backoff.block()?.forMs).toBe(500)
  })

  it('blocks for as long as somebody else waits, who has failed before', async () => {
    const { backoff, clock } = createScene()
    backoff.follow(failure, 700)
    expect(backoff.block()).toEqual({ error: failure, forMs: 700 })
    await clock.advance(700)
    expect(backoff.block()).toBeUndefined()
  })

  it('counts the failures of others as its own', async () => {
    const { backoff, clock } = createScene()
    backoff.follow(failure, 700)
    await clock.advance(700)
    backoff.failed(failure)
    expect(backoff.block()?.forMs).toBe(1000)
  })

  it('blocks for the longer of two waits, with the error that it is for', () => {
    const { backoff } = createScene()
    const other = new NetworkError('timeout', 'It took too long.')
    backoff.failed(failure)
    backoff.follow(other, 300)
    expect(backoff.block()).toEqual({ error: failure, forMs: 500 })
    backoff.follow(other, 800)
    expect(backoff.block()).toEqual({ error: other, forMs: 800 })
  })

  it.each([3_660_001, 1e12])(
    'lets no other page silence it for longer than a server could: %i ms',
    (forMs) => {
      const { backoff } = createScene()
      backoff.follow(failure, forMs)
      expect(backoff.block()?.forMs).toBe(3_660_000)
    },
  )

  it('forgets every failure when it is reset', () => {
    const { backoff } = createScene()
    for (let count = 0; count < 5; count++) backoff.failed(failure)
    backoff.reset()
    expect(backoff.block()).toBeUndefined()
    backoff.failed(failure)
    expect(backoff.block()?.forMs).toBe(500)
  })
})
