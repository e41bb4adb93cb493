import { afterEach, beforeEach, expect } from 'vitest'

type Level = 'error' | 'warn'

const levels: readonly Level[] = ['error', 'warn']
const originals = { error: console.error, warn: console.warn }
let said: string[] = []

// React reports what is wrong on the console (updates outside act, mismatches in hydration, unstable
// snapshots): a test during which anything is said there has failed.
beforeEach(() => {
  said = []
  for (const level of levels) {
    console[level] = (...values: unknown[]) =>
      void said.push(`console.${level}: ${values.map(String).join(' ')}`)
  }
})

afterEach(() => {
  Object.assign(console, originals)
  expect(said).toEqual([])
})
