import { ConfigurationError } from '../errors.ts'
import type { Keeper } from '../keeper/keeper.ts'
import type { Platform } from '../platform/ports.ts'
import { isAllowedUrl } from './allowed-url.ts'

/** What calling APIs works with. */
export interface ApiFetchContext {
  readonly apis: readonly string[]
  readonly keeper: Pick<Keeper, 'getAccessToken' | 'send'>
  readonly platform: Pick<Platform, 'send'>
}

/**
 * `fetch` with the access token (RFC 6750 §2.1), to the listed APIs and to no other address. Where the vault is
 * sealed the request is sent from there, so that the page never has the token.
 */
export function createApiFetch({
  apis,
  keeper,
  platform,
}: ApiFetchContext): (request: Request) => Promise<Response> {
  return async (request) => {
    if (!isAllowedUrl(request.url, apis)) throw notListed(request.url)
    const answer = await keeper.send?.(request)
    if (answer) return answer
    const token = await keeper.getAccessToken({ signal: request.signal })
    const headers = new Headers(request.headers)
    headers.set('authorization', `Bearer ${token}`)
    // A redirect would carry the token to an address that is not listed.
    return platform.send(new Request(request, { headers, redirect: 'error' }))
  }
}

function notListed(url: string): ConfigurationError {
  return new ConfigurationError(
    'url_not_allowed',
    `${new URL(url).origin} is not one of the APIs that get the access token, so the request was not sent. ` +
      'Add its origin or a URL prefix to option "apis", or call it with plain fetch().',
  )
}
