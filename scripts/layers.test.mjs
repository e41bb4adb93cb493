import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { root } from './root.mjs'
import { runTool } from './run.mjs'

/** Files of packages/core/src. The rules must refuse the lines marked so, and no others. */
const files = {
  'index.ts': `
    export * from './client.ts'`,
  'client.ts': `
    import './engine.ts'
    import './keeper/memory.ts'
    import './platform/browser.ts'
    import './index.ts' // refused
    document.title // refused`,
  'engine.ts': `
    import './sign-in/redirect.ts'
    import './keeper/memory.ts'
    import './sign-out.ts'
    import './client.ts' // refused
    import './platform/browser.ts' // refused
    setTimeout(() => {}) // refused`,
  'steps.ts': `
    import './sign-in/redirect.ts'
    import './platform/browser.ts'
    import './client.ts' // refused`,
  'client.test.ts': `
    import './index.ts'
    document.title`,
  'options.ts': `
    import './errors.ts'
    import './protocol/http.ts'
    import './keeper/keeper.ts'
    import './keeper/memory.ts' // refused
    import './sign-in/redirect.ts' // refused
    import './client.ts' // refused
    import './engine.ts' // refused
    import './index.ts' // refused
    import './platform/browser.ts' // refused`,
  'sign-in/redirect.ts': `
    import './pending.ts'
    import '../protocol/http.ts'
    import '../store.ts'
    import '../keeper/keeper.ts'
    import '../keeper/memory.ts' // refused
    import '../client.ts' // refused
    import '../engine.ts' // refused
    import '../index.ts' // refused
    import '../platform/browser.ts' // refused
    sessionStorage.clear() // refused`,
  'keeper/memory.ts': `
    import './keeper.ts'
    import '../protocol/http.ts'
    import '../sign-in/redirect.ts' // refused
    import '../client.ts' // refused
    import '../index.ts' // refused
    import '../platform/browser.ts' // refused
    new BroadcastChannel('tabs') // refused`,
  'protocol/refresh.ts': `
    import './http.ts'
    import '../errors.ts'
    import '../platform/ports.ts'
    import 'oauth4webapi'
    import 'react' // refused
    import '../platform/browser.ts' // refused
    import type { Keeper } from '../keeper/keeper.ts' // refused
    export * from '../sign-in/redirect.ts' // refused
    await import('../client.ts') // refused
    window.name // refused`,
  'platform/browser.ts': `
    import './ports.ts'
    import '../errors.ts'
    import '../store.ts' // refused
    window.location`,
  'errors.ts': `
    import './platform/ports.ts' // refused
    import 'oauth4webapi' // refused`,
}

const project = mkdtempSync(join(tmpdir(), 'latchkey-layers-'))
afterAll(() => rmSync(project, { recursive: true }))

it('refuses imports against the layers of core, and the browser outside its one file', async () => {
  for (const name of ['biome.json', 'biome.layers.json']) cpSync(join(root, name), join(project, name))
  for (const [file, code] of Object.entries(files)) {
    const path = join(project, 'packages/core/src', file)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, code)
  }
  const { output } = await runTool(
    '@biomejs/biome',
    ['lint', '--vcs-enabled=false', '--reporter=github', '--max-diagnostics=none'],
    { cwd: project },
  )

  const diagnostic = /noRestricted(?:Imports|Globals),file=\S*?packages\/core\/src\/(\S+?),line=(\d+),/g
  const found = Array.from(output.matchAll(diagnostic), ([, file, line]) => `${file}:${line}`)
  const expected = Object.entries(files).flatMap(([file, code]) =>
    code.split('\n').flatMap((line, index) => (line.endsWith('// refused') ? `${file}:${index + 1}` : [])),
  )
  expect(found.sort()).toEqual(expected.sort())
})
