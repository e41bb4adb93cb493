import { invalid } from '../options/invalid-option.ts'
import type { Settings } from '../options/parse-options.ts'
import type { Navigation } from '../platform/ports.ts'
import { absoluteUrl, originOf } from './absolute-url.ts'
import { type CallbackUrl, parseCallbackUrl } from './callback-url.ts'

/** The app's own addresses, as absolute URLs. Asked for late: on a server there is no origin. */
export interface AppUrls {
  origin(): string
  /** A path of this app, or a URL, as a URL. */
  absolute(url: string): string
  /** Byte for byte what must be registered (RFC 6749 §3.1.2.3). @throws {ConfigurationError} `invalid_option` */
  redirectUri(): string
  postLogoutRedirectUri(path?: string): string
  /** What a URL is to this client. Never throws. */
  parseCallback(url: string): CallbackUrl
}

/** Makes {@link AppUrls} for wherever the page is. */
export function createAppUrls(settings: Settings, navigation: Pick<Navigation, 'href'>): AppUrls {
  const origin = (): string => originOf(navigation.href())
  const absolute = (url: string): string => absoluteUrl(url, navigation.href())
  return {
    origin,
    absolute,
    redirectUri() {
      if (origin() === 'null') throw invalid('redirectUri', 'needs a page that is served by http or https')
      const url = absolute(settings.redirectUri)
      const expected = new URL(url).origin
      if (expected === origin()) return url
      throw invalid(
        'redirectUri',
        `must be a path, or on ${origin()}, where the app runs: on ${expected} the answer could not be checked`,
      )
    },
    postLogoutRedirectUri: (path) => absolute(path ?? settings.postLogoutRedirectUri),
    parseCallback: (url) => parseCallbackUrl(url, absolute(settings.redirectUri), settings.statePrefix),
  }
}
