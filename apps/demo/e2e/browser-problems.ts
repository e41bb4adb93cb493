import { type BrowserContext, expect } from '@playwright/test'

/** What went wrong in the pages of a browser context. */
export interface BrowserProblems {
  /** From now on, such a line is part of what the test does. */
  allow(pattern: RegExp): void
  /** Watches another context too. */
  watch(context: BrowserContext): void
  /** Fails where something happened that was not allowed. */
  check(): void
}

/** Watches every page of a context, tabs that open later included. */
export function watchForProblems(context: BrowserContext): BrowserProblems {
  const allowed: RegExp[] = []
  const seen: string[] = []

  function watch(another: BrowserContext): void {
    another.on('console', (message) => {
      if (!['error', 'warning', 'assert'].includes(message.type())) return
      seen.push(`${message.type()}: ${message.text()} (${message.location().url})`)
    })
    another.on('weberror', (problem) => seen.push(`uncaught: ${problem.error()}`))
  }

  watch(context)
  return {
    allow(pattern) {
      allowed.push(pattern)
    },
    watch,
    check() {
      const unexpected = seen.filter((line) => !allowed.some((pattern) => pattern.test(line)))
      expect(unexpected, 'errors in the browser that the test did not cause on purpose').toEqual([])
    },
  }
}
