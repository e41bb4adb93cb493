import type { Browser, Cookie, Page } from '@playwright/test'
import type { Told } from '../../app/tell.ts'
import { openApp, settle, signIn, toldAfter, untilDecided, withContext } from '../journeys.ts'
import { median } from '../median.ts'
import type { ProviderRequest } from '../provider.ts'
import type { Site } from '../site.ts'

/** From a request for a page until the name is there. Undefined where it does not come. */
export interface Arrival {
  readonly ms: number
  /** What the provider was asked until then, preflights too. */
  readonly requests: number
  /** How many of them had to wait for another. */
  readonly inSequence: number
}

/** What one person meets who opens the app, signs in, reloads, and opens it in another tab. */
export interface Visit {
  /** From the start of the navigation until "You are signed out" is painted, with nothing cached. */
  readonly signedOutMs: number
  readonly callback: Arrival | undefined
  readonly reload: Arrival | undefined
  readonly secondTab: Arrival | undefined
  /** Of a call for a token that is good. */
  readonly tokenCallUs: number
}

export async function measureVisit(browser: Browser, site: Site): Promise<Visit> {
  const person = await personOf(browser, site)
  return withContext(browser, site, async (context) => {
    const page = await context.newPage()
    const signedOutMs = await openSignedOut(page, site)
    await settle(page)

    await context.addCookies(person)
    const callback = await arrivalAfter(site, () => signIn(page, site))
    await settle(page)
    const reload = await arrivalAfter(site, () => toldAfter(page, () => page.reload()))
    await settle(page)
    if ((await untilDecided(page)) === 'signed out') await signIn(page, site)
    const tokenCallUs = await page.evaluate(timeTokenCalls)

    const tab = await context.newPage()
    const secondTab = await arrivalAfter(site, () => toldAfter(tab, () => openApp(tab, site)))
    return { signedOutMs, callback, reload, secondTab, tokenCallUs }
  })
}

/** The first figure of a visit alone, for an app that nobody can sign in to. */
export async function measureSignedOut(browser: Browser, site: Site): Promise<number> {
  return withContext(browser, site, async (context) => openSignedOut(await context.newPage(), site))
}

async function openSignedOut(page: Page, site: Site): Promise<number> {
  return (await toldAfter(page, () => openApp(page, site))).sinceStart
}

/** The median of each figure. An arrival that failed in half of the rounds has failed. */
export function medianVisit(visits: readonly Visit[]): Visit {
  const figure = (of: (visit: Visit) => number): number => median(visits.map(of))
  const arrival = (of: (visit: Visit) => Arrival | undefined): Arrival | undefined => {
    const arrivals = visits.map(of).filter((one) => one !== undefined)
    if (arrivals.length * 2 <= visits.length) return undefined
    return {
      ms: median(arrivals.map(({ ms }) => ms)),
      requests: median(arrivals.map(({ requests }) => requests)),
      inSequence: median(arrivals.map(({ inSequence }) => inSequence)),
    }
  }
  return {
    signedOutMs: figure(({ signedOutMs }) => signedOutMs),
    callback: arrival(({ callback }) => callback),
    reload: arrival(({ reload }) => reload),
    secondTab: arrival(({ secondTab }) => secondTab),
    tokenCallUs: figure(({ tokenCallUs }) => tokenCallUs),
  }
}

const people = new WeakMap<Site, Cookie[]>()

/** Whom the provider knows already, so that nobody waits in a visit for a form to be filled. */
async function personOf(browser: Browser, site: Site): Promise<Cookie[]> {
  const known = people.get(site)
  if (known) return known
  const cookies = await withContext(browser, site, async (context) => {
    const page = await context.newPage()
    await openApp(page, site)
    await signIn(page, site)
    return context.cookies()
  })
  people.set(site, cookies)
  return cookies
}

async function arrivalAfter({ app, provider }: Site, go: () => Promise<Told>): Promise<Arrival | undefined> {
  const before = app.navigations.length
  const { status, at } = await go()
  if (status === 'signed out') return undefined
  const start = app.navigations[before]
  if (start === undefined) throw new Error('The app was not loaded.')
  const asked = provider.requests.filter((request) => request.at >= start && request.at <= at)
  return { ms: at - start, requests: asked.length, inSequence: countInSequence(asked) }
}

/** The longest chain of requests of which none began before the one before it was answered. */
function countInSequence(requests: readonly ProviderRequest[]): number {
  const byEnd = requests
    .map(({ at, endedAt = Number.POSITIVE_INFINITY }) => ({ at, endedAt }))
    .sort((a, b) => a.endedAt - b.endedAt)
  let count = 0
  let free = Number.NEGATIVE_INFINITY
  for (const { at, endedAt } of byEnd) {
    if (at < free) continue
    count += 1
    free = endedAt
  }
  return count
}

/** Runs in the page: calls one after another for a fifth of a second, after a warm-up. */
async function timeTokenCalls(): Promise<number> {
  const { calls } = window.bench
  if (!calls) throw new Error('The app has no calls.')
  let took = 0
  for (const budgetMs of [100, 200]) {
    const start = performance.now()
    let count = 0
    do {
      for (let i = 0; i < 10; i += 1) await calls.getAccessToken()
      count += 10
    } while (performance.now() - start < budgetMs)
    took = ((performance.now() - start) / count) * 1000
  }
  return took
}
