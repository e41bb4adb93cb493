import { isAt } from './is-at.ts'

/** What a URL is to this client. */
export type CallbackUrl =
  | { readonly kind: 'elsewhere' }
  /** The callback path, without a response that is ours. */
  | { readonly kind: 'bare'; readonly error: string | null }
  | {
      readonly kind: 'response'
      readonly state: string
      readonly parameters: URLSearchParams
      /** The URL without the response; everything else in it is kept to the letter. */
      readonly cleanUrl: string
    }

/** What a response may consist of. The rest of the query belongs to the app. */
const responseParameters = new Set([
  'code',
  'state',
  'iss',
  'error',
  'error_description',
  'error_uri',
  'session_state',
  'access_token',
  'id_token',
  'token',
  'token_type',
  'expires_in',
  'response',
])

/**
 * Tells our authorization response from everything else that arrives with `?code=` (RFC 6749 §4.1.2): the
 * path is the redirect URI's, and `state` starts with this client's prefix.
 */
export function parseCallbackUrl(url: string, redirectUri: string, statePrefix: string): CallbackUrl {
  if (!isAt(url, redirectUri)) return { kind: 'elsewhere' }
  const here = new URL(url)
  const state = here.searchParams.get('state')
  if (!state?.startsWith(statePrefix)) {
    const error = state === null ? here.searchParams.get('error') : null
    return { kind: 'bare', error }
  }
  return { kind: 'response', state, ...split(here) }
}

/** Takes the response out of the query, byte for byte, and out of a hash that holds tokens nobody asked for. */
function split(url: URL): { parameters: URLSearchParams; cleanUrl: string } {
  const parameters = new URLSearchParams()
  const rest = url.search
    .slice(1)
    .split('&')
    .filter((pair) => {
      // It takes one "?" off the front: not one that belongs to a name.
      const [entry] = new URLSearchParams(`?${pair}`)
      if (!entry || !responseParameters.has(entry[0])) return true
      parameters.append(...entry)
      return false
    })
    .join('&')
  let hash = url.hash
  for (const [name, value] of new URLSearchParams(hash.slice(1))) {
    if (!['access_token', 'id_token', 'code'].includes(name)) continue
    parameters.append(name, value)
    hash = ''
  }
  return { parameters, cleanUrl: url.origin + url.pathname + (rest && `?${rest}`) + hash }
}
