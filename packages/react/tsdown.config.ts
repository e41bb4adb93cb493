import { defineConfig } from 'tsdown'

/** One file per module: what is loaded on demand stays apart, and an app can drop what it does not use. */
export default defineConfig({
  entry: ['src/index.ts', 'src/popup/index.ts', 'src/router/index.ts', 'src/router/tanstack/index.ts'],
  platform: 'browser',
  target: 'es2022',
  unbundle: true,
  sourcemap: true,
  dts: true,
})
