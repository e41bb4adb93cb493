import type { Locks, Platform } from './ports.ts'

/** The ports to what pages and workers have in common. */
export type HostPorts = Pick<Platform, 'clock' | 'random' | 'fetch' | 'send' | 'locks' | 'openChannel'>

/**
 * What pages and workers have in common, behind the ports. This folder alone names the browser's globals, and
 * it names them inside functions only: importing it and making a platform is safe anywhere.
 */
export function createHostPorts(): HostPorts {
  return {
    clock: {
      now: () => ({ epochMs: Date.now(), monotonicMs: performance.now() }),
      setTimer: (delayMs, callback) => {
        const timer = setTimeout(callback, delayMs)
        return () => clearTimeout(timer)
      },
    },
    random: {
      bytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
      fraction: () => Math.random(),
    },
    fetch: (url, init) => fetch(url, init),
    send: (request) => fetch(request),
    locks: {
      exist: () => lockManager() !== undefined,
      run: runLocked,
    },
    openChannel(name, onMessage) {
      try {
        const channel = new BroadcastChannel(name)
        channel.onmessage = ({ data }) => onMessage(data)
        return { post: (message) => channel.postMessage(message), close: () => channel.close() }
      } catch {
        // Missing, or site data is blocked (Firefox).
        return undefined
      }
    },
  }
}

/** Undefined in old browsers and insecure contexts, null in some test environments. */
function lockManager(): LockManager | undefined {
  return (navigator.locks as LockManager | null | undefined) ?? undefined
}

const runLocked: Locks['run'] = async <T>(
  name: string,
  signal: AbortSignal,
  work: (hasWaited: boolean) => Promise<T>,
) => {
  const locks = lockManager()
  if (!locks) return work(false)
  const taken = Symbol()
  let hasAnswered = false
  try {
    const result = await locks.request(name, { ifAvailable: true }, (lock) => {
      hasAnswered = true
      return lock ? work(false) : taken
    })
    return result === taken ? await locks.request(name, { signal }, () => work(true)) : (result as T)
  } catch (error) {
    // Site data is blocked (`SecurityError`): nothing can be shared between tabs, so nothing is in the way.
    if (!hasAnswered) return work(false)
    throw error
  }
}
