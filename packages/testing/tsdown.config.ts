import { defineConfig } from 'tsdown'

/** One file per module, so that an entry brings nothing of another along. */
export default defineConfig({
  entry: ['src/index.ts', 'src/provider/index.ts', 'src/playwright/index.ts', 'src/storybook/index.ts'],
  platform: 'neutral',
  target: 'es2022',
  unbundle: true,
  sourcemap: true,
  dts: true,
})
