/** Where a provider answers. Absolute `https:` URLs; `http:` on loopback only. */
export interface Endpoints {
  /** Where the browser goes to sign in (RFC 6749 §3.1). */
  readonly authorization: string
  /** Where codes and refresh tokens are exchanged (RFC 6749 §3.2). */
  readonly token: string
  /** The keys that sign ID tokens (RFC 7517 §5). Needed for OpenID Connect. */
  readonly jwks?: string
  /** RFC 7009. */
  readonly revocation?: string
  /** OpenID Connect RP-Initiated Logout 1.0 §2. */
  readonly endSession?: string
  /** OpenID Connect Core 1.0 §5.3. */
  readonly userInfo?: string
  /** RFC 9126. Given, it is used for every sign-in. */
  readonly pushedAuthorization?: string
}

/** One client at one provider: the checked form that every exchange works from. */
export interface ProtocolSettings {
  /** `oidc`: ID tokens are required and validated. `oauth2`: there is none. */
  readonly protocol: 'oidc' | 'oauth2'
  readonly issuer: string | undefined
  /** Given by hand: no discovery request is made. */
  readonly endpoints: Endpoints | undefined
  readonly clientId: string
  readonly scope: string
  /** `auto`: where the provider demands it (RFC 9126 §5). */
  readonly pushedAuthorization: 'auto' | 'always'
  readonly requestTimeoutMs: number
  readonly clockToleranceSeconds: number
}
