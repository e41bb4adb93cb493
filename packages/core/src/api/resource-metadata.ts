import { SignInRequiredError } from '../errors.ts'
import type { Platform } from '../platform/ports.ts'
import { createHttp } from '../protocol/http.ts'
import { isSecureUrl } from '../protocol/secure-url.ts'
import { plainText } from '../protocol/text.ts'

/** What finding out whose tokens an API takes works with. */
export interface ResourceMetadataContext {
  /** The client's own; undefined where it has none. */
  readonly issuer: string | undefined
  readonly platform: Pick<Platform, 'send' | 'clock'>
  readonly requestTimeoutMs: number
}

const mostServers = 10

/**
 * Why no token of this client's will do: the API has refused a request, and its metadata names other authorization
 * servers (RFC 9728 §5). Undefined where it does not say so in a way that can be believed: then the refusal stands as it is.
 *
 * @param requestUrl What the API was asked for.
 * @param metadataUrl Where its answer says that its metadata is. It is asked without a token.
 */
export async function otherAuthorizationServer(
  requestUrl: string,
  metadataUrl: string,
  { issuer, platform, requestTimeoutMs }: ResourceMetadataContext,
): Promise<SignInRequiredError | undefined> {
  const url = URL.canParse(metadataUrl) ? new URL(metadataUrl) : undefined
  // An API speaks for itself: it does not send the page to ask others.
  if (!url || url.origin !== new URL(requestUrl).origin || !isSecureUrl(url)) return undefined
  const { send, clock } = platform
  const http = createHttp({ clock, fetch: (place, init) => send(new Request(place, init)) }, requestTimeoutMs)
  const document: unknown = await http(url.href, { method: 'GET', headers: { accept: 'application/json' } })
    .then((response) => (response.status === 200 ? response.json() : undefined))
    .catch(() => undefined) // the refusal says enough
  const { resource, authorization_servers: listed } = (document ?? {}) as Readonly<Record<string, unknown>>
  if (!isAbout(resource, { requestUrl, metadataUrl: url.href })) return undefined
  const servers = (Array.isArray(listed) ? listed : []).filter(isServer).slice(0, mostServers)
  if (servers.length === 0 || servers.some((server) => server === issuer)) return undefined
  return new SignInRequiredError(
    'other_authorization_server',
    `${url.origin} takes tokens of ${plainText(servers.join(', '))}, and of no other authorization server. ` +
      'Sign in with a client whose "issuer" is that, and call it with that client.',
    { authorizationServers: servers },
  )
}

/**
 * RFC 9728 §3.3: the metadata is that of the very resource that was asked for; or of one that it lies below, where it
 * stands in that one's own well-known place.
 */
function isAbout(
  resource: unknown,
  { requestUrl, metadataUrl }: { readonly requestUrl: string; readonly metadataUrl: string },
): boolean {
  if (typeof resource !== 'string' || !URL.canParse(resource)) return false
  if (resource === requestUrl) return true
  const { origin, pathname, search } = new URL(resource)
  const asked = new URL(requestUrl)
  const path = pathname === '/' ? '' : pathname
  const wellKnown = `${origin}/.well-known/oauth-protected-resource${path}${search}`
  const isBelow = `${asked.origin}${asked.pathname}/`.startsWith(`${origin}${path.replace(/\/$/, '')}/`)
  return wellKnown === metadataUrl && isBelow
}

function isServer(value: unknown): value is string {
  return typeof value === 'string' && URL.canParse(value) && isSecureUrl(new URL(value))
}
