import { isSecureUrl } from '../protocol/secure-url.ts'
import type { Endpoints } from '../protocol/settings.ts'
import type { AuthClientOptions } from './client-options.ts'
import { invalid, refuseUnknown } from './invalid-option.ts'
import { parseUrl } from './option-values.ts'

/**
 * OpenID Connect Discovery 1.0 §3, RFC 8414 §2: an https URL with neither query nor fragment, kept to the letter.
 *
 * @throws {ConfigurationError} `invalid_option`
 */
export function checkIssuer(issuer: unknown): void {
  const url = parseUrl(issuer)
  if (!url) throw invalid('issuer', `must be an absolute URL, such as "https://id.example.com"`)
  if (/[?#]/.test(String(issuer))) throw invalid('issuer', 'must have neither "?" nor "#"')
  if (url.pathname.includes('/.well-known/')) {
    throw invalid('issuer', 'must be what stands before "/.well-known/": the metadata is found by itself')
  }
  if (!isSecureUrl(url)) {
    throw invalid(
      'issuer',
      `must start with "https:" (it is "${url.protocol}//${url.host}"); "http:" is for loopback only`,
    )
  }
}

/**
 * Checks option `endpoints`.
 *
 * @throws {ConfigurationError} `invalid_option`
 */
export function checkEndpoints(endpoints: Endpoints, protocol: 'oidc' | 'oauth2'): void {
  const needed = protocol === 'oidc' ? ['authorization', 'token', 'jwks'] : ['authorization', 'token']
  const known = [
    'authorization',
    'token',
    'jwks',
    'userInfo',
    'revocation',
    'endSession',
    'pushedAuthorization',
  ]
  if (typeof endpoints !== 'object' || endpoints === null)
    throw invalid('endpoints', 'must be an object of URLs')
  // Undefined is as good as absent: a setting that was forgotten, say.
  const given = Object.entries(endpoints).filter(([, value]) => value !== undefined)
  // A name that is misspelt is not to be told of as one that is missing.
  refuseUnknown('endpoints', Object.fromEntries(given), known)
  for (const name of needed) {
    if (!given.some(([key]) => key === name)) throw invalid(`endpoints.${name}`, 'is missing')
  }
  for (const [name, value] of given) {
    const url = parseUrl(value)
    if (!url || url.hash || !isSecureUrl(url)) {
      throw invalid(
        `endpoints.${name}`,
        'must be an absolute https URL without "#"; "http:" is for loopback only',
      )
    }
  }
}

/**
 * Checks option `pushedAuthorization`. With endpoints by hand, nothing else could say where to push.
 *
 * @throws {ConfigurationError} `invalid_option`
 */
export function parsePushed({
  pushedAuthorization = 'auto',
  endpoints,
}: AuthClientOptions): 'auto' | 'always' {
  if (pushedAuthorization !== 'auto' && pushedAuthorization !== 'always') {
    throw invalid('pushedAuthorization', `must be 'auto' (the default) or 'always'`)
  }
  if (pushedAuthorization === 'always' && endpoints && endpoints.pushedAuthorization === undefined) {
    throw invalid('endpoints.pushedAuthorization', `is missing: option "pushedAuthorization" is 'always'`)
  }
  return pushedAuthorization
}
