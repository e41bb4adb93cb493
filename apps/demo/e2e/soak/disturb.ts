import { setTimeout as sleep } from 'node:timers/promises'
import type { Idp } from '@latchkey/idp'
import { type BrowserContext, expect, type Page } from '@playwright/test'
import type { DemoServer } from '../demo-server.ts'
import { header, person } from '../journeys.ts'
import { setLifecycle } from '../lifecycle.ts'
import type { Disturbance } from './plan.ts'

/** What is disturbed. */
export interface Soaked {
  readonly context: BrowserContext
  readonly tabs: readonly Page[]
  readonly idp: Idp
  readonly demo: DemoServer
  /** How long the access token is good that the tabs have by now. */
  readonly secondsLeft: () => Promise<number>
  /** Gets what happens: it grows. */
  readonly diary: Happening[]
  /** Called with a tab that was loaded anew, and in the session again. */
  readonly onReload: (tab: Page) => Promise<void>
}

/** A disturbance, when it began and when it was over, in milliseconds since the epoch. */
export interface Happening {
  readonly what: string
  readonly startedAt: number
  endedAt: number | undefined
}

/** However busy the machine is: what is looked at is whether, not when. */
const patienceMs = 60_000

/**
 * Lets a plan happen, in its order and with its pauses: on a slow machine it takes longer, and no more happens at once.
 * Pages are loaded one after the other, and none while the network or the provider is away.
 */
export async function disturb(plan: readonly Disturbance[], until: number, soaked: Soaked): Promise<void> {
  const all: Promise<void>[] = []
  const ofTab = new Map<number, Promise<void>>()
  let load: Promise<void> | undefined
  let away: Promise<void> | undefined
  let before = 0

  for (const each of plan) {
    await sleep(each.at - before)
    before = each.at
    const isLoad = each.what === 'reload'
    const isAboutAll = !('tab' in each)
    await Promise.all(['tab' in each && ofTab.get(each.tab), (isLoad || isAboutAll) && load, away])
    if (each.what !== 'release') await untilRefreshed(soaked.secondsLeft)
    if (Date.now() >= until) break
    const entry: Happening = { what: nameOf(each), startedAt: Date.now(), endedAt: undefined }
    soaked.diary.push(entry)
    const happening = play(each, soaked).then(() => {
      entry.endedAt = Date.now()
    })
    all.push(happening)
    if ('tab' in each) ofTab.set(each.tab, happening)
    else away = happening
    if (isLoad) load = happening
  }
  await Promise.all(all)
}

function nameOf(each: Disturbance): string {
  return 'tab' in each ? `${each.what} of tab ${each.tab}` : each.what
}

/**
 * Whoever is cut off between asking for a new token and hearing of it has lost it: a provider that rotates has counted
 * the old one as used, and there is nothing that a client can do but use it again (RFC 9700 §4.14.2). So that every reuse
 * is the client's own fault, things happen while the tabs have a fresh token, and long before the next one is asked for.
 */
async function untilRefreshed(secondsLeft: Soaked['secondsLeft']): Promise<void> {
  const giveUpAt = Date.now() + 20_000
  while ((await secondsLeft()) < 2.5 && Date.now() < giveUpAt) await sleep(100)
}

async function play(each: Disturbance, { context, tabs, idp, demo, onReload }: Soaked): Promise<void> {
  const last = (): Promise<void> => sleep(each.forMs)
  switch (each.what) {
    case 'release':
      demo.release()
      return
    case 'provider down':
      await idp.goDown()
      await last()
      return idp.comeUp()
    case 'all offline':
      await context.setOffline(true)
      await last()
      return context.setOffline(false)
  }
  const tab = tabs[each.tab] as Page
  switch (each.what) {
    case 'reload':
      await tab.reload({ timeout: patienceMs })
      await expect(header(tab).getByText(person('alice').claims.name)).toBeVisible({ timeout: patienceMs })
      return onReload(tab)
    case 'sleep':
      await setLifecycle(tab, 'frozen')
      await last()
      return setLifecycle(tab, 'active')
    case 'tab offline': {
      const session = await context.newCDPSession(tab)
      const unlimited = { latency: 0, downloadThroughput: -1, uploadThroughput: -1 }
      await session.send('Network.enable')
      await session.send('Network.emulateNetworkConditions', { offline: true, ...unlimited })
      await last()
      await session.send('Network.emulateNetworkConditions', { offline: false, ...unlimited })
      return session.detach()
    }
  }
}
