import type { Page } from '@latchkey/core'

/** A page that somebody looks at, with a network. */
export const testPage: Page = {
  exists: () => true,
  isSecureContext: () => true,
  isOnline: () => true,
  isVisible: () => true,
  isPrerendering: () => false,
  isFramed: () => false,
  onWake: () => () => undefined,
  onSleep: () => () => undefined,
}
