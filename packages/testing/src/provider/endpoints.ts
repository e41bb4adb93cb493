import type { Endpoint } from './faults.ts'

/** Where a provider is asked for what, but for what it says of itself. */
export interface Endpoints extends Readonly<Record<Exclude<Endpoint, 'discovery'>, string>> {
  /** What is asked for there, whatever its query; undefined where there is nothing. */
  find(url: string): Endpoint | undefined
}

/** Lays the {@link Endpoints} of an issuer out. */
export function createEndpoints(issuer: string): Endpoints {
  const base = issuer.replace(/\/$/, '')
  const { origin } = new URL(base)
  const urls = {
    authorization: `${base}/authorize`,
    pushed_authorization: `${base}/par`,
    token: `${base}/token`,
    jwks: `${base}/jwks`,
    userinfo: `${base}/userinfo`,
    revocation: `${base}/revoke`,
    end_session: `${base}/logout`,
  } as const
  const byUrl: ReadonlyMap<string, Endpoint> = new Map([
    [`${base}/.well-known/openid-configuration`, 'discovery'],
    // RFC 8414 §3.1: before the path, not after it.
    [base.replace(origin, `${origin}/.well-known/oauth-authorization-server`), 'discovery'],
    ...Object.entries(urls).map(([endpoint, url]) => [url, endpoint as Endpoint] as const),
  ])
  return { ...urls, find: (url) => byUrl.get(url.split(/[?#]/)[0] ?? '') }
}
