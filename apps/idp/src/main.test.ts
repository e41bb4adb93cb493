import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { expect, it } from 'vitest'
import { buildHelp } from './command-line-help.ts'

it('says when it is ready, and ends when it is told to', async () => {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts', '--port=0', '--api-port=0'], {
    cwd: new URL('..', import.meta.url),
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const lines: string[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line)
    if (lines.length === 5) break
  }
  for (const [index, name] of ['idp', 'api', 'stock', 'payments', 'plain'].entries()) {
    expect(lines[index]).toMatch(new RegExp(`^${name} ready http://localhost:\\d+$`))
  }

  child.kill('SIGTERM')
  expect(await once(child, 'exit')).toEqual([0, null])
})

it('says what can be set, and starts nothing, for --help', async () => {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts', '--help'], {
    cwd: new URL('..', import.meta.url),
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const ended = once(child, 'exit')
  const lines: string[] = []
  for await (const line of createInterface({ input: child.stdout })) lines.push(line)

  expect(lines.join('\n')).toContain(buildHelp())
  expect(await ended).toEqual([0, null])
})

it('says in one line what is wrong', async () => {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
    cwd: new URL('..', import.meta.url),
    env: { ...process.env, APP_ORIGIN: 'localhost:5173' },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const errors: string[] = []
  for await (const line of createInterface({ input: child.stderr })) errors.push(line)

  expect(errors.at(-1)).toBe(
    'appOrigins holds "localhost:5173": write scheme, host and port, as in http://localhost:5173',
  )
})
