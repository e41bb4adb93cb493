import type { Chance } from './chance.ts'

type Pause = 'none' | 'moment' | 'second' | 'seconds' | 'minutes' | 'hours'

/** How long nothing happens, in milliseconds: 0 is no pause, and `hours` end `hoursMs` after ten minutes. */
export function pauseMs(chance: Chance, weights: Readonly<Record<Pause, number>>, hoursMs: number): number {
  switch (chance.weighted(weights)) {
    case 'none':
      return 0
    case 'moment':
      return chance.between(1, 120)
    case 'second':
      return chance.between(120, 2500)
    case 'seconds':
      return chance.between(2500, 30_000)
    case 'minutes':
      return chance.between(30_000, 600_000)
    case 'hours':
      return chance.between(600_000, 600_000 + hoursMs)
  }
}
