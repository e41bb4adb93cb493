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
    resolve: { conditions: ['@latchkey/source', ...defaultClientConditions] },
    // It is loaded with the first sign-in. Found only then, it would make Vite reload the page in the middle of it.
    optimizeDeps: { include: ['@latchkey/core > oauth4webapi'] },
    server,
    preview: server,
  }
})
