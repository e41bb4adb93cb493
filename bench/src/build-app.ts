import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import { build } from 'vite'
import type { ContestantEntry } from './contestants.ts'

const app = join(import.meta.dirname, '../app')

/** Builds the app with an SDK the way Vite builds for production, into a folder. */
export async function buildApp(
  { adapter, entry = join(app, 'main.tsx'), pages = [] }: ContestantEntry,
  outDir: string,
): Promise<void> {
  await build({
    configFile: false,
    root: app,
    logLevel: 'warn',
    plugins: [react()],
    resolve: {
      alias: { contestant: adapter, entry },
      // The peers' folder has a React of its own.
      dedupe: ['react', 'react-dom'],
    },
    worker: { format: 'es', rollupOptions: { output: { entryFileNames: 'assets/[name].js' } } },
    build: {
      outDir,
      emptyOutDir: true,
      rollupOptions: { input: ['index.html', ...pages].map((page) => join(app, page)) },
    },
  })
}
