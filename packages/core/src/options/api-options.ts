import { isSecureUrl } from '../protocol/secure-url.ts'
import { normalizeTarget, type TokenTarget } from '../protocol/token-target.ts'
import { invalid, refuseUnknown } from './invalid-option.ts'
import { parseUrl, requireText } from './option-values.ts'

/** An API with an access token of its own. */
export interface ApiOptions {
  /** Its origin, or a URL prefix. Of several that fit an address, the longest decides; of two alike, the first. */
  readonly url: string
  /**
   * What the provider knows it by (RFC 8707 §2): an absolute URI. It is asked for at sign-in too, with its scope, unless
   * option `resources` leaves it out.
   */
  readonly resource?: string
  /** What the provider knows it by, where it names APIs by `audience`. */
  readonly audience?: string
  /**
   * What its token is to allow, separated by spaces. Default: what was granted for it. Without `resource` and `audience`
   * it is asked for at sign-in and sent with the session's own token, where that allows it; a token of its own needs one
   * of them, unless the provider tells its APIs apart by their scopes (Microsoft Entra).
   */
  readonly scope?: string
}

/** An API, checked. */
export interface Api {
  /** Absolute, and ending where a path may go on. */
  readonly url: string
  /** What its token is asked for; undefined: it gets the session's own. */
  readonly target?: TokenTarget | undefined
}

const knownOptions = ['url', 'resource', 'audience', 'scope']

/**
 * Checks option `apis`. URLs are compared as parsed ones: `https://api.example.com` must not let
 * `https://api.example.com.evil.example` in.
 *
 * @throws {ConfigurationError} `invalid_option`
 */
export function parseApis(value: unknown = []): readonly Api[] {
  if (!Array.isArray(value)) throw invalid('apis', 'must be a list of origins or URL prefixes')
  return value.map((api: unknown): Api => {
    if (typeof api !== 'object' || api === null) return { url: parsePrefix(api) }
    refuseUnknown('apis', api, knownOptions)
    const target = parseTarget(api as ApiOptions)
    return { url: parsePrefix((api as ApiOptions).url), ...(target && { target }) }
  })
}

/**
 * Checks option `resources` (RFC 8707 §2).
 *
 * @throws {ConfigurationError} `invalid_option`
 */
export function parseResources(value: unknown): readonly string[] | undefined {
  if (value === undefined) return undefined
  if (!Array.isArray(value)) throw invalid('resources', 'must be a list of absolute URIs')
  for (const resource of value) parseResource('resources', resource)
  return value
}

/**
 * Checks what a token is asked for; undefined where it is the session's own.
 *
 * @throws {ConfigurationError} `invalid_option`
 */
export function parseTarget({ resource, audience, scope }: TokenTarget): TokenTarget | undefined {
  if (resource !== undefined) parseResource('resource', resource)
  for (const [option, value] of Object.entries({ audience, scope })) {
    if (value !== undefined) requireText(option, value)
  }
  return normalizeTarget({ resource, audience, scope })
}

/** RFC 8707 §2: an absolute URI, such as a URL or a URN, without a fragment. */
function parseResource(option: string, value: unknown): void {
  if (typeof value === 'string' && URL.canParse(value) && !value.includes('#')) return
  throw invalid(option, 'must name an API by an absolute URI without "#" (RFC 8707 §2)')
}

function parsePrefix(value: unknown): string {
  const url = parseUrl(value)
  // With anything else in it, even an empty query, no request would be found to lie below it.
  if (!url || url.href !== url.origin + url.pathname || url.hostname.includes('*') || !isSecureUrl(url)) {
    // Enough to find it by; what may be a secret is left out.
    const shown = (typeof value === 'string' ? value : typeof value)
      .replace(/\/\/[^/]*@/, '//')
      .replace(/[?#].*/s, '…')
    throw invalid(
      'apis',
      `must hold absolute https URLs in text, without "?", "#", "@" and wildcards, and "${shown}" is none; "http:" is for loopback only`,
    )
  }
  return url.href.replace(/([^/])$/, '$1/')
}
