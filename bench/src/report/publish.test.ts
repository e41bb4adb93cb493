import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ours, theirs } from './fake-results.ts'
import { publish, type Report } from './publish.ts'

const report: Report = {
  results: [ours({ refreshes: 1 }), theirs({ refreshes: 6 })],
  bare: { weight: { minified: 3, gzip: 2, brotli: 1 }, nearMs: 1, farMs: 2 },
  circumstances: {
    date: '2026-01-02',
    rounds: 3,
    cores: 2,
    load: [0, 0],
    browser: 'a browser',
    node: 'v20',
    tookMinutes: 1,
  },
}
const readmes = ['README.md', 'bench/README.md']
const marks = '<!-- bench: written by the run -->\nof the last run\n<!-- bench: end -->'

let root = ''
const read = (file: string): string => readFileSync(join(root, file), 'utf8')
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'latchkey-publish-'))
  mkdirSync(join(root, 'bench'))
  for (const readme of readmes) writeFileSync(join(root, readme), `Before.\n${marks}\nAfter.\n`)
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

describe('a run', () => {
  it.each(readmes)('puts a table and the charts in %s, where they are, and leaves the rest', (readme) => {
    publish(report, root)
    const text = read(readme)
    expect(text).toMatch(/^Before\.\n<!-- .* -->\n[\s\S]*\n<!-- .* -->\nAfter\.\n$/)
    expect(text).not.toContain('of the last run')
    expect(text).toMatch(/^\|.*Latchkey.*\|.*\*\*1\*\*/m)
    const charts = [...text.matchAll(/(?:srcset|src)="(.*?)"/g)].map(([, chart = '']) => chart)
    expect(charts).toHaveLength(2)
    for (const chart of charts) expect(existsSync(join(root, dirname(readme), chart))).toBe(true)
  })

  it('draws a chart that a phone has room for, with the same bars', () => {
    publish(report, root)
    const bars = (svg: string): number => svg.match(/<rect class="bar/g)?.length ?? 0
    const [wide, narrow] = [read('bench/chart.svg'), read('bench/chart-narrow.svg')]
    expect(bars(narrow)).toBe(bars(wide))
    expect(Number(/width="(\d+)"/.exec(narrow)?.[1])).toBeLessThanOrEqual(360)
  })

  it('can be had again', () => {
    publish(report, root)
    const before = readmes.map(read)
    publish(report, root)
    expect(readmes.map(read)).toEqual(before)
  })

  it.each(readmes)('is refused where %s has lost its marks', (readme) => {
    writeFileSync(join(root, readme), 'No marks.\n')
    expect(() => publish(report, root)).toThrow('has no marks')
  })
})
