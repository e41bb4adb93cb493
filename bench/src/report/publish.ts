import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Findings, Result } from '../measure/all.ts'
import { farMs } from '../network.ts'
import { chart } from './chart.ts'
import * as m from './measures.ts'
import { cell, expiryTable, sizeTable, table, timeTable } from './tables.ts'
import { verdict } from './verdict.ts'

export interface Report extends Findings {
  readonly circumstances: {
    readonly date: string
    readonly rounds: number
    readonly cores: number
    /** How many programs wanted to run, before and at the end. */
    readonly load: readonly [number, number]
    readonly browser: string
    readonly node: string
    readonly tookMinutes: number
  }
}

const repository = join(import.meta.dirname, '../../..')

/**
 * Writes the charts, and tables, chart and verdict between the marks of both READMEs.
 *
 * @param root the folder of the repository
 * @returns all that was found, in Markdown
 */
export function publish(report: Report, root: string = repository): string {
  const { results } = report
  const bench = join(root, 'bench')
  writeFileSync(join(bench, 'chart.svg'), chart(results, 'wide'))
  writeFileSync(join(bench, 'chart-narrow.svg'), chart(results, 'narrow'))
  const text = details(report)
  replaceBetweenMarks(join(bench, 'README.md'), text)
  replaceBetweenMarks(join(root, 'README.md'), summary(report))
  return text
}

/** @throws when a README has lost its marks. */
function replaceBetweenMarks(file: string, text: string): void {
  const marks = /(<!-- bench: written by the run -->\n)[\s\S]*(<!-- bench: end -->)/
  const before = readFileSync(file, 'utf8')
  if (!marks.test(before)) throw new Error(`${file} has no marks to write between.`)
  writeFileSync(
    file,
    before.replace(marks, (_all, start: string, end: string) => `${start}\n${text}\n\n${end}`),
  )
}

function details({ results, bare, circumstances }: Report): string {
  const { date, rounds, cores, load, browser, node, tookMinutes } = circumstances
  const inMs = (ms: number): string => `${Math.round(ms)} ms`
  return [
    `${date}, ${browser}, Node ${node}, ${cores} cores, load ${load.map((one) => one.toFixed(1)).join(' at the start, ')} ` +
      `at the end; ${rounds} rounds, ${Math.round(tookMinutes)} minutes. ${versions(results)}.`,
    ...caution(circumstances),
    verdict(results),
    picture(''),
    '### What it weighs',
    sizeTable(results),
    `Brotli, and in brackets gzip and minified, in kB: more than the same app without an SDK, which is ${(bare.weight.brotli / 1000).toFixed(1)} kB.`,
    '### How long it takes',
    timeTable(results),
    `Medians with no latency, and with ${farMs} ms added to every answer of every server. The app without an SDK takes ${inMs(bare.nearMs)}, ${inMs(bare.farMs)} to its first frame. ` +
      'Requests of a callback are those that had to wait for one another, and in brackets all of them.',
    '### When tokens expire',
    expiryTable(results),
  ].join('\n\n')
}

function summary({ results, circumstances }: Report): string {
  const rows = results.map((result) => [
    result.title,
    cell(m.beforeLogin, result, results),
    cell(m.inAll, result, results),
    cell(m.callbackFar, result, results),
    cell(m.reloadNear, result, results, { absent: 'signed out' }),
    cell(m.tabs, result, results, { rest: result.expiry.tabs.refused > 0 ? ', tabs dead' : '' }),
    cell(m.renders, result, results),
    result.forgery === 'refused' ? '**refused**' : 'taken',
  ])
  return [
    table(
      [
        circumstances.date,
        'Brotli before login',
        'in all',
        `callback, ${farMs} ms away`,
        'reload',
        'refreshes of six tabs',
        'renders per refresh',
        'forged ID token',
      ],
      rows,
    ),
    picture('bench/'),
    ...caution(circumstances),
    verdict(results),
  ].join('\n\n')
}

/**
 * The chart, as wide as there is room for.
 *
 * @param folder where the charts are, seen from the README
 */
function picture(folder: string): string {
  return [
    '<picture>',
    `  <source media="(max-width: 600px)" srcset="${folder}chart-narrow.svg">`,
    `  <img alt="Bars: Latchkey and its peers in four measures" src="${folder}chart.svg">`,
    '</picture>',
  ].join('\n')
}

/** Who else wants to run makes everything slow, and not everything alike. */
function caution({ load: [before], cores }: Report['circumstances']): string[] {
  if (before <= cores) return []
  return [
    'The machine was busy with other things: the times are long, and mean little even beside each other. The counts and the bytes do not depend on it.',
  ]
}

function versions(results: readonly Result[]): string {
  return [...new Set(results.flatMap(({ versions }) => versions))].join(', ')
}
