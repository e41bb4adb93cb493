import { invalid } from './invalid-option.ts'
import { parseUrl, requireText } from './option-values.ts'

/**
 * Checks option `redirectUri`: answers arrive here, so it must not be a page that people open for another reason.
 *
 * @throws {ConfigurationError} `invalid_option`
 */
export function parseRedirectUri(value: unknown): string {
  const url = parseAppUrl('redirectUri', value)
  if (new URL(url, 'https://app.invalid').pathname !== '/') return url
  throw invalid('redirectUri', 'must be a page of its own, such as "/callback", where <Callback> is rendered')
}

/**
 * Checks the address of a page of the app. RFC 6749 §3.1.2: a redirection URI has no fragment.
 *
 * @throws {ConfigurationError} `invalid_option`
 */
export function parseAppUrl(option: string, value: unknown): string {
  const text = requireText(option, value)
  if (text.includes('#')) {
    throw invalid(
      option,
      'may not contain "#" (RFC 6749 §3.1.2). With a hash router, register a path without it',
    )
  }
  const url = parseUrl(text)
  if (!(url ? /^https?:$/.test(url.protocol) : /^\/(?![/\\])/.test(text))) {
    throw invalid(option, 'must be a path that starts with one "/", or an absolute http(s) URL of this app')
  }
  return text
}
