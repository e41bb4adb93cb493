import { describe, expect, it } from 'vitest'
import { env, isQuick } from '../test/env.ts'
import { seedGroups, story } from '../test/simulation/seeds.ts'
import { simulateClients } from '../test/simulation/simulate-clients.ts'

/** `SIMULATION_SEED`: one seed to replay, with everything that happens in it. `SIMULATION_SEEDS`: how many to go through. */
const { SIMULATION_SEED, SIMULATION_SEEDS = isQuick ? 100 : 500 } = env

/** Twenty times what it takes: a machine may be busy. */
const longMs = 150_000
const groups = seedGroups(Number(SIMULATION_SEEDS), 100)
const file = 'client-simulation.test.ts'

/** Up to four tabs, their history, a provider's pages and frames, a vault in some worlds: everything but the browser is real. */
describe('clients in the tabs of one browser, in any order of events', () => {
  it.skipIf(SIMULATION_SEED)(
    'are the same simulation each time, for the same seed',
    async () => {
      for (let seed = 1; seed <= 10; seed++) {
        expect(await simulateClients(seed)).toEqual(await simulateClients(seed))
      }
    },
    longMs,
  )

  it.skipIf(SIMULATION_SEED).each(groups)(
    'hold invariants 1 to 12 in every page that is awake, and once all is well again: seeds $from to $to',
    async ({ from, to }) => {
      for (let seed = from; seed <= to; seed++) {
        const result = await simulateClients(seed)
        if (result.violations.length > 0) throw new Error(story(file, result))
      }
    },
    longMs,
  )

  it.runIf(SIMULATION_SEED)('do what the seed of SIMULATION_SEED says', async () => {
    const result = await simulateClients(Number(SIMULATION_SEED))
    console.info(story(file, result))
    expect(result.violations).toEqual([])
  })
})
