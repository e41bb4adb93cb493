import type { BrowserContext, ConsoleMessage } from '@playwright/test'

/**
 * What the pages of a context write to the console, and what they throw at nobody. From now on: it grows.
 *
 * @param isOurs lines that a test's own script writes
 */
export function consoleLines(
  context: BrowserContext,
  isOurs: (message: ConsoleMessage) => boolean = () => false,
): readonly string[] {
  const lines: string[] = []
  context.on('console', (message) => {
    if (!isOurs(message)) lines.push(message.text())
  })
  context.on('weberror', (problem) => lines.push(String(problem.error().stack)))
  return lines
}
