import type { PageView } from '../src/platform/hosted-ports.ts'
import type { Platform } from '../src/platform/ports.ts'

/** What a page that somebody looks at tells the host of its client. */
export const pageView: PageView = {
  href: 'https://app.example/',
  isUserDriven: true,
  isSecureContext: true,
  isOnline: true,
  isVisible: true,
  isPrerendering: false,
  isFramed: false,
}

/** What a page tells, by its platform. */
export function viewOf({ page, navigation }: Pick<Platform, 'page' | 'navigation'>): PageView {
  return {
    href: navigation.href(),
    isUserDriven: navigation.isUserDriven(),
    isSecureContext: page.isSecureContext(),
    isOnline: page.isOnline(),
    isVisible: page.isVisible(),
    isPrerendering: page.isPrerendering(),
    isFramed: page.isFramed(),
  }
}
