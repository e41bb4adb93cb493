import { cpSync } from 'node:fs'
import { build } from 'esbuild'

cpSync('public', 'dist', { recursive: true })
await build({
  // esbuild makes no worker of a `new SharedWorker(…)` by itself.
  entryPoints: ['src/main.tsx', 'src/auth-vault.ts', 'src/silent-callback.ts'],
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  jsx: 'automatic',
  minify: true,
  define: { 'process.env.NODE_ENV': '"production"' },
})
