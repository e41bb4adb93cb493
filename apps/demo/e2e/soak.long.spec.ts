import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from '@playwright/test'
import { clientOf } from './client-of-page.ts'
import { expectSignedIn, openTabInSession, orders, signIn, visit } from './journeys.ts'
import { disturb, type Happening } from './soak/disturb.ts'
import { growthOf, type Sample, watchHeapOf, watchHeapOfWorker } from './soak/heap.ts'
import { planSoak } from './soak/plan.ts'
import { disturbedSeconds, lifetimeSeconds, soakSeed } from './soak/settings.ts'
import { tellAround } from './soak/story.ts'
import { watchTraffic } from './soak/traffic.ts'
import { expect, test } from './test.ts'

const tabCount = 10
/** A sleep of this length ends every token meanwhile; in a long soak some are longer. */
const longestMs = Math.min(60_000, Math.max(6000, disturbedSeconds * 100))
const sampleMs = Math.min(20_000, Math.max(2000, disturbedSeconds * 20))
/** What is planned for a short soak takes longer on a busy machine, and is not to take for ever. */
const leastSeconds = 30
/** In less time a program only gets to know its way about, and of what it then has nobody could say that it grows. */
const leastSecondsForHeap = 300

test.use({ accessTokenSeconds: lifetimeSeconds })
test.setTimeout(240_000 + disturbedSeconds * 2000)

test('the same seed brings the same events, in the same order', () => {
  const planOf = (seed: number) => planSoak({ seed, seconds: disturbedSeconds, tabs: tabCount, longestMs })
  expect(planOf(soakSeed)).toEqual(planOf(soakSeed))
  expect(planOf(soakSeed)).not.toEqual(planOf(soakSeed + 1))
  const kinds = new Set(planOf(soakSeed).map(({ what }) => what))
  expect([...kinds].sort()).toEqual([
    'all offline',
    'provider down',
    'release',
    'reload',
    'sleep',
    'tab offline',
  ])
})

for (const keeper of ['memory', 'vault'] as const) {
  test.describe(`with the tokens in ${keeper}`, () => {
    test.use({ keeper })

    test(`ten tabs live on tokens of five seconds through reloads, sleep, cuts and releases (seed ${soakSeed})`, async ({
      browser,
      context,
      idp,
      demo,
      messages,
      problems,
      servers: { passed },
    }, info) => {
      // What a cut does; and `exp` is in whole seconds: with so short a life some calls come too late.
      problems.allow(/ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_REFUSED|ERR_NETWORK_CHANGED|status of 401/)
      // What reads such an answer is loaded for it, and a release may have taken it away: the app hears what the API said.
      problems.allow(/status of 404 .*\/assets\//)
      const ends: { at: number; text: string }[] = []
      const watchState = async (tab: Page): Promise<void> => {
        const client = await clientOf(tab)
        await client.evaluate(({ on, explain }) => {
          on('state', ({ state }) => {
            if (state.status !== 'authenticated') console.info(`session lost: ${explain().sentence}`)
          })
        })
      }
      context.on('console', (message) => {
        if (!message.text().startsWith('session lost: ')) return
        const tab = tabs.indexOf(message.page() as Page)
        ends.push({ at: Date.now(), text: `tab ${tab}: ${message.text()}` })
      })
      const first = await context.newPage()
      await signIn(first)
      await visit(first, 'Orders')
      const tabs = [first]
      while (tabs.length < tabCount) tabs.push(await openTabInSession(context, '/orders'))
      for (const tab of tabs) {
        await watchState(tab)
        await tab.evaluate(callApiAllTheTime)
      }
      await context.addInitScript(callApiAllTheTime)

      const plan = planSoak({ seed: soakSeed, seconds: disturbedSeconds, tabs: tabCount, longestMs })
      const measure = {
        page: await watchHeapOf(first),
        ...(keeper === 'vault' && { vault: await watchHeapOfWorker(browser) }),
      }
      const heaps = Object.entries(measure).map(([of, bytes]) => ({ of, bytes, series: [] as Sample[] }))
      const traffic = watchTraffic(idp)
      const diary: Happening[] = []
      const soakedAt = Date.now()
      const elapsedSeconds = (): number => (Date.now() - soakedAt) / 1000
      let isOver = false
      const watch = async (): Promise<void> => {
        for (let next = soakedAt; !isOver; await sleep(500)) {
          traffic.collect()
          // There are too many to look for them all.
          passed.splice(0, passed.length - 100)
          messages.keepLatest(1000)
          if (Date.now() < next) continue
          next += sampleMs
          for (const { bytes, series } of heaps)
            series.push({ atSeconds: elapsedSeconds(), bytes: await bytes() })
        }
      }
      const watching = watch()
      const client = await clientOf(first)
      const secondsLeft = (): Promise<number> =>
        client.evaluate(({ explain }) => ((explain().session?.accessTokenExpiresAt ?? 0) - Date.now()) / 1000)
      const until = soakedAt + Math.max(disturbedSeconds, leastSeconds) * 1000
      await disturb(plan, until, {
        context,
        tabs,
        idp,
        demo,
        secondsLeft,
        diary,
        onReload: watchState,
      }).finally(() => {
        isOver = true
      })
      await watching

      const elapsedMs = Date.now() - soakedAt
      const refreshes = traffic.requests.filter(({ grantType }) => grantType === 'refresh_token')
      const inThird = (third: number) =>
        traffic.requests.filter(({ at }) => Math.floor(((at - soakedAt) / elapsedMs) * 3) === third).length
      const figures = {
        seconds: Math.round(elapsedMs / 1000),
        ...countKinds(diary),
        refreshes: refreshes.length,
        'refreshes without an answer': refreshes.filter(({ status }) => status === 0).length,
        'reuses at the provider': traffic.reuses.length,
        'sessions that ended unasked': ends.length,
        'provider requests by thirds': [0, 1, 2].map(inThird).join(', '),
        'API calls': `${traffic.calls.answered} answered, ${traffic.calls.refused} refused`,
        ...Object.fromEntries(heaps.map(({ of, series }) => [`heap of the ${of}`, describeHeap(series)])),
      }
      for (const [type, value] of Object.entries(figures))
        info.annotations.push({ type, description: String(value) })
      if (process.env.LATCHKEY_SOAK_SECONDS) console.log(keeper, figures)

      const story = ({ at }: { at: number }): string => tellAround(at, { soakedAt, diary, traffic, ends })
      expect(ends.map(story), 'sessions that ended, though nobody asked for it').toEqual([])
      expect(traffic.reuses.map(story), 'refresh tokens that were used twice').toEqual([])
      // 0 is a connection that was cut.
      expect(refreshes.filter(({ status }) => status !== 200 && status !== 0)).toEqual([])
      // A token is replaced when a fifth of its life is left, whoever asks; after a cut or a sleep perhaps once more.
      expect(refreshes.length).toBeLessThanOrEqual(elapsedMs / (lifetimeSeconds * 800) + 1 + diary.length)
      expect(inThird(2)).toBeLessThanOrEqual(inThird(0) * 1.5 + 5)
      if (disturbedSeconds >= leastSecondsForHeap) {
        for (const { of, series } of heaps) expect(growthOf(series), `growth of the ${of}`).toBeLessThan(0.05)
      }
      for (const tab of tabs) {
        await expectSignedIn(tab)
        // With so short a life some calls come too late, and the next one does not.
        await expect(orders(tab)).toBeVisible({ timeout: 60_000 })
      }
    })
  })
}

/** Runs in every page: presses the button, again and again, for as long as the page lives. */
function callApiAllTheTime(): void {
  setInterval(() => {
    const button = [...document.querySelectorAll('button')].find(
      ({ textContent }) => textContent === 'Call the API',
    )
    if (button && button.ariaDisabled !== 'true') button.click()
  }, 1000)
}

function countKinds(diary: readonly Happening[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { what } of diary) {
    const kind = what.replace(/ of tab .*/, 's')
    counts[kind] = (counts[kind] ?? 0) + 1
  }
  return counts
}

/** Some of the samples, and by how much the rest of them say that it grows. */
function describeHeap(series: readonly Sample[]): string {
  const step = Math.max(1, Math.floor(series.length / 12))
  const some = series.filter((_, index) => index % step === 0 || index === series.length - 1)
  const samples = some.map(({ atSeconds, bytes }) => `${Math.round(atSeconds)} s ${Math.round(bytes / 1024)}`)
  return `in KiB: ${samples.join(', ')}; growth ${(growthOf(series) * 100).toFixed(1)} %`
}
