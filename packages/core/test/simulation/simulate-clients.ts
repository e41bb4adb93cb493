import { createChance } from './chance.ts'
import { type ClientCalls, createClientCalls } from './client-calls.ts'
import { happen, people } from './client-events.ts'
import { type ClientWorld, createClientWorld } from './client-world.ts'
import { type ClientWorldOptions, pickOptions } from './client-world-options.ts'
import { orderCrypto } from './ordered-crypto.ts'
import { pauseMs } from './pause.ts'

/** What became of a simulation. */
export interface ClientSimulationResult {
  readonly seed: number
  readonly options: ClientWorldOptions
  readonly violations: readonly string[]
  /** What happened, a line each, by the time of the simulation. */
  readonly events: readonly string[]
}

/**
 * Some tabs of an app in a random order of events, all of it decided by the seed: the same seed is the same
 * simulation, to the millisecond.
 */
export async function simulateClients(seed: number): Promise<ClientSimulationResult> {
  const chance = createChance(seed ^ 0xc11e47)
  const options = pickOptions(chance)
  const crypto = orderCrypto()
  try {
    const world = await createClientWorld(seed, options, crypto)
    const calls = createClientCalls(world)
    await begin(world, calls)
    const steps = chance.between(5, 40)
    for (let step = 0; step < steps && world.violations.length === 0; step++) {
      happen(world, calls)
      await letTimePass(world)
    }
    if (world.violations.length === 0) await settle(world, calls)
    // Nobody is left to run into the next one.
    for (const tab of world.tabs) tab.close()
    return { seed, options, violations: world.violations, events: world.events }
  } finally {
    crypto.release()
  }
}

/** Somebody signs in, in the first tab, as a person would. */
async function begin(world: ClientWorld, calls: ClientCalls): Promise<void> {
  world.openTab(world.origin + world.chance.pick(['/', '/guarded?tab=1#details']))
  const [tab] = world.tabs
  await world.advance(500)
  if (world.options.hasNeighbour) {
    const [page] = world.shown()
    if (page?.neighbour) {
      const leaving = page.neighbour.login()
      world.invariants.clicked(page, leaving)
      void world.invariants.watch(page, 'login', leaving)
    }
    await world.advance(2000)
    if (tab) world.signIn(tab, people[0])
    await world.advance(5000)
  }
  const page = tab?.page()
  if (page && page.auth.getState().status === 'unauthenticated') calls.login(page)
  await world.advance(2000)
  if (tab) world.signIn(tab, people[0])
  await world.advance(1000)
}

async function letTimePass({ chance, options, advance }: ClientWorld): Promise<void> {
  const weights = { none: 10, moment: 30, second: 35, seconds: 15, minutes: 8, hours: 1 }
  // So many renewals are as good as more.
  await advance(pauseMs(chance, weights, 8000 * options.lifetimeSeconds))
}

/** Everything becomes well, and stays so until nothing is left to happen: then all tabs are to be of one mind. */
async function settle(world: ClientWorld, calls: ClientCalls): Promise<void> {
  const { network, note, invariants } = world
  note('* all is well again')
  Object.assign(network.weather, { mood: 'well', loss: 0, silence: 0 })
  world.setRefusing(false)
  world.setOnline(true, true)
  for (const tab of world.tabs) {
    if (!tab.isOpen) continue
    tab.page()?.thaw()
    tab.setVisible(true)
  }
  await world.advance(90_000)
  for (const page of world.shown()) page.wake('visible')
  await world.advance(30_000)
  for (const page of world.shown()) calls.ask(page)
  await world.advance(60_000)
  invariants.settled(world.shown())
}
