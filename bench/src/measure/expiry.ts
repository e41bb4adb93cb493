import type { Browser, BrowserContext, Page } from '@playwright/test'
import type { Clock } from '../clock.ts'
import { openApp, settle, signIn, untilDecided, withContext } from '../journeys.ts'
import { accessTokenSeconds, isTokenRequest } from '../provider.ts'
import type { Site } from '../site.ts'
import { heapOf } from './heap.ts'

/** What many callers at once do to the provider, and to the session. */
export interface Rush {
  readonly refreshes: number
  /** Refreshes that the provider refused. */
  readonly refused: number
  /** Calls that came to nothing. */
  readonly failed: number
  /** Tabs that were not left, and can still call an API when the next token has expired. */
  readonly alive: number
}

export interface Expiry {
  /** How often the component with the name is rendered by a refresh. */
  readonly renders: number
  /** Bytes by which the heaps of the page and of its shared worker grow in 200 refreshes. */
  readonly heapGrowth: number
  /** 200 calls at once for a token that has expired. */
  readonly callers: Rush
  /** A call in each of six tabs at once, the same. */
  readonly tabs: Rush
}

const callerCount = 200
const tabCount = 6
const refreshCount = 200

export async function measureExpiry(browser: Browser, site: Site, clock: Clock): Promise<Expiry> {
  const one = await withContext(browser, site, async (context) => {
    const page = await openSignedIn(context, site)
    const renders = await rendersOfRefresh(page, clock)
    const heapGrowth = await heapGrowthOfRefreshes(context, page)
    const callers = await rush([page], { site, clock, callsInEach: callerCount })
    return { renders, heapGrowth, callers }
  })
  return withContext(browser, site, async (context) => {
    const pages: Page[] = []
    for (let i = 0; i < tabCount; i += 1) pages.push(await openSignedIn(context, site))
    return { ...one, tabs: await rush(pages, { site, clock, callsInEach: 1 }) }
  })
}

/** A tab of the app; where it does not find the session of the others, the person signs in to it. */
async function openSignedIn(context: BrowserContext, site: Site): Promise<Page> {
  const page = await context.newPage()
  await openApp(page, site)
  if ((await untilDecided(page)) === 'signed out') await signIn(page, site)
  await settle(page)
  return page
}

async function expire(page: Page, clock: Clock): Promise<void> {
  await clock.advance(page, accessTokenSeconds + 1)
}

async function rendersOfRefresh(page: Page, clock: Clock): Promise<number> {
  const before = await page.evaluate(() => window.bench.renders)
  await expire(page, clock)
  await page.evaluate(() => window.bench.calls?.getAccessToken())
  await settle(page)
  return (await page.evaluate(() => window.bench.renders)) - before
}

async function heapGrowthOfRefreshes(context: BrowserContext, page: Page): Promise<number> {
  await page.evaluate(renewOften, 10)
  const before = await heapOf(context, page)
  await page.evaluate(renewOften, refreshCount)
  return (await heapOf(context, page)) - before
}

/** Runs in the page, and lets each renewal be rendered, so that the next one finds the newest calls. */
async function renewOften(count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) {
    await window.bench.calls?.renew()
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

async function rush(
  pages: readonly Page[],
  { site, clock, callsInEach }: { readonly site: Site; readonly clock: Clock; readonly callsInEach: number },
): Promise<Rush> {
  const { provider } = site
  const [first] = pages
  if (!first) throw new Error('No tab is open.')
  const before = provider.requests.length
  await Promise.all(pages.map((page) => page.evaluate(() => (window.bench.isSamePage = true))))
  await expire(first, clock)
  // The other tabs and the workers are told by a channel.
  await settle(first, 50)
  const call = (page: Page) => page.evaluate(callAtOnce, callsInEach).catch(() => callsInEach)
  const failed = await Promise.all(pages.map(call))
  await settle(first, 1000)
  const refreshes = provider.requests.slice(before).filter((request) => isTokenRequest(request))
  // A session may be dead and not know it until its token has expired again.
  await expire(first, clock)
  await settle(first, 50)
  const { apiUrl } = provider.idp
  let alive = 0
  // A page that is left meanwhile has lost what the person was doing.
  const isAlive = (page: Page) => page.evaluate(canCall, `${apiUrl}/me`).catch(() => false)
  for (const page of pages) if (await isAlive(page)) alive += 1
  return {
    refreshes: refreshes.filter(({ method }) => method === 'POST').length,
    refused: refreshes.filter(({ status = 0 }) => status >= 400).length,
    failed: failed.reduce((sum, count) => sum + count, 0),
    alive,
  }
}

/** Runs in the page. @returns how many calls gave no token */
async function callAtOnce(count: number): Promise<number> {
  const { calls } = window.bench
  if (!calls) throw new Error('The app has no calls.')
  const results = await Promise.allSettled(Array.from({ length: count }, () => calls.getAccessToken()))
  return results.filter((result) => result.status === 'rejected' || !result.value).length
}

/** Runs in the page. */
async function canCall(url: string): Promise<boolean> {
  try {
    const waited = new Promise<never>((_resolve, reject) => setTimeout(reject, 5000))
    const response = await Promise.race([window.bench.calls?.callApi(url), waited])
    return response?.status === 200 && window.bench.isSamePage === true
  } catch {
    return false
  }
}
