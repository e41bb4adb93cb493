import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { withoutPeers } from './changeset.mjs'
import { root } from './root.mjs'
import { run, runTool } from './run.mjs'
import { workspaces } from './workspaces.mjs'

let copy = ''

// What Changesets reads, in a repository of its own.
beforeEach(async () => {
  copy = mkdtempSync(join(tmpdir(), 'latchkey-versions-'))
  for (const file of ['package.json', 'pnpm-workspace.yaml', '.changeset/config.json']) {
    cpSync(join(root, file), join(copy, file), { recursive: true })
  }
  for (const workspace of workspaces('packages')) {
    mkdirSync(join(copy, workspace), { recursive: true })
    const manifest = { ...read(root, workspace), version: '0.1.0' }
    writeFileSync(join(copy, workspace, 'package.json'), JSON.stringify(manifest, undefined, 2))
  }
  await run('git', ['init', '--quiet'], { cwd: copy })
})

afterEach(() => rmSync(copy, { recursive: true }))

it.each([
  ['patch', 'core', '0.1.1'],
  ['minor', 'core', '0.2.0'],
  ['major', 'testing', '1.0.0'],
])('gives all packages the same version for a %s of %s: %s', async (bump, name, version) => {
  writeFileSync(
    join(copy, '.changeset/change.md'),
    `---\n"@latchkey/${name}": ${bump}\n---\n\nSomething else.\n`,
  )
  const before = read(copy, 'packages/testing')

  const { code, output } = await withoutPeers(copy, () =>
    runTool('@changesets/cli', ['version'], { cwd: copy }),
  )

  expect(code, output).toBe(0)
  expect(workspaces('packages').map((workspace) => read(copy, workspace).version)).toEqual([
    version,
    version,
    version,
  ])
  expect(read(copy, 'packages/testing')).toEqual({ ...before, version })
  const changeLog = readFileSync(join(copy, 'packages', name, 'CHANGELOG.md'), 'utf8')
  expect(changeLog).toMatch(new RegExp(`## ${version}\\n[^#]*### \\w+ Changes\\n\\n- .*Something else\\.`))
})

/**
 * @param {string} folder
 * @param {string} workspace
 */
function read(folder, workspace) {
  return JSON.parse(readFileSync(join(folder, workspace, 'package.json'), 'utf8'))
}
