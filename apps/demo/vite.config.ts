import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import { defaultClientConditions, defineConfig, loadEnv } from 'vite'

const folder = import.meta.dirname

export default defineConfig(({ mode }) => {
  const { DEMO_PORT } = loadEnv(mode, folder, 'DEMO_')
  const server = { port: Number(DEMO_PORT), strictPort: true }
  return {
    root: folder,
    plugins: [react()],
    // The packages of this repository are used as they stand in `src`: nothing needs building first.
    resolve: {
      conditions: ['@latchkey/source', ...defaultClientConditions],
      // React's build for production counts no renders, and the page of the hooks shows them.
      alias: [{ find: /^react-dom\/client$/, replacement: 'react-dom/profiling' }],
    },
    // It is loaded with the first sign-in. Found only then, it would make Vite reload the page in the middle of it.
    optimizeDeps: { include: ['@latchkey/core > oauth4webapi'] },
    build: {
      rollupOptions: {
        // What stands in frames are pages of their own: they load nothing of the app.
        input: ['index.html', 'silent-callback.html', 'front-channel-logout.html'].map((page) =>
          join(folder, page),
        ),
      },
    },
    worker: {
      format: 'es',
      // A name that no release changes: the vault that is running when a release comes goes on for old and new pages.
      rollupOptions: { output: { entryFileNames: 'auth-vault.js' } },
    },
    server,
    preview: server,
  }
})
