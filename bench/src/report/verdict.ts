import type { Result } from '../measure/all.ts'
import { others, sizes } from './measures.ts'
import { type Defeat, defeat } from './ranking.ts'

/** Says plainly in what Latchkey is not first, from the figures. */
export function verdict(results: readonly Result[]): string {
  const lost = (measures: typeof sizes) => measures.flatMap((measure) => defeat(measure, results) ?? [])
  const all = [...lost(sizes), ...lost(others)]
  const count = sizes.length + others.length
  if (all.length === 0)
    return `In all ${count} measures one of Latchkey's keepers is first or shares the first place.`
  return [
    `In ${count - all.length} of ${count} measures one of Latchkey's keepers is first or shares the first place ` +
      '(figures less than 5 % apart count as equal). It is not first in these:',
    '',
    ...all.map(describe),
  ].join('\n')
}

function describe({ measure, latchkey, ahead }: Defeat): string {
  const figure = (result: Result): string => measure.format(Number(measure.of(result)))
  const whoIsAhead = ahead.map((result) => `${result.title} ${figure(result)}`).join(', ')
  return `- **${measure.title}**: ${latchkey.title} ${figure(latchkey)}; ahead: ${whoIsAhead}`
}
