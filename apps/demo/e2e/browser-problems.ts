import { type BrowserContext, expect } from '@playwright/test'

/** What a page wrote to the console, or threw at nobody. */
export interface PageLine {
  /** As the console calls it; what nobody caught is `uncaught`. */
  readonly kind: string
  readonly text: string
  /** Where it comes from, as far as that is known. */
  readonly url?: string
}

/** What went wrong in the pages of a browser. */
export interface BrowserProblems {
  /** From now on, such a line is part of what the test does. */
  allow(pattern: RegExp): void
  /** Watches another context too, of which no page is open yet. */
  watch(context: BrowserContext): Promise<void>
  /** What happened so far that was not allowed. */
  find(): readonly string[]
  /** Fails where there is any of it. */
  check(): void
}

/** Of what a page writes, this is what it writes because something went wrong. */
const kindsOfProblems = ['error', 'warning', 'assert', 'uncaught']

/** Judges what pages write, whoever heard it: it grows. */
export function judgeLines(lines: readonly PageLine[]): Omit<BrowserProblems, 'watch'> {
  const allowed: RegExp[] = []

  function find(): readonly string[] {
    return lines
      .filter(({ kind }) => kindsOfProblems.includes(kind))
      .map(({ kind, text, url }) => `${kind}: ${text}${url === undefined ? '' : ` (${url})`}`)
      .filter((line) => !allowed.some((pattern) => pattern.test(line)))
  }

  return {
    allow: (pattern) => allowed.push(pattern),
    find,
    check: () => expect(find(), 'errors in the browser that the test did not cause on purpose').toEqual([]),
  }
}

/**
 * Runs in every page and frame, and in the vault. What a policy keeps from happening breaks little, and is easily
 * overlooked.
 */
export function tellOfViolations(): void {
  addEventListener('securitypolicyviolation', (event) => {
    const { effectiveDirective, blockedURI, disposition } = event as SecurityPolicyViolationEvent
    console.error(`policy violated: ${effectiveDirective} by ${blockedURI} (${disposition})`)
  })
}

/** Watches every page of a context, tabs that open later included. */
async function watchForProblems(context: BrowserContext): Promise<BrowserProblems> {
  const lines: PageLine[] = []

  async function watch(another: BrowserContext): Promise<void> {
    another.on('console', (message) =>
      lines.push({ kind: message.type(), text: message.text(), url: message.location().url }),
    )
    another.on('weberror', (problem) => lines.push({ kind: 'uncaught', text: String(problem.error()) }))
    await another.addInitScript(tellOfViolations)
  }

  await watch(context)
  return { ...judgeLines(lines), watch }
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
