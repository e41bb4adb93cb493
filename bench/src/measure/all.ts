import type { Browser } from '@playwright/test'
import type { Clock } from '../clock.ts'
import { versionsOf } from '../contestants.ts'
import { median } from '../median.ts'
import { farMs, type Network } from '../network.ts'
import type { Site } from '../site.ts'
import { difference, filesBeforeLogin, type Weight, weigh } from './bytes.ts'
import { type Expiry, measureExpiry } from './expiry.ts'
import { measureForgery } from './forgery.ts'
import { measureSignedOut, measureVisit, medianVisit, type Visit } from './visit.ts'

/** What was found out about one app. */
export interface Result {
  readonly id: string
  readonly title: string
  readonly isLatchkey: boolean
  readonly versions: readonly string[]
  readonly hasNoTokenCall: boolean
  /** More than the app weighs without an SDK. */
  readonly beforeLogin: Weight
  readonly inAll: Weight
  /** The medians, without latency and with `farMs` of it. */
  readonly near: Visit
  readonly far: Visit
  readonly forgery: 'refused' | 'taken'
  readonly expiry: Expiry
}

export interface Findings {
  readonly results: readonly Result[]
  /** The app without an SDK. */
  readonly bare: { readonly weight: Weight; readonly nearMs: number; readonly farMs: number }
}

/**
 * Measures all apps in turn. What takes time is measured in rounds, each of which begins with another app; what is
 * counted is measured once.
 */
export async function measureAll(
  [bare, ...contestants]: readonly Site[],
  {
    browser,
    network,
    clock,
    rounds,
  }: {
    readonly browser: Browser
    readonly network: Network
    readonly clock: Clock
    readonly rounds: number
  },
): Promise<Findings> {
  if (!bare) throw new Error('There is nothing to measure.')
  const bareWeight = weigh(bare, await filesBeforeLogin(browser, bare))
  const beforeLogin = new Map<Site, Weight>()
  for (const site of contestants) {
    beforeLogin.set(site, difference(weigh(site, await filesBeforeLogin(browser, site)), bareWeight))
  }

  const bareMs = { near: [] as number[], far: [] as number[] }
  const visits = { near: new Map<Site, Visit[]>(), far: new Map<Site, Visit[]>() }
  for (let round = 0; round < rounds; round += 1) {
    console.log(`round ${round + 1} of ${rounds}`)
    const order = contestants.map((_, i) => contestants[(i + round) % contestants.length] as Site)
    for (const distance of ['near', 'far'] as const) {
      network.latencyMs = distance === 'far' ? farMs : 0
      bareMs[distance].push(await measureSignedOut(browser, bare))
      for (const site of order) {
        const visit = await measureVisit(browser, site)
        visits[distance].set(site, [...(visits[distance].get(site) ?? []), visit])
      }
    }
  }
  network.latencyMs = 0

  const forgeries = new Map<Site, Result['forgery']>()
  for (const site of contestants) {
    console.log(`forged ID token: ${site.entry.title}`)
    forgeries.set(site, await measureForgery(browser, site))
  }

  const results: Result[] = []
  for (const site of contestants) {
    const { entry } = site
    console.log(`expired tokens: ${entry.title}`)
    clock.bend()
    const expiry = await measureExpiry(browser, site, clock)
    results.push({
      id: entry.id,
      title: entry.title,
      isLatchkey: entry.isLatchkey,
      versions: versionsOf(entry),
      hasNoTokenCall: entry.hasNoTokenCall ?? false,
      beforeLogin: beforeLogin.get(site) as Weight,
      // By now each has been loaded, signed in to, reloaded, renewed, and opened in several tabs.
      inAll: difference(weigh(site, site.app.files), bareWeight),
      near: medianVisit(visits.near.get(site) ?? []),
      far: medianVisit(visits.far.get(site) ?? []),
      forgery: forgeries.get(site) as Result['forgery'],
      expiry,
    })
  }
  return {
    results,
    bare: { weight: bareWeight, nearMs: median(bareMs.near), farMs: median(bareMs.far) },
  }
}
