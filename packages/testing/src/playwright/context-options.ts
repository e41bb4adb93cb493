import type { BrowserContextOptions, PlaywrightTestOptions } from '@playwright/test'

/** What a project says in `use`. */
export type UseOptions = Partial<PlaywrightTestOptions>

type Name = keyof BrowserContextOptions & keyof PlaywrightTestOptions

/** What of it a browser context takes; the rest concerns tests alone. The compiler sees that none is missing. */
const isTaken: Readonly<Record<Name, true>> = {
  acceptDownloads: true,
  baseURL: true,
  bypassCSP: true,
  clientCertificates: true,
  colorScheme: true,
  contrast: true,
  deviceScaleFactor: true,
  extraHTTPHeaders: true,
  forcedColors: true,
  geolocation: true,
  hasTouch: true,
  httpCredentials: true,
  ignoreHTTPSErrors: true,
  isMobile: true,
  javaScriptEnabled: true,
  locale: true,
  offline: true,
  permissions: true,
  proxy: true,
  reducedMotion: true,
  screen: true,
  serviceWorkers: true,
  storageState: true,
  timezoneId: true,
  userAgent: true,
  viewport: true,
}

/** Picks what the context of a test would be made with: `contextOptions`, and before them what has a name of its own. */
export function contextOptionsOf(use: UseOptions): BrowserContextOptions {
  const named = Object.entries(use).filter(
    ([name, value]) => Object.hasOwn(isTaken, name) && value !== undefined,
  )
  return { ...use.contextOptions, ...Object.fromEntries(named) }
}
