/** How often a process that npm started looks whether npm is still there. */
const lookMs = 500

/**
 * An abort controller that aborts, with a word for why, when this process is asked to end. A shell between npm and
 * this process may keep a SIGTERM to itself and die, so losing it is taken for one.
 */
export function createStop() {
  const stop = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => stop.abort(name))

  const parent = process.ppid
  if (process.env.npm_lifecycle_event) {
    setInterval(() => {
      if (process.ppid !== parent) stop.abort('npm is gone')
    }, lookMs).unref()
  }
  return stop
}
