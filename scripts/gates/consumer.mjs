import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../root.mjs'
import { run, runTool } from '../run.mjs'
import { consumerApp } from './consumer-app.mjs'
import { allSucceeded } from './gate.mjs'

/** The current one, and the two before it. */
const typeScripts = [
  { name: 'typescript' },
  { name: 'typescript-6.0', from: 'matrix/typescript' },
  { name: 'typescript-5.9', from: 'matrix/typescript' },
]

/** How modules are found: by a bundler, and by Node. */
const resolutions = [
  ['--module', 'esnext', '--moduleResolution', 'bundler'],
  ['--module', 'nodenext'],
]

/** @type {import('./gate.mjs').Gate} */
export const consumer = {
  name: 'consumer',
  about:
    'the packed packages run in plain Node and type-check in an app, with the current TypeScript and the two before',
  needs: ['pack'],
  async run({ folder, signal }) {
    const cwd = consumerApp(folder)
    cpSync(join(root, 'scripts/gates/consumer'), cwd, { recursive: true })
    const options = ['--noEmit', '--strict', '--jsx', 'react-jsx', '--lib', 'es2022,dom']
    const typeCheck = (/** @type {{ name: string, from?: string }} */ { name, ...from }) =>
      resolutions.map((resolution) =>
        runTool(name, [...options, ...resolution, 'app.tsx'], { cwd, signal, ...from }),
      )
    return allSucceeded(
      await Promise.all([
        run(process.execPath, ['render.mjs'], { cwd, signal }),
        ...typeScripts.flatMap(typeCheck),
      ]),
      `TypeScript ${typeScripts.map(({ name }) => name.split('-')[1] ?? 'as installed').join(', ')}`,
    )
  },
}
