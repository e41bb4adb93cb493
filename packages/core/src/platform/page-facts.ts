import type { Navigation, Page } from './ports.ts'

/** What a page knows of itself. */
export type PageFacts = Pick<Navigation, 'isUserDriven'> & Omit<Page, 'exists' | 'onWake' | 'onSleep'>

/** Asks the browser. */
export function createPageFacts(): PageFacts {
  // A server has no navigator, and not every browser tells what the person does.
  const activation = globalThis.navigator?.userActivation
  // Chromium hands `hasBeenActive` down to the next page of the same origin, through the provider's redirects too: one
  // click would count as a gesture in every page of a circle.
  const sign = activation?.hasBeenActive ? 'isActive' : 'hasBeenActive'
  return {
    isUserDriven: () => activation?.[sign] === true || isReloaded(),
    // `isSecureContext` is missing from some test environments, where absence says nothing.
    isSecureContext: () => globalThis.isSecureContext !== false && globalThis.crypto?.subtle !== undefined,
    isOnline: () => navigator.onLine !== false,
    isVisible: () => document.visibilityState !== 'hidden',
    isPrerendering: () => 'prerendering' in document && document.prerendering === true,
    isFramed: () => window.parent !== window,
  }
}

/** False on a server, in a worker, in a build. */
export function pageExists(): boolean {
  return typeof document !== 'undefined'
}

function isReloaded(): boolean {
  const [entry] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]
  return entry?.type === 'reload'
}
