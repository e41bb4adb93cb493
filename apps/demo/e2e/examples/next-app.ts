import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { findFreePort } from '../engines/free-port.ts'

/** The example on Next.js, as a deployment would be. */
export interface NextApp {
  readonly url: string
  /** Builds the example for a provider, and serves it from then on. */
  deploy(issuer: string): Promise<void>
  stop(): Promise<void>
}

const folder = join(import.meta.dirname, '../../../../examples/next')
const next = createRequire(join(folder, 'package.json')).resolve('next/dist/bin/next')

/** Takes a port for the example: the provider must know it first. */
export async function reserveNextApp(): Promise<NextApp> {
  const port = await findFreePort()
  let server: ChildProcess | undefined

  function run(args: readonly string[], env: Record<string, string> = {}): ChildProcess {
    return spawn(process.execPath, [next, ...args], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...env, NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' },
    })
  }

  return {
    url: `http://localhost:${port}`,
    async deploy(issuer) {
      const build = run(['build'], { NEXT_PUBLIC_ISSUER: issuer })
      let output = ''
      build.stdout?.on('data', (text) => {
        output += text
      })
      const [code] = await once(build, 'close')
      if (code !== 0) throw new Error(output)
      server = run(['start', '--hostname', '127.0.0.1', '--port', String(port)])
      await ready(server)
    },
    async stop() {
      if (server?.exitCode !== null) return
      server.kill()
      await once(server, 'close')
    },
  }
}

async function ready(server: ChildProcess): Promise<void> {
  for await (const text of server.stdout ?? []) if (String(text).includes('Ready in')) return
  throw new Error('The example ended before it was ready.')
}
