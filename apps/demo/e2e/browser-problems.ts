import { type BrowserContext, expect } from '@playwright/test'

/** What went wrong in the pages of a browser context. */
export interface BrowserProblems {
  /** From now on, such a line is part of what the test does. */
  allow(pattern: RegExp): void
  /** Watches another context too, of which no page is open yet. */
  watch(context: BrowserContext): Promise<void>
  /** Fails where something happened that was not allowed. */
  check(): void
}

/** Runs in every page and frame. What a policy keeps from happening breaks little, and is easily overlooked. */
function tellOfViolations(): void {
  document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, disposition }) =>
    console.error(`policy violated: ${effectiveDirective} by ${blockedURI} (${disposition})`),
  )
}

/** Watches every page of a context, tabs that open later included. */
async function watchForProblems(context: BrowserContext): Promise<BrowserProblems> {
  const allowed: RegExp[] = []
  const seen: string[] = []

  async function watch(another: BrowserContext): Promise<void> {
    another.on('console', (message) => {
      if (!['error', 'warning', 'assert'].includes(message.type())) return
      seen.push(`${message.type()}: ${message.text()} (${message.location().url})`)
    })
    another.on('weberror', (problem) => seen.push(`uncaught: ${problem.error()}`))
    await another.addInitScript(tellOfViolations)
  }

  await watch(context)
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

/** The same as a fixture: fails the test for what it did not allow. */
export async function useProblems(
  { context }: { context: BrowserContext },
  use: (problems: BrowserProblems) => Promise<void>,
): Promise<void> {
  const problems = await watchForProblems(context)
  await use(problems)
  problems.check()
}
