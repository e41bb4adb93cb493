import { createChance } from './chance.ts'
import { pauseMs } from './pause.ts'
import { createWorld, type World, type WorldOptions } from './world.ts'

/** What became of a simulation. */
export interface SimulationResult {
  readonly seed: number
  readonly options: WorldOptions
  readonly violations: readonly string[]
  /** What happened, a line each, by the time of the simulation. */
  readonly events: readonly string[]
}

const users = ['alice', 'bob'] as const
const apis = ['urn:api:orders', 'urn:api:invoices'] as const
const mostTabs = 6

/**
 * Some tabs of an app in a random order of events, all of it decided by the seed: the same seed is the same
 * simulation, to the millisecond.
 */
export async function simulate(seed: number): Promise<SimulationResult> {
  const chance = createChance(seed ^ 0x5eed)
  const tabs = chance.between(1, mostTabs)
  const options: WorldOptions = {
    lifetimeSeconds: chance.pick([5, 40, 300, 300, 3600]),
    isLossy: chance.happens(0.3),
    rotates: chance.happens(0.9),
    givesRefreshTokens: chance.happens(0.93),
    hasLender: chance.happens(0.15),
    storageMs: chance.pick([0, 3, 30]),
  }
  const world = createWorld(seed, options)
  for (let count = 0; count < tabs; count++) void world.open().restore()
  const steps = chance.between(5, 40)
  const [first] = world.tabs
  if (first) signIn(world, first.number, users[0])
  await world.advance(1000)
  for (let step = 0; step < steps && world.violations.length === 0; step++) {
    happen(world, options)
    await letTimePass(world, options)
  }
  if (world.violations.length === 0) await settle(world, options)
  return { seed, options, violations: world.violations, events: world.events }
}

function signIn(world: World, tabNumber: number, user: string): void {
  world.note(`${user} returns from the provider to tab ${tabNumber}`)
  world.tabs[tabNumber - 1]?.signIn(user)
}

/** One thing that a person, an app, a browser or a network does. */
function happen(world: World, { isLossy }: WorldOptions): void {
  const { chance, provider, note } = world
  const [first, ...others] = world.living()
  if (!first) {
    void world.open().restore()
    return
  }
  const tab = chance.pick([first, ...others])
  const awake = world.living().filter(({ isFrozen }) => !isFrozen)
  const event = chance.weighted({
    ask: 30,
    'all ask': 8,
    force: 8,
    'all force': 5,
    'ask for a long time': 5,
    'ask for an API': 7,
    'all ask for APIs': 3,
    'force for an API': 3,
    abort: 3,
    freeze: 6,
    thaw: 9,
    close: 3,
    open: 5,
    'sign in': 5,
    'sign out': 3,
    'two at once': 2,
    'go offline': 3,
    'go online': 6,
    hide: 6,
    show: 10,
    'provider mood': 5,
    sleep: 3,
  })
  note(`* ${event} (tab ${tab.number})`)
  switch (event) {
    case 'ask':
      if (!tab.isFrozen) tab.ask({})
      return
    case 'all ask':
      for (const each of awake) each.ask({})
      return
    case 'force':
      if (!tab.isFrozen) tab.ask({ forceRefresh: true })
      return
    case 'all force':
      for (const each of awake) each.ask({ forceRefresh: true })
      return
    case 'ask for a long time':
      if (!tab.isFrozen) tab.ask({ minValiditySeconds: chance.between(1, 5000) })
      return
    case 'ask for an API':
      if (!tab.isFrozen) tab.ask({ resource: chance.pick(apis) })
      return
    case 'all ask for APIs':
      for (const each of awake) each.ask({ resource: chance.pick(apis) })
      return
    case 'force for an API':
      if (!tab.isFrozen) tab.ask({ resource: chance.pick(apis), forceRefresh: true })
      return
    case 'abort':
      if (!tab.isFrozen) tab.abort()
      return
    case 'freeze':
      tab.freeze()
      return
    case 'thaw':
      tab.thaw()
      return
    case 'close':
      tab.close()
      return
    case 'open':
      if (world.living().length < mostTabs) void world.open().restore()
      return
    case 'sign in':
      if (!tab.isFrozen) signIn(world, tab.number, chance.pick(users))
      return
    case 'sign out':
      if (!tab.isFrozen) tab.signOut()
      return
    case 'two at once': {
      const other = chance.pick([first, ...others])
      if (!tab.isFrozen) signIn(world, tab.number, chance.pick(users))
      if (other.isFrozen) return
      if (chance.happens(0.5)) signIn(world, other.number, chance.pick(users))
      else other.signOut()
      return
    }
    case 'go offline':
      world.setOnline(false, chance.happens(0.7))
      return
    case 'go online':
      world.setOnline(true, chance.happens(0.7))
      return
    case 'hide':
      tab.setVisible(false)
      return
    case 'show':
      tab.thaw()
      tab.setVisible(true)
      return
    case 'provider mood':
      provider.weather.mood = chance.pick(['well', 'well', 'slow', 'down', 'busy'])
      provider.weather.loss = isLossy ? chance.pick([0, 0.1, 0.4]) : 0
      return
    case 'sleep':
      world.timeline.sleep(chance.between(1000, 8 * 3_600_000))
      if (isLossy) provider.cutOff()
      for (const each of awake) if (each.isVisible && chance.happens(0.7)) each.wake('visible')
  }
}

async function letTimePass(world: World, { lifetimeSeconds }: WorldOptions): Promise<void> {
  const weights = { none: 15, moment: 40, second: 20, seconds: 15, minutes: 7, hours: 1 }
  // So many renewals are as good as more.
  const ms = pauseMs(world.chance, weights, 20_000 * lifetimeSeconds)
  if (ms > 0) await world.advance(ms)
}

/** Everything becomes well, and stays so until nothing is left to happen: then all tabs are to be of one mind. */
async function settle(world: World, options: WorldOptions): Promise<void> {
  const { provider, note } = world
  note('* all is well again')
  Object.assign(provider.weather, { mood: 'well', loss: 0 })
  world.setOnline(true, true)
  for (const tab of world.living()) {
    tab.thaw()
    tab.setVisible(true)
  }
  await world.advance(90_000)
  for (const tab of world.living()) tab.wake('visible')
  await world.advance(30_000)
  for (const tab of world.living()) tab.ask({})
  await world.advance(60_000)
  const living = world.living()
  for (const tab of living) {
    if (tab.calls.some(({ settledMs }) => settledMs === undefined))
      world.violated(`tab ${tab.number}: a promise that does not settle`)
  }
  // Where a sign-in that replaced another is gone with what was lost, whoever missed both keeps the older one.
  const isCertain = provider.families.every(({ isExcused }) => !isExcused)
  const present = new Set(living.map((tab) => tab.family()))
  if (isCertain && present.size > 1) {
    const list = living.map((tab) => `tab ${tab.number}: ${tab.family()?.number ?? 'nobody'}`)
    world.violated(`the tabs are not of one mind: ${list.join(', ')}`)
  }
  for (const family of provider.families) {
    if (family.isExcused || !family.isRevoked || !options.rotates) continue
    if (living.some((tab) => tab.family() === family)) {
      world.violated(`family ${family.number} was revoked, though nobody signed out`)
    }
  }
}
