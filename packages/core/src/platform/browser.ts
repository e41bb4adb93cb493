import { createHostPorts } from './host.ts'
import type { KeyValueStore, Platform, WakeCause } from './ports.ts'

/** A page in a browser behind the ports. */
export function createBrowserPlatform(): Platform {
  return {
    ...createHostPorts(),
    session: createBrowserStore(() => sessionStorage),
    shared: createBrowserStore(() => localStorage),
    navigation: {
      href: () => location.href,
      assign: (url) => location.assign(url),
      leave: (url) => location.replace(url),
      replace: (url) => history.replaceState(history.state, '', url),
      isUserDriven: () => navigator.userActivation?.hasBeenActive === true || navigationType() === 'reload',
    },
    page: {
      exists: () => typeof document !== 'undefined',
      // `isSecureContext` is missing from some test environments, where absence says nothing.
      isSecureContext: () => globalThis.isSecureContext !== false && globalThis.crypto?.subtle !== undefined,
      isOnline: () => navigator.onLine !== false,
      isVisible: () => document.visibilityState !== 'hidden',
      isPrerendering: () => 'prerendering' in document && document.prerendering === true,
      isFramed: () => window.parent !== window,
      onWake,
      onSleep,
    },
    openFrame,
  }
}

/** Where site data is blocked, the very getter of the storage throws: what cannot be read is absent. */
function createBrowserStore(open: () => Storage): KeyValueStore {
  const read = <T>(from: (storage: Storage) => T): T | undefined => {
    try {
      return from(open())
    } catch {
      return undefined
    }
  }
  return {
    get: (key) => read((storage) => storage.getItem(key) ?? undefined),
    set: (key, value) => open().setItem(key, value),
    remove: (key) => read((storage) => storage.removeItem(key)),
    keys: () => read((storage) => Object.keys(storage)) ?? [],
  }
}

function navigationType(): string {
  const entry = performance.getEntriesByType('navigation')[0] as PerformanceNavigationTiming | undefined
  return entry?.type ?? ''
}

function onWake(listener: (cause: WakeCause) => void): () => void {
  const stop = new AbortController()
  const { signal } = stop
  const onDocument = (type: string, cause: WakeCause): void =>
    document.addEventListener(
      type,
      // A page that is thawed or activated in the background is no more seen than before.
      () => (cause !== 'visible' || document.visibilityState === 'visible') && listener(cause),
      { signal },
    )
  onDocument('visibilitychange', 'visible')
  onDocument('resume', 'resumed')
  onDocument('prerenderingchange', 'activated')
  addEventListener('online', () => listener('online'), { signal })
  addEventListener('pageshow', (event) => event.persisted && listener('restored'), { signal })
  return () => stop.abort()
}

function onSleep(listener: (cause: 'hidden' | 'gone') => void): () => void {
  const stop = new AbortController()
  const { signal } = stop
  const onVisibility = (): void => {
    if (document.visibilityState === 'hidden') listener('hidden')
  }
  document.addEventListener('visibilitychange', onVisibility, { signal })
  addEventListener('pagehide', () => listener('gone'), { signal })
  return () => stop.abort()
}

const openFrame: Platform['openFrame'] = (url, onMessage) => {
  const frame = document.createElement('iframe')
  const listen = ({ source, origin, data }: MessageEvent): void => {
    // Neither is a window where the frame has none (yet).
    if (source && source === frame.contentWindow && origin === location.origin) onMessage(data)
  }
  frame.hidden = true
  frame.title = 'Sign-in'
  frame.src = url
  addEventListener('message', listen)
  // A script in the head may run before there is a body.
  ;(document.body ?? document.documentElement).append(frame)
  return () => {
    removeEventListener('message', listen)
    frame.remove()
  }
}
