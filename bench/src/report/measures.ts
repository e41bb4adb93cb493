import type { Result } from '../measure/all.ts'
import type { Arrival } from '../measure/visit.ts'
import { farMs } from '../network.ts'

/** A figure that contestants are compared by; less is better. */
export interface Measure {
  /** As it stands in a sentence. */
  readonly title: string
  /** As it stands above a column. */
  readonly column: string
  /** Undefined where it does not apply, or did not happen. */
  readonly of: (result: Result) => number | undefined
  readonly format: (value: number) => string
}

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`
const milliseconds = (ms: number): string => `${Math.round(ms)} ms`
const count = (value: number): string => String(value)
const micro = (us: number): string =>
  us >= 1000 ? `${(us / 1000).toFixed(1)} ms` : `${us >= 10 ? Math.round(us) : us.toFixed(1)} µs`

const arrives = (title: string, column: string, of: (result: Result) => Arrival | undefined): Measure => ({
  title,
  column,
  of: (result) => of(result)?.ms,
  format: milliseconds,
})

export const beforeLogin: Measure = {
  title: 'bytes before login',
  column: 'before login',
  of: ({ beforeLogin }) => beforeLogin.brotli,
  format: kilobytes,
}
export const inAll: Measure = {
  title: 'bytes in all',
  column: 'in all',
  of: ({ inAll }) => inAll.brotli,
  format: kilobytes,
}
export const signedOutNear: Measure = {
  title: 'cold start',
  column: 'cold start',
  of: ({ near }) => near.signedOutMs,
  format: milliseconds,
}
export const signedOutFar: Measure = {
  title: `cold start, ${farMs} ms away`,
  column: `${farMs} ms away`,
  of: ({ far }) => far.signedOutMs,
  format: milliseconds,
}
export const callbackNear: Measure = arrives(
  'from callback to signed in',
  'callback',
  ({ near }) => near.callback,
)
export const callbackFar: Measure = arrives(
  `from callback to signed in, ${farMs} ms away`,
  `${farMs} ms away`,
  ({ far }) => far.callback,
)
export const callbackRequests: Measure = {
  title: 'requests between callback and signed in, one after another',
  column: 'requests, in sequence',
  of: ({ far }) => far.callback?.inSequence,
  format: count,
}
export const reloadNear: Measure = arrives('reload, signed in', 'reload', ({ near }) => near.reload)
export const reloadFar: Measure = arrives(
  `reload, signed in, ${farMs} ms away`,
  `${farMs} ms away`,
  ({ far }) => far.reload,
)
export const reloadRequests: Measure = {
  title: 'requests of a reload',
  column: 'requests',
  of: ({ near }) => near.reload?.requests,
  format: count,
}
export const tabNear: Measure = arrives(
  'opening a second tab, signed in',
  'second tab',
  ({ near }) => near.secondTab,
)
export const tabFar: Measure = arrives(
  `opening a second tab, signed in, ${farMs} ms away`,
  `${farMs} ms away`,
  ({ far }) => far.secondTab,
)
export const tabRequests: Measure = {
  title: 'requests of a second tab',
  column: 'requests',
  of: ({ near }) => near.secondTab?.requests,
  format: count,
}
export const callers: Measure = {
  title: 'refreshes when 200 callers meet an expired token',
  column: '200 callers: refreshes',
  of: ({ expiry }) => expiry.callers.refreshes,
  format: count,
}
export const tabs: Measure = {
  title: 'refreshes when six tabs meet an expired token',
  column: 'six tabs: refreshes',
  of: ({ expiry }) => expiry.tabs.refreshes,
  format: count,
}
export const renders: Measure = {
  title: 'renders per refresh',
  column: 'renders per refresh',
  of: ({ expiry }) => expiry.renders,
  format: count,
}
export const tokenCall: Measure = {
  title: 'a call for a token that is good',
  column: 'a call for a good token',
  of: ({ near, hasNoTokenCall }) => (hasNoTokenCall ? undefined : near.tokenCallUs),
  format: micro,
}
export const heap: Measure = {
  title: 'heap growth in 200 refreshes',
  column: 'heap, 200 refreshes',
  of: ({ expiry }) => Math.max(0, expiry.heapGrowth),
  format: (bytes) => `${Math.round(bytes / 1000)} kB`,
}

export const sizes: readonly Measure[] = [beforeLogin, inAll]
export const others: readonly Measure[] = [
  signedOutNear,
  signedOutFar,
  callbackNear,
  callbackFar,
  callbackRequests,
  reloadNear,
  reloadFar,
  reloadRequests,
  tabNear,
  tabFar,
  tabRequests,
  callers,
  tabs,
  renders,
  tokenCall,
  heap,
]
