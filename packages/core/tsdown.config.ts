import { defineConfig } from 'tsdown'

/** One file per module: what is loaded on demand stays apart, and an app can drop what it does not use. */
export default defineConfig({
  entry: [
    'src/index.ts',
    'src/vault/index.ts',
    'src/popup/index.ts',
    'src/dpop/index.ts',
    'src/silent-callback.ts',
    'src/front-channel-logout.ts',
    'src/adapters/axios.ts',
    'src/adapters/ky.ts',
    'src/adapters/tanstack-query.ts',
    'src/internal.ts',
    // What `@latchkey/react` needs of the above, by itself: esbuild loads everything that such a list leads to.
    'src/abortable.ts',
  ],
  platform: 'browser',
  target: 'es2022',
  unbundle: true,
  sourcemap: true,
  dts: { sourcemap: true },
})
