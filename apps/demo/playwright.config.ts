import { defineConfig } from '@playwright/test'
import { launchOptions } from './e2e/browser.ts'
import type { EngineOptions } from './e2e/engines/test.ts'

/** What takes minutes, or has its like in Chromium: the gates leave it to `npm test -- --full`. */
const ofFullRuns = process.env.LATCHKEY_QUICK ? ['**/*.long.spec.ts'] : []

/**
 * Journeys in real browsers, against the built demo and the real local provider. Every worker starts servers
 * of its own (`e2e/test.ts`), so nothing has to run beforehand and nothing is left running.
 */
export default defineConfig<object, EngineOptions>({
  testDir: './e2e',
  globalSetup: './e2e/build-demo.ts',
  outputDir: './test-results',
  // Generous, for busy machines: no test waits for its time to run out.
  timeout: 60_000,
  expect: { timeout: 15_000 },
  fullyParallel: true,
  // Journeys wait more than they work: two cores are busy with four of them.
  workers: 4,
  // A test that passes at the second try has found a race, not a bad day.
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  reporter: 'list',
  use: {
    browserName: 'chromium',
    launchOptions,
    actionTimeout: 15_000,
    navigationTimeout: 30_000,
    screenshot: 'only-on-failure',
  },
  projects: [
    { name: 'chromium', testIgnore: ['engines/**', 'examples/**', 'e2e/apps/**', ...ofFullRuns] },
    { name: 'examples', testDir: './e2e/examples' },
    // Apps that have the packed packages: `npm test -- --only apps` makes them.
    { name: 'apps', testDir: './e2e/apps', fullyParallel: false, workers: 1 },
    // Browsers as their makers ship them, driven by their own protocols (`e2e/engines`). One of each is enough.
    engine('firefox'),
    engine('webkit'),
  ],
})

function engine(engineName: EngineOptions['engineName']) {
  return {
    name: engineName,
    testDir: './e2e/engines',
    testIgnore: ofFullRuns,
    fullyParallel: false,
    workers: 1,
    use: { engineName },
  }
}
