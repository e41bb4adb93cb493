import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../root.mjs'
import { runTool } from '../run.mjs'
import { quickEnv } from './quick.mjs'

const demo = 'apps/demo'

/**
 * Runs projects of the demo's Playwright configuration, against the demo that the gate of that name has built.
 *
 * @param {readonly [string, ...string[]]} projects
 * @param {Record<string, string>} env
 * @param {import('./gate.mjs').Context} context
 * @returns {Promise<import('./gate.mjs').Result>}
 */
export async function runJourneys(projects, env, { folder, signal, full }) {
  const report = join(folder, `${projects[0]}.json`)
  const { code, output } = await runTool(
    '@playwright/test',
    ['test', '--forbid-only', '--reporter=list,json', ...projects.map((project) => `--project=${project}`)],
    {
      from: demo,
      cwd: join(root, demo),
      env: {
        ...env,
        ...quickEnv({ full }),
        PLAYWRIGHT_JSON_OUTPUT_FILE: report,
        LATCHKEY_DEMO_IS_BUILT: 'yes',
      },
      signal,
    },
  )
  if (!existsSync(report)) return { passed: 0, failed: 1, output }

  /** @type {{ suites: Suite[], stats: Record<'expected' | 'unexpected' | 'flaky', number> }} */
  const { suites, stats } = JSON.parse(readFileSync(report, 'utf8'))
  const failed = stats.unexpected + stats.flaky
  const isBroken = (code !== 0 && failed === 0) || stats.expected + failed === 0
  return {
    passed: stats.expected,
    failed: failed + (isBroken ? 1 : 0),
    skipped: suites.flatMap((suite) => skippedTests(suite)),
    output,
  }
}

/**
 * A file or a group of tests in Playwright's report.
 *
 * @typedef {{ title: string, suites?: Suite[], specs: { title: string, tests: { status: string }[] }[] }} Suite
 */

/**
 * @param {Suite} suite
 * @returns {string[]}
 */
function skippedTests({ title, suites = [], specs }) {
  const own = specs.filter(({ tests }) => tests.some(({ status }) => status === 'skipped'))
  return [...own.map((spec) => spec.title), ...suites.flatMap(skippedTests)].map(
    (name) => `${title}: ${name}`,
  )
}
