import type { KeeperChange } from '../../src/keeper/keeper.ts'
import { type Chance, createChance } from './chance.ts'
import { createRotatingProvider, type Family, type RotatingProvider } from './rotating-provider.ts'
import { createSharedBrowser } from './shared-browser.ts'
import { openTab, type SimulatedTab, type TabWorld } from './simulated-tab.ts'
import { createTimeline, type Timeline } from './timeline.ts'

/** What a world is set with. */
export interface WorldOptions {
  readonly lifetimeSeconds: number
  /** Whether requests and answers may get lost: then the provider may know what no tab does. */
  readonly isLossy: boolean
  readonly rotates: boolean
  readonly givesRefreshTokens: boolean
  /** The first tab lends its tokens, as a vault does. */
  readonly hasLender: boolean
  /** How long storage takes to another tab, at most, in milliseconds. */
  readonly storageMs: number
}

/** Several tabs of one app, their browser and their provider. */
export interface World {
  readonly timeline: Timeline
  readonly chance: Chance
  readonly provider: RotatingProvider
  readonly tabs: readonly SimulatedTab[]
  /** What must never happen, and did. */
  readonly violations: readonly string[]
  /** What happened, a line each. */
  readonly events: readonly string[]
  living(): SimulatedTab[]
  open(): SimulatedTab
  /** The browser notices it or does not. */
  setOnline(isOnline: boolean, isTold: boolean): void
  /** Looks at what must hold at any time. */
  check(): void
  violated(what: string): void
  note(what: string): void
  /** Lets time pass, and looks at what must hold whenever something has happened. */
  advance(ms: number): Promise<void>
}

/** So long after a sign-out a tab that is awake may not have heard of it. */
const newsMs = 500

/** Makes a {@link World} in which nobody is signed in. */
export function createWorld(seed: number, options: WorldOptions): World {
  const chance = createChance(seed)
  const timeline = createTimeline()
  const violations: string[] = []
  const events: string[] = []
  const tabs: SimulatedTab[] = []
  /** Sign-ins by epoch, and the last sign-out. */
  const epochs = new Map<Family, number>()
  const signOuts: { readonly epoch: number; readonly atMs: number }[] = []
  const lastSeen = new Map<SimulatedTab, Family | undefined>()
  /** Tabs that have said why they have no session. */
  const explained = new Set<SimulatedTab>()
  let isSeenOnline = true

  const clock = (): string => `${(timeline.now().monotonicMs / 1000).toFixed(3)} s`
  const note = (what: string): void => void events.push(`${clock()}  ${what}`)
  function violated(what: string): void {
    violations.push(what)
    note(`VIOLATION: ${what}`)
  }

  const provider = createRotatingProvider(timeline, chance, { ...options, violated, note })
  const browser = createSharedBrowser(
    timeline,
    chance,
    { message: 60, storage: options.storageMs, lock: 30 },
    (from, message) => {
      const tab = from as SimulatedTab
      const { kind, epoch } = message as { kind: string; epoch: number }
      const family = tab.family()
      if (kind === 'signed_in' && family) epochs.set(family, epoch)
      note(`tab ${tab.number} tells ${kind}${epoch === undefined ? '' : ` ${epoch.toFixed(2)}`}`)
    },
  )

  /** The last sign-out that this sign-in does not outlive. */
  function signOutOf(family: Family): { readonly atMs: number } | undefined {
    const epoch = epochs.get(family)
    return epoch === undefined ? undefined : signOuts.find((signOut) => signOut.epoch > epoch)
  }

  function changed(tab: SimulatedTab, change: KeeperChange, family: Family | undefined): void {
    const { type } = change
    const why =
      type === 'ended' ? ` (${change.reason})` : type === 'refresh_failed' ? ` (${change.error.code})` : ''
    note(`tab ${tab.number} ${type}${why} ${family ? `family ${family.number}` : ''}`)
    if (type === 'ended') explained.add(tab)
    if (type === 'ended' && family) checkEnd(tab, change.reason, family)
  }

  function checkEnd(tab: SimulatedTab, reason: string, family: Family): void {
    const { number } = tab
    if (reason === 'session_ended' && !family.isRevoked)
      violated(`tab ${number}: family ${family.number} ended, but the provider still accepts it`)
    if (reason === 'signed_out_elsewhere' && !signOutOf(family))
      violated(`tab ${number}: signed out of family ${family.number}, though nobody signed out`)
    if (reason === 'subject_changed') violated(`tab ${number}: another subject, though there was none`)
    if (reason === 'session_expired' && family.refreshToken !== undefined) {
      const holder = living().find(
        (other) => other !== tab && !other.isFrozen && hasNewest(other, family) && awakeMs(other) > newsMs,
      )
      if (holder)
        violated(`tab ${number}: family ${family.number} expired, but tab ${holder.number} can renew it`)
    }
  }

  function hasNewest(tab: SimulatedTab, family: Family): boolean {
    if (tab.family() !== family || family.isExcused || (options.hasLender && tab !== tabs[0])) return false
    return provider.refreshTokenWith(tab.keeper.token().accessToken) === family.refreshToken
  }

  const awakeMs = (tab: SimulatedTab): number =>
    tab.isFrozen ? 0 : timeline.now().monotonicMs - tab.awakeSinceMs

  function living(): SimulatedTab[] {
    return tabs.filter(({ isAlive }) => isAlive)
  }

  function check(): void {
    const { monotonicMs } = timeline.now()
    for (const tab of living()) {
      const family = tab.family()
      const signOut = family && signOutOf(family)
      if (signOut && monotonicMs - signOut.atMs > newsMs && awakeMs(tab) > newsMs)
        violated(`tab ${tab.number} is in family ${family.number}, which was signed out`)
      if (!family && lastSeen.get(tab) && !explained.has(tab))
        violated(`tab ${tab.number} lost its session, and told nobody`)
      lastSeen.set(tab, family)
    }
    explained.clear()
  }

  const world: TabWorld = {
    timeline,
    chance,
    browser,
    provider,
    isShortLived: options.lifetimeSeconds < 20,
    seemsOnline: () => isSeenOnline,
    violated,
    changed,
    signedOut(tab, epoch) {
      explained.add(tab)
      signOuts.push({ epoch, atMs: timeline.now().monotonicMs })
    },
    note,
  }

  return {
    timeline,
    chance,
    provider,
    tabs,
    violations,
    events,
    living,
    open() {
      const gives = options.hasLender && tabs.length === 0 ? 'lend' : 'all'
      const tab = openTab(tabs.length + 1, world, { gives, isVisible: chance.happens(0.7) })
      tabs.push(tab)
      return tab
    },
    setOnline(isOnline, isTold) {
      provider.weather.isOnline = isOnline
      if (!isOnline && options.isLossy && chance.happens(0.7)) provider.cutOff()
      if (!isTold && !isOnline) return
      isSeenOnline = isOnline
      if (isOnline && isTold) for (const tab of living()) tab.wake('online')
    },
    check,
    violated,
    note,
    async advance(ms) {
      await timeline.advance(ms)
      check()
    },
  }
}
