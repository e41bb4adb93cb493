import type { ClientCalls } from './client-calls.ts'
import type { ClientWorld } from './client-world.ts'
import { isAtCallback, route } from './simulated-app.ts'
import type { SimulatedPage } from './simulated-page.ts'
import type { WindowTab } from './window-tab.ts'

/** Who signs in. */
export const people = ['alice', 'bob'] as const

const mostTabs = 4
const addresses = [
  '/',
  '/guarded?tab=1#details',
  '/guarded?q=%C3%A4%20b&q=',
  '/?code=of-another-kind&state=none#x=%20',
  '/callback?lang=de%20CH&code=SENTINEL-code-of-somebody&state=somebody.else',
  '/callback',
] as const

/** One thing that a person, an app, a browser or a network does. */
export function happen(world: ClientWorld, calls: ClientCalls): void {
  const { chance, network, note, options, timeline, invariants, workers, origin } = world
  const open = world.tabs.filter(({ isOpen }) => isOpen)
  const [firstTab, ...otherTabs] = open
  if (!firstTab) {
    world.openTab(origin + chance.pick(addresses))
    return
  }
  const tab = chance.pick([firstTab, ...otherTabs])
  const awake = world.shown().filter(({ loop }) => !loop.isFrozen)
  const shown = tab.page()
  const page = shown?.loop.isAlive && !shown.loop.isFrozen ? shown : undefined
  const onPage = (act: (page: SimulatedPage) => void): void => {
    if (page) act(page)
  }
  const event = chance.weighted({
    'answer at the provider': 30,
    ask: 12,
    'all ask': 6,
    force: 5,
    fetch: 10,
    'log in': 8,
    'log out': 3,
    'log out here': 3,
    reload: 8,
    'open a tab': 6,
    duplicate: 4,
    close: 3,
    'go to a guard': 5,
    'go elsewhere': 3,
    back: 6,
    forward: 4,
    'open the last answer again': 2,
    'provider refuses everybody': 2,
    stop: 1,
    'mount the callback again': 3,
    ready: 3,
    freeze: 4,
    thaw: 7,
    hide: 4,
    show: 8,
    sleep: 3,
    'go offline': 3,
    'go online': 6,
    'provider mood': 4,
    'lose the worker': options.keeper === 'memory' ? 0 : 2,
  })
  note(`* ${event} (tab ${tab.number})`)
  switch (event) {
    case 'answer at the provider': {
      const asked = open.find((each) => each.signInUrl() !== undefined)
      if (asked) answerAtProvider(world, asked)
      return
    }
    case 'ask':
      onPage((each) => calls.ask(each))
      return
    case 'all ask':
      for (const each of awake) calls.ask(each)
      return
    case 'force':
      onPage((each) => calls.ask(each, { forceRefresh: true }))
      return
    case 'fetch':
      onPage(calls.fetch)
      return
    case 'log in':
      onPage(calls.login)
      return
    case 'log out':
    case 'log out here':
      onPage((each) => calls.logout(each, event === 'log out here'))
      return
    case 'reload':
      invariants.gesture(tab)
      tab.reload()
      return
    case 'open a tab':
      if (open.length < mostTabs) world.openTab(origin + chance.pick(addresses))
      return
    case 'duplicate':
      if (open.length < mostTabs && page) world.openTab(page.href(), tab)
      return
    case 'close':
      tab.close()
      return
    case 'go to a guard':
      onPage((each) => {
        if (isAtCallback(each)) return
        each.touch()
        invariants.gesture(tab)
        each.show(origin + chance.pick(['/guarded?tab=1#details', '/guarded?q=%C3%A4%20b&q=']))
        route(world, each)
      })
      return
    case 'go elsewhere':
      invariants.gesture(tab)
      tab.goTo(origin + chance.pick(addresses))
      return
    case 'back':
    case 'forward':
      tab.step(event === 'back' ? -1 : 1)
      return
    case 'open the last answer again':
      invariants.gesture(tab)
      tab.repeatRedirect()
      return
    case 'provider refuses everybody':
      world.setRefusing(chance.happens(0.5))
      return
    case 'stop':
      tab.stop()
      return
    case 'mount the callback again':
      onPage((each) => {
        if (isAtCallback(each)) route(world, each)
      })
      return
    case 'ready':
      onPage(calls.ready)
      return
    case 'freeze':
      shown?.freeze()
      return
    case 'thaw':
      shown?.thaw()
      return
    case 'hide':
      tab.setVisible(false)
      return
    case 'show':
      shown?.thaw()
      tab.setVisible(true)
      return
    case 'sleep':
      timeline.sleep(chance.between(1000, 8 * 3_600_000))
      if (options.isLossy) network.cutOff()
      for (const each of awake) if (each.tab.isVisible && chance.happens(0.7)) each.wake('visible')
      return
    case 'go offline':
      world.setOnline(false, chance.happens(0.7))
      return
    case 'go online':
      world.setOnline(true, chance.happens(0.7))
      return
    case 'provider mood':
      network.weather.mood = chance.pick(['well', 'well', 'slow', 'down', 'busy'])
      network.weather.loss = options.isLossy ? chance.pick([0, 0.1, 0.4]) : 0
      network.weather.silence = chance.pick([0, 0, 0.2, 1])
      return
    case 'lose the worker':
      if (chance.happens(0.7)) workers.crash()
      else workers.hang()
  }
}

function answerAtProvider(world: ClientWorld, tab: WindowTab): void {
  const { chance, provider, network } = world
  const url = tab.signInUrl()
  if (url === undefined || !network.weather.isOnline) return
  const how = chance.weighted({ 'signs in': 80, refuses: 8, 'another issuer': 4, 'goes back': 8 })
  world.note(`the person at tab ${tab.number} ${how}`)
  if (how === 'signs in') world.signIn(tab, chance.happens(0.8) ? people[0] : people[1])
  else if (how === 'refuses')
    tab.redirect(provider.refuse(url, chance.pick(['access_denied', 'login_required'])))
  else if (how === 'goes back') tab.step(-1)
  else tab.redirect(provider.misanswer(url))
}
