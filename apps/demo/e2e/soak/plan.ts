import { createChance } from '../../../../packages/core/test/simulation/chance.ts'

/** Something that happens to the tabs of a long-lived session. Times are in milliseconds since the soak began. */
export type Disturbance = {
  readonly at: number
  /** How long it lasts; 0 for what is over at once. */
  readonly forMs: number
} & (
  | { readonly what: 'reload' | 'sleep' | 'tab offline'; readonly tab: number }
  | { readonly what: 'provider down' | 'all offline' | 'release' }
)

/** How often each comes, in parts of the whole. */
const weights: Readonly<Record<Disturbance['what'], number>> = {
  reload: 8,
  sleep: 5,
  'tab offline': 3,
  'all offline': 1,
  'provider down': 2,
  release: 1,
}

/**
 * What is to happen, and when: the same for the same seed. Nothing happens to a tab that sleeps or is cut off, nothing
 * is loaded while the network or the provider is away, and the last seconds are quiet, so that whatever was held up can
 * come to its end.
 */
export function planSoak({
  seed,
  seconds,
  tabs,
  longestMs,
}: {
  seed: number
  seconds: number
  tabs: number
  /** The longest that a tab sleeps or is cut off. Most are much shorter. */
  longestMs: number
}): readonly Disturbance[] {
  const { between, happens, weighted } = createChance(seed)
  const busyUntil = new Array<number>(tabs).fill(0)
  const plan: Disturbance[] = []
  const endAt = seconds * 1000 - quietMs
  let loadingUntil = 0
  let awayUntil = 0

  function add(what: Disturbance['what'], at: number): void {
    const lasting = happens(0.15) ? between(shortMs, longestMs) : between(500, shortMs)
    const forMs = Math.min(lasting, endAt - at)
    if (what === 'release') {
      // A page that is half loaded would miss its other half: hosts keep that of before for a while.
      if (loadingUntil <= at) plan.push({ at, what, forMs: 0 })
    } else if (what === 'provider down' || what === 'all offline') {
      if (Math.max(loadingUntil, awayUntil) > at) return
      awayUntil = at + Math.min(forMs, shortMs)
      plan.push({ at, what, forMs: awayUntil - at })
    } else {
      const tab = between(firstTab[what], tabs - 1)
      if ((busyUntil[tab] ?? 0) > at || (what === 'reload' && awayUntil > at)) return
      busyUntil[tab] = at + (what === 'reload' ? loadingMs : forMs)
      if (what === 'reload') loadingUntil = at + loadingMs
      plan.push({ at, what, tab, forMs: what === 'reload' ? 0 : forMs })
    }
  }

  for (let at = between(200, 1000); at < endAt; at += between(shortestPauseMs, longestPauseMs)) {
    add(weighted(weights), at)
  }
  return plan
}

/** The first tab that it may happen to: one is always awake, and two are never loaded anew, whose heap would show a leak. */
const firstTab = { reload: 2, sleep: 1, 'tab offline': 0 } as const

const quietMs = 2000
const shortMs = 4000
const shortestPauseMs = 300
const longestPauseMs = 1500
/** A tab that is being loaded is left alone for so long. */
const loadingMs = 1500
