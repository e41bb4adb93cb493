import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { run } from './run.mjs'

/**
 * The files that these programs would be on the PATH; most of them do not exist.
 *
 * @param {readonly string[]} names
 */
export function onPath(names) {
  return [...(process.env.PATH ?? '').split(delimiter), '/usr/bin', '/snap/bin'].flatMap((folder) =>
    names.map((name) => join(folder, name)),
  )
}

/** @param {readonly string[]} executables */
export async function firstThatStarts(executables) {
  for (const executable of executables) if (await starts(executable)) return executable
  return undefined
}

/**
 * On Windows a browser opens a window instead of telling its version, so there its presence must do.
 *
 * @param {string} executable
 */
export async function starts(executable) {
  if (!existsSync(executable)) return false
  return process.platform === 'win32' || (await run(executable, ['--version'])).code === 0
}
