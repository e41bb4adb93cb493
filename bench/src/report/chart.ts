import type { Result } from '../measure/all.ts'
import * as m from './measures.ts'

const panels: readonly (readonly [string, m.Measure])[] = [
  ['Bytes in all (Brotli)', m.inAll],
  ['Callback to signed in, 60 ms away', m.callbackFar],
  ['Reload while signed in, 60 ms away', m.reloadFar],
  ['Refreshes when six tabs meet an expired token', m.tabs],
]

const labelWidth = 175
const barHeight = 13
const rowHeight = 21
const panelGap = 30
const titleHeight = 26

/** How panels are put: beside one another, or one below the other where there is as little room as on a phone. */
const layouts = {
  wide: { columns: 2, columnWidth: 440 },
  narrow: { columns: 1, columnWidth: 360 },
}

/**
 * Bars, one panel for each of four measures. It brings its own ground, so it is readable on a light page and a dark one.
 * It is as wide as the page lets it be, and its letters shrink with it: a phone needs the narrow one.
 */
export function chart(results: readonly Result[], layout: keyof typeof layouts): string {
  const { columns, columnWidth } = layouts[layout]
  const width = columns * columnWidth
  const panelHeight = titleHeight + results.length * rowHeight
  const rows = Math.ceil(panels.length / columns)
  const height = rows * (panelHeight + panelGap) + 20
  const drawn = panels.map(([title, measure], i) => {
    const x = (i % columns) * columnWidth
    const y = 20 + Math.floor(i / columns) * (panelHeight + panelGap)
    return `<g transform="translate(${x} ${y})">${panel(title, measure, results, columnWidth)}</g>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="Latchkey and its peers in four measures; less is better. The figures are in the tables.">
<style>
  .ground { fill: #ffffff; stroke: #d0d7de }
  text { font: 12px system-ui, sans-serif; fill: #57606a }
  .title { font-weight: 600; fill: #24292f }
  .ours { fill: #24292f; font-weight: 600 }
  rect.bar { fill: #afb8c1 }
  rect.bar.of-ours { fill: #6d4ae0 }
  @media (prefers-color-scheme: dark) {
    .ground { fill: #0d1117; stroke: #30363d }
    text { fill: #8b949e }
    .title, .ours { fill: #e6edf3 }
    rect.bar { fill: #484f58 }
    rect.bar.of-ours { fill: #a48bff }
  }
</style>
<rect class="ground" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>
${drawn.join('\n')}
</svg>
`
}

function panel(title: string, measure: m.Measure, results: readonly Result[], columnWidth: number): string {
  const most = Math.max(1, ...results.map((result) => measure.of(result) ?? 0))
  const room = columnWidth - labelWidth - 85
  const bars = results.map((result, i) => {
    const y = titleHeight + i * rowHeight
    const value = measure.of(result)
    const length = value === undefined ? 0 : Math.max(2, (value / most) * room)
    const { isLatchkey } = result
    const text = isLatchkey ? 'ours' : ''
    const figure = value === undefined ? 'signed out' : measure.format(value)
    return [
      `<text class="${text}" x="${labelWidth - 8}" y="${y + 11}" text-anchor="end">${result.title}</text>`,
      `<rect class="bar ${isLatchkey ? 'of-ours' : ''}" x="${labelWidth}" y="${y}" width="${length.toFixed(1)}" height="${barHeight}" rx="2"/>`,
      `<text class="${text}" x="${(labelWidth + length + 6).toFixed(1)}" y="${y + 11}">${figure}</text>`,
    ].join('\n')
  })
  return [`<text class="title" x="16" y="10">${title}</text>`, ...bars].join('\n')
}
