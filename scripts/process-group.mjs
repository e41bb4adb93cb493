const graceMs = 3_000
const hasGroups = process.platform !== 'win32'

/** Gives a program a group of its own, so that it can be ended together with everything it started. */
export const ownGroup = { detached: hasGroups }

/**
 * Ends a program of its own group, with everything it started: as Ctrl-C would, and by force what does
 * not follow.
 *
 * @param {import('node:child_process').ChildProcess} child
 */
export function endGroup(child) {
  const { pid } = child
  if (pid === undefined) return

  const send = (/** @type {'SIGINT' | 'SIGKILL'} */ signal) => {
    try {
      process.kill(hasGroups ? -pid : pid, signal)
    } catch {
      // Nobody of the group is left, which is what was asked for.
    }
  }
  send('SIGINT')
  const force = setTimeout(send, graceMs, 'SIGKILL')
  child.once('close', () => {
    clearTimeout(force)
    send('SIGKILL')
  })
}
