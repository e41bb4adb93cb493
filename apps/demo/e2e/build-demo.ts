import { join } from 'node:path'
import { build } from 'vite'

const demo = join(import.meta.dirname, '..')

/**
 * What the browser is shown is what a deployment would be: built, minified and in chunks. Where several runs follow each
 * other, it is built before them.
 */
export default async function buildDemo(): Promise<void> {
  // They are other apps, which have been built.
  if (process.env.LATCHKEY_APPS) return
  if (process.env.LATCHKEY_DEMO_IS_BUILT) return
  await build({ configFile: join(demo, 'vite.config.ts'), logLevel: 'warn' })
}
