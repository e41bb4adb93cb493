import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runInThisContext } from 'node:vm'
import type { Page } from '@playwright/test'

interface BentClock {
  set(shiftMs: number): void
  setEverywhere(shiftMs: number): void
}

declare global {
  var bentClock: BentClock
}

const script = readFileSync(join(import.meta.dirname, 'bent-clock.js'), 'utf8')

/** The time of the provider, the pages and the workers, all alike. */
export interface Clock {
  /** What pages and workers have to run first; nothing as long as time is as everywhere. */
  script(): string
  /** From now on time can be made to pass, for this process and for what is loaded later. It starts from what it is. */
  bend(): void
  /** Lets time pass for everybody: the provider, this page, and the other pages and workers of its origin. */
  advance(page: Page, seconds: number): Promise<void>
}

export function createClock(): Clock {
  let isBent = false
  let shiftMs = 0
  return {
    script: () => (isBent ? `${script};bentClock.set(${shiftMs});` : ''),
    bend() {
      if (!isBent) runInThisContext(script)
      isBent = true
      shiftMs = 0
      globalThis.bentClock.set(0)
    },
    async advance(page, seconds) {
      shiftMs += seconds * 1000
      globalThis.bentClock.set(shiftMs)
      await page.evaluate((ms) => globalThis.bentClock.setEverywhere(ms), shiftMs)
    },
  }
}
