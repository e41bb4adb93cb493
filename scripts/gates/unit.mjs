import { existsSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { root } from '../root.mjs'
import { runTool } from '../run.mjs'
import { workspaces } from '../workspaces.mjs'
import { quickEnv } from './quick.mjs'

const leftOut =
  'most of the simulated worlds, and of the fuzzed cases where FUZZ_CASES does not say how many: npm test -- --full'

/** @type {import('./gate.mjs').Gate} */
export const unit = {
  name: 'unit',
  about: 'tests in Node and in a simulated page (Vitest)',
  async run({ folder, signal, full }) {
    const report = join(folder, 'unit.json')
    const { code, output } = await runTool(
      'vitest',
      [
        'run',
        '--config=vitest.workspace.ts',
        '--allowOnly=false',
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${report}`,
      ],
      { signal, env: quickEnv({ full }) },
    )
    if (!existsSync(report)) return { passed: 0, failed: 1, output }

    /** @type {{ numPassedTests: number, numFailedTests: number, testResults: File[] }} */
    const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'))
    const untested = [...workspaces('packages'), 'apps/idp'].filter(
      (workspace) => !testResults.some(({ name }) => relative(root, name).startsWith(join(workspace, '/'))),
    )
    const isBroken = code !== 0 && numFailedTests === 0
    return {
      passed: numPassedTests,
      failed: numFailedTests + untested.length + (isBroken ? 1 : 0),
      skipped: [...testResults.flatMap(skippedTests), ...(full ? [] : [leftOut])],
      note: `${testResults.length} files`,
      output: [output, ...untested.map((workspace) => `${workspace} has no test that ran`)].join('\n'),
    }
  },
}

/**
 * One test file in Vitest's report.
 *
 * @typedef {{ name: string, assertionResults: { fullName: string, status: string }[] }} File
 */

/** @param {File} file */
function skippedTests({ name, assertionResults }) {
  return assertionResults
    .filter(({ status }) => status !== 'passed' && status !== 'failed')
    .map(({ fullName }) => `${relative(root, name)}: ${fullName}`)
}
