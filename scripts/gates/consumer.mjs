import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../root.mjs'
import { run, runTool } from '../run.mjs'
import { consumerApp } from './consumer-app.mjs'
import { allSucceeded } from './gate.mjs'

/** @type {import('./gate.mjs').Gate} */
export const consumer = {
  name: 'consumer',
  about: 'the packed packages run in plain Node and type-check in an app',
  needs: ['pack'],
  async run({ folder, signal }) {
    const cwd = consumerApp(folder)
    cpSync(join(root, 'scripts/gates/consumer'), cwd, { recursive: true })
    const options = ['--noEmit', '--strict', '--jsx', 'react-jsx', '--lib', 'es2022,dom']
    const typeCheck = (/** @type {string[]} */ ...resolution) =>
      runTool('typescript', [...options, ...resolution, 'app.tsx'], { cwd, signal })
    return allSucceeded(
      await Promise.all([
        run(process.execPath, ['render.mjs'], { cwd, signal }),
        typeCheck('--module', 'esnext', '--moduleResolution', 'bundler'),
        typeCheck('--module', 'nodenext'),
      ]),
    )
  },
}
