import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'

/** A program that runs until it is ended. */
export interface Program {
  /** What it writes to the file descriptor 3. */
  readonly answers: Readable
  /** Rejects when the program cannot be started, or ends before it was told to. */
  readonly failed: Promise<never>
  /** Ends it, and waits until it is gone. */
  end(): Promise<void>
}

const graceMs = 3_000

/** Starts a program without input, in the process group of the tests: whoever ends that group ends it too. */
export function startProgram(
  command: string,
  args: readonly string[],
  { env = {} }: { env?: Readonly<Record<string, string>> } = {},
): Program {
  const child = spawn(command, args, {
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
    env: { ...process.env, ...env },
  })
  const failed = new Promise<never>((_resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => reject(new Error(`${command} has ended: ${signal ?? code}.`)))
  })
  // It always fails in the end, and by then nobody may be waiting for it any more.
  failed.catch(() => {})
  return { answers: child.stdio[3] as Readable, failed, end: () => end(child) }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const force = setTimeout(() => child.kill('SIGKILL'), graceMs)
  child.kill()
  await once(child, 'exit')
  clearTimeout(force)
}
