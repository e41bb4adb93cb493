import type { Platform } from './ports.ts'

/**
 * The browser behind the ports. This is the one file that names its globals, and it names them inside
 * functions only: importing it and making a platform is safe anywhere.
 */
export function createBrowserPlatform(): Platform {
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
    session: {
      get: (key) => readStorage((storage) => storage.getItem(key) ?? undefined),
      set: (key, value) => sessionStorage.setItem(key, value),
      remove: (key) => readStorage((storage) => storage.removeItem(key)),
      keys: () => readStorage((storage) => Object.keys(storage)) ?? [],
    },
    navigation: {
      href: () => location.href,
      assign: (url) => location.assign(url),
      replace: (url) => history.replaceState(history.state, '', url),
      isUserDriven: () => navigator.userActivation?.hasBeenActive === true || navigationType() === 'reload',
    },
    page: {
      exists: () => typeof document !== 'undefined',
      // `isSecureContext` is missing from some test environments, where absence says nothing.
      isSecureContext: () => globalThis.isSecureContext !== false && globalThis.crypto?.subtle !== undefined,
      isOnline: () => navigator.onLine !== false,
      isVisible: () => document.visibilityState !== 'hidden',
      onWake: (listener) => {
        const stop = new AbortController()
        const { signal } = stop
        document.addEventListener(
          'visibilitychange',
          () => document.visibilityState === 'visible' && listener('visible'),
          { signal },
        )
        addEventListener('online', () => listener('online'), { signal })
        addEventListener('pageshow', (event) => event.persisted && listener('restored'), { signal })
        return () => stop.abort()
      },
    },
  }
}

/** Where site data is blocked, the very getter of `sessionStorage` throws: what cannot be read is absent. */
function readStorage<T>(read: (storage: Storage) => T): T | undefined {
  try {
    return read(sessionStorage)
  } catch {
    return undefined
  }
}

function navigationType(): string {
  const entry = performance.getEntriesByType('navigation')[0] as PerformanceNavigationTiming | undefined
  return entry?.type ?? ''
}
