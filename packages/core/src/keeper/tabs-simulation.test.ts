import { describe, expect, it } from 'vitest'
import { env, isQuick } from '../../test/env.ts'
import { seedGroups, story } from '../../test/simulation/seeds.ts'
import { simulate } from '../../test/simulation/simulate.ts'

/** A seed to replay, with everything that happens in it. */
const { SIMULATION_SEED } = env

const groups = seedGroups(isQuick ? 1000 : 10_000, 1000)
const file = 'keeper/tabs-simulation.test.ts'

/** Up to six tabs that share a session, with every failure that a network, a browser or a person is capable of. */
describe('tabs in any order of events', () => {
  it.skipIf(SIMULATION_SEED)('are the same simulation each time, for the same seed', async () => {
    for (let seed = 1; seed <= 20; seed++) expect(await simulate(seed)).toEqual(await simulate(seed))
  })

  it.skipIf(SIMULATION_SEED).each(groups)(
    'send no refresh token twice, end no session without a reason, mix up no users and settle every promise: seeds $from to $to (RFC 9700 §4.14.2)',
    async ({ from, to }) => {
      for (let seed = from; seed <= to; seed++) {
        const result = await simulate(seed)
        if (result.violations.length > 0) throw new Error(story(file, result))
      }
    },
    // Ten times what it takes: a machine may be busy.
    150_000,
  )

  it.runIf(SIMULATION_SEED)('do what the seed of SIMULATION_SEED says', async () => {
    const result = await simulate(Number(SIMULATION_SEED))
    console.info(story(file, result))
    expect(result.violations).toEqual([])
  })
})
