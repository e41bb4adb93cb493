import { describe, expect, it } from 'vitest'
import { env, isQuick } from '../../test/env.ts'
import { type SimulationResult, simulate } from '../../test/simulation/simulate.ts'

/** A seed to replay, with everything that happens in it. */
const { SIMULATION_SEED } = env

const seedsPerTest = 1000
const batches = Array.from({ length: isQuick ? 1 : 10 }, (_, index) => ({
  from: index * seedsPerTest + 1,
  to: (index + 1) * seedsPerTest,
}))

/** How a seed went, for whoever has to find out why, and how to see it again. */
function story({ seed, options, violations, events }: SimulationResult): string {
  return [
    ...violations,
    '',
    `SIMULATION_SEED=${seed} node node_modules/vitest/vitest.mjs run --config vitest.workspace.ts --project core packages/core/src/keeper/tabs-simulation.test.ts`,
    JSON.stringify(options),
    ...events,
  ].join('\n')
}

/** Up to six tabs that share a session, with every failure that a network, a browser or a person is capable of. */
describe('tabs in any order of events', () => {
  it.skipIf(SIMULATION_SEED)('are the same simulation each time, for the same seed', async () => {
    for (let seed = 1; seed <= 20; seed++) expect(await simulate(seed)).toEqual(await simulate(seed))
  })

  it.skipIf(SIMULATION_SEED).each(batches)(
    'send no refresh token twice, end no session without a reason, mix up no users and settle every promise: seeds $from to $to (RFC 9700 §4.14.2)',
    async ({ from, to }) => {
      for (let seed = from; seed <= to; seed++) {
        const result = await simulate(seed)
        if (result.violations.length > 0) throw new Error(story(result))
      }
    },
    // Ten times what it takes: a machine may be busy.
    150_000,
  )

  it.runIf(SIMULATION_SEED)('do what the seed of SIMULATION_SEED says', async () => {
    const result = await simulate(Number(SIMULATION_SEED))
    console.info(story(result))
    expect(result.violations).toEqual([])
  })
})
