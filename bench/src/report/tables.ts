import type { Result } from '../measure/all.ts'
import type { Weight } from '../measure/bytes.ts'
import type { Rush } from '../measure/expiry.ts'
import type { Arrival } from '../measure/visit.ts'
import * as m from './measures.ts'
import { isFirst } from './ranking.ts'

/** A Markdown table; the first column is on the left, the others on the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map((_, i) => (i === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n')
}

/** A figure, in bold where it is the best, with what else there is to say. */
export function cell(
  measure: m.Measure,
  result: Result,
  results: readonly Result[],
  { absent = '—', rest = '' }: { readonly absent?: string; readonly rest?: string } = {},
): string {
  const value = measure.of(result)
  if (value === undefined) return absent
  const text = measure.format(value)
  return (isFirst(measure, result, results) ? `**${text}**` : text) + rest
}

export function sizeTable(results: readonly Result[]): string {
  const others = ({ gzip, minified }: Weight): string =>
    ` (${(gzip / 1000).toFixed(1)}, ${(minified / 1000).toFixed(1)})`
  return table(
    ['', 'before login', 'in all', 'an ID token with a wrong signature is'],
    results.map((result) => [
      nameOf(result),
      cell(m.beforeLogin, result, results, { rest: others(result.beforeLogin) }),
      cell(m.inAll, result, results, { rest: others(result.inAll) }),
      result.forgery === 'refused' ? '**refused**' : 'taken',
    ]),
  )
}

export function timeTable(results: readonly Result[]): string {
  return table(
    ['', 'cold start', 'callback', 'requests', 'reload', 'requests', 'second tab', 'requests'],
    results.map((result) => [
      nameOf(result),
      both(m.signedOutNear, m.signedOutFar, result, results),
      both(m.callbackNear, m.callbackFar, result, results),
      requests(m.callbackRequests, result, results, result.far.callback),
      both(m.reloadNear, m.reloadFar, result, results),
      cell(m.reloadRequests, result, results),
      both(m.tabNear, m.tabFar, result, results),
      cell(m.tabRequests, result, results),
    ]),
  )
}

export function expiryTable(results: readonly Result[]): string {
  return table(
    ['', '200 callers', 'six tabs', 'renders', 'a call for a token', 'heap'],
    results.map((result) => [
      nameOf(result),
      cell(m.callers, result, results, { rest: outcome(result.expiry.callers, 1) }),
      cell(m.tabs, result, results, { rest: outcome(result.expiry.tabs, 6) }),
      cell(m.renders, result, results),
      cell(m.tokenCall, result, results, { absent: '— [^call]' }),
      cell(m.heap, result, results),
    ]),
  )
}

function nameOf({ title }: Result): string {
  return title.startsWith('Latchkey') ? `**${title}**` : title
}

function both(near: m.Measure, far: m.Measure, result: Result, results: readonly Result[]): string {
  if (near.of(result) === undefined) return 'signed out [^tab]'
  return `${cell(near, result, results)}, ${cell(far, result, results)}`
}

function requests(
  measure: m.Measure,
  result: Result,
  results: readonly Result[],
  arrival: Arrival | undefined,
): string {
  const isMore = arrival !== undefined && arrival.requests !== arrival.inSequence
  return cell(measure, result, results, { rest: isMore ? ` (${arrival.requests})` : '' })
}

function outcome({ refused, alive }: Rush, tabs: number): string {
  const dead = tabs - alive
  const what = tabs === 1 ? ', session dead' : `, ${dead} ${dead === 1 ? 'tab' : 'tabs'} dead`
  return (refused > 0 ? `, ${refused} refused` : '') + (dead > 0 ? what : '')
}
