import { defineConfig, type UserConfig } from 'tsdown'

const common: UserConfig = {
  platform: 'browser',
  target: 'es2022',
  sourcemap: true,
  dts: true,
}

/** One file per module: what is loaded on demand stays apart, and an app can drop what it does not use. */
const modules: UserConfig = {
  ...common,
  entry: [
    'src/index.ts',
    'src/vault/index.ts',
    'src/hosted/index.ts',
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
  unbundle: true,
}

/** One file: a worker has nothing to wait for, and bundlers that make workers of one file have no place for more. */
const host: UserConfig = {
  ...common,
  entry: { 'host/index': 'src/host/index.ts' },
  clean: false,
  outputOptions: { codeSplitting: false },
}

export default defineConfig([modules, host])
