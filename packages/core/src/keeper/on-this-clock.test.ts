import { expect, it } from 'vitest'
import { createManualClock } from '../../test/manual-clock.ts'
import { onThisClock } from './on-this-clock.ts'

it('a moment of another page is as long ago here, and never yet to come', async () => {
  const clock = createManualClock()
  const before = clock.now()
  await clock.advance(5000)
  expect(onThisClock(before.epochMs, clock)).toEqual(before)
  const now = clock.now()
  expect(onThisClock(now.epochMs + 60_000, clock).monotonicMs).toBe(now.monotonicMs)
})
