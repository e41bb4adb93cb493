import { expect, type TestContext } from 'vitest'

type Level = 'error' | 'warn'

const levels: readonly Level[] = ['error', 'warn']
const originals = { error: console.error, warn: console.warn }
let said: string[] = []
let forgiven: RegExp[] = []

/** React 18 says it on the console where React 19 tells the root: for this test it is no failure. */
export function mayBeSaid(pattern: RegExp): void {
  forgiven.push(pattern)
}

/**
 * React reports what is wrong on the console (updates outside act, mismatches in hydration, unstable snapshots): a test
 * during which anything is said there has failed. Call it before each.
 */
export function guardConsole({ onTestFinished }: TestContext): void {
  said = []
  forgiven = []
  for (const level of levels) {
    console[level] = (...values: unknown[]) =>
      void said.push(`console.${level}: ${values.map(String).join(' ')}`)
  }
  // What is registered first comes last: what is said while the page is taken down counts.
  onTestFinished(() => {
    Object.assign(console, originals)
    expect(said.filter((text) => !forgiven.some((pattern) => pattern.test(text)))).toEqual([])
  })
}
