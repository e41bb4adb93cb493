import type { WakeCause } from './ports.ts'

/** What happens to a page, as the browser says it. */
export interface LifeEvent {
  readonly type: string
  /** Of `pageshow` and `pagehide`: whether the page is in the back/forward cache. */
  readonly persisted?: boolean
}

/** Tells what happens to the page. @returns stops it */
export function onLife(listener: (event: LifeEvent) => void): () => void {
  const stop = new AbortController()
  const listen = (target: EventTarget, ...types: string[]): void => {
    for (const type of types) target.addEventListener(type, listener, { signal: stop.signal })
  }
  listen(document, 'visibilitychange', 'resume', 'prerenderingchange')
  listen(window, 'online', 'offline', 'pageshow', 'pagehide')
  return () => stop.abort()
}

/** What wakes a page whatever else holds. */
const wakes: Readonly<Record<string, WakeCause>> = {
  resume: 'resumed',
  prerenderingchange: 'activated',
  online: 'online',
}

/** How a page comes back to life by what happens to it. One that is thawed or activated in the background is no more seen. */
export function wakeCauseOf({ type, persisted }: LifeEvent, isVisible: boolean): WakeCause | undefined {
  if (type === 'visibilitychange') return isVisible ? 'visible' : undefined
  if (type === 'pageshow') return persisted ? 'restored' : undefined
  return Object.hasOwn(wakes, type) ? wakes[type] : undefined
}

/** How it is seen no more. */
export function sleepCauseOf({ type }: LifeEvent, isVisible: boolean): 'hidden' | 'gone' | undefined {
  if (type === 'pagehide') return 'gone'
  return type === 'visibilitychange' && !isVisible ? 'hidden' : undefined
}
