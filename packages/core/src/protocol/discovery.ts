import * as oauth from 'oauth4webapi'
import { NetworkError, ProtocolError } from '../errors.ts'
import type { Clock, KeyValueStore } from '../platform/ports.ts'
import type { Http } from './http.ts'
import { type Metadata, metadataFromEndpoints, parseMetadata } from './metadata.ts'
import type { ProtocolSettings } from './settings.ts'
import { throwIfUnavailable } from './token-error.ts'

/** What discovery works with. */
export interface DiscoveryContext {
  readonly settings: ProtocolSettings
  readonly http: Http
  readonly clock: Clock
  /** Where the last good answer is kept across the redirect. It is public, so storage may hold it. */
  readonly cache: { readonly store: KeyValueStore; readonly key: string }
}

/** How long a stored answer is used without asking again. */
const freshMs = 60 * 60 * 1000

/**
 * Gives a function that knows the provider's metadata: fetched once however many ask, kept across a
 * redirect, asked for again after a failure. With endpoints by hand nothing is fetched.
 */
export function createDiscovery(context: DiscoveryContext): () => Promise<Metadata> {
  let known: Promise<Metadata> | undefined
  return () => {
    known ??= discover(context).catch((error: unknown) => {
      known = undefined
      throw error
    })
    return known
  }
}

async function discover(context: DiscoveryContext): Promise<Metadata> {
  const { settings } = context
  if (settings.endpoints) return metadataFromEndpoints(settings)
  const stored = readStored(context)
  if (stored && stored.ageMs < freshMs) return stored.metadata
  try {
    const metadata = parseMetadata(await fetchDocument(context), settings)
    writeStored(context, metadata)
    return metadata
  } catch (error) {
    if (stored && error instanceof NetworkError) return stored.metadata
    throw error
  }
}

async function fetchDocument({ settings, http }: DiscoveryContext): Promise<unknown> {
  const issuer = new URL(settings.issuer ?? '')
  let location = ''
  const response = await oauth.discoveryRequest(issuer, {
    // OpenID Connect Discovery 1.0 §4.1 appends to the issuer, RFC 8414 §3.1 inserts before its path.
    algorithm: settings.protocol === 'oidc' ? 'oidc' : 'oauth2',
    [oauth.allowInsecureRequests]: true,
    [oauth.customFetch]: (url, { method, headers }) => {
      location = url
      // A trailing slash added by redirect is common; the document proves itself by its issuer.
      return http(url, { method, headers, redirect: 'follow' })
    },
  })
  throwIfUnavailable(response)
  const document: unknown = await response.json().catch(() => undefined)
  if (response.status === 200 && document !== undefined) return document
  throw new ProtocolError(
    'invalid_metadata',
    `${location} answered ${response.status} (${response.headers.get('content-type') ?? 'no content type'}) where a JSON ` +
      'document is due. Check option "issuer", or pass the addresses by hand in option "endpoints".',
  )
}

function readStored({
  cache,
  settings,
  clock,
}: DiscoveryContext): { metadata: Metadata; ageMs: number } | undefined {
  try {
    const { at, document } = JSON.parse(cache.store.get(cache.key) ?? '') as { at: number; document: unknown }
    const ageMs = clock.now().epochMs - at
    return ageMs >= 0 ? { metadata: parseMetadata(document, settings), ageMs } : undefined
  } catch {
    // Absent, damaged or of another shape: the network knows.
    return undefined
  }
}

function writeStored({ cache, clock }: DiscoveryContext, document: Metadata): void {
  try {
    cache.store.set(cache.key, JSON.stringify({ at: clock.now().epochMs, document }))
  } catch {
    // Without storage the next page asks again.
  }
}
