import type { Navigation, Page } from './ports.ts'

/** What a page knows of itself. */
export const pageFacts: Pick<Navigation, 'isUserDriven'> & Omit<Page, 'exists' | 'onWake' | 'onSleep'> = {
  isUserDriven: () => navigator.userActivation?.hasBeenActive === true || navigationType() === 'reload',
  // `isSecureContext` is missing from some test environments, where absence says nothing.
  isSecureContext: () => globalThis.isSecureContext !== false && globalThis.crypto?.subtle !== undefined,
  isOnline: () => navigator.onLine !== false,
  isVisible: () => document.visibilityState !== 'hidden',
  isPrerendering: () => 'prerendering' in document && document.prerendering === true,
  isFramed: () => window.parent !== window,
}

/** False on a server, in a worker, in a build. */
export function pageExists(): boolean {
  return typeof document !== 'undefined'
}

function navigationType(): string {
  const entry = performance.getEntriesByType('navigation')[0] as PerformanceNavigationTiming | undefined
  return entry?.type ?? ''
}
