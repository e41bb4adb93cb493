import type { User } from '@latchkey/core'

/** What somebody has agreed to: what a code is exchanged for, and every token that follows from it. */
export interface Grant {
  readonly user: User
  readonly clientId: string
  readonly scope: string
  /** The APIs that tokens may be asked for (RFC 8707 §2). */
  readonly resources: readonly string[]
  readonly nonce: string | undefined
  readonly acr: string | undefined
  /** Seconds since the epoch. */
  readonly authTime: number
  /** The provider's own session in which it was given. */
  readonly sid: string
}

/** What an API would learn of an access token (RFC 7662 §2.2). */
export interface TokenDescription {
  readonly sub: string
  readonly clientId: string
  readonly scope: string
  /** The API that it was asked for; undefined: none in particular. */
  readonly aud?: string | undefined
  /** Seconds since the epoch. */
  readonly expiresAt: number
}

/** What a token is asked for, where it is not all that was granted. */
export interface TokenTarget {
  readonly resource: string | undefined
  readonly scope: string
}

/** What was asked for at the authorization endpoint, and binds the code to it. */
export interface CodeBinding {
  readonly redirectUri: string
  /** PKCE, S256 (RFC 7636 §4.2). */
  readonly challenge: string
}

/** Everything that was granted, and what is left of it. */
export interface Grants {
  issueCode(grant: Grant, binding: CodeBinding): string
  /** Once; a second time takes back what came of the first (RFC 6749 §4.1.2). */
  redeemCode(code: string): { readonly grant: Grant; readonly binding: CodeBinding } | undefined
  /** With a target, for just that. */
  issueAccessToken(grant: Grant, target?: TokenTarget): string
  issueRefreshToken(grant: Grant): string
  /** A token that was exchanged already takes back everything that came of it (RFC 9700 §4.14.2). */
  redeemRefreshToken(token: string, options: { readonly isRotated: boolean }): Grant | undefined
  /** What a refresh token is for, without its being used. */
  peekRefreshToken(token: string): Grant | undefined
  describe(accessToken: string): TokenDescription | undefined
  userOf(accessToken: string): User | undefined
  /** The token, and everything that was granted with it (RFC 7009 §2.1). */
  revoke(token: string): void
  /** Everything of one session of the provider's, or of all. */
  revokeSession(sid?: string): void
  /** How often a refresh token came that had been exchanged. */
  reuses(): number
}

const codeLifetimeSeconds = 60

/** Makes {@link Grants}. Times are seconds since the epoch. */
export function createGrants(options: {
  readonly nowSeconds: () => number
  readonly accessTokenLifetimeSeconds: number
}): Grants {
  const { nowSeconds, accessTokenLifetimeSeconds } = options
  const codes = new Map<string, { grant: Grant; binding: CodeBinding; issuedAt: number; isUsed: boolean }>()
  const accessTokens = new Map<string, { grant: Grant; expiresAt: number; target: TokenTarget | undefined }>()
  const refreshTokens = new Map<string, { grant: Grant; isUsed: boolean }>()
  const revoked = new WeakSet<Grant>()
  let serial = 0
  let reuses = 0

  /** It looks like one, so that a search for secrets finds it, and says what it is. */
  function secret(kind: string): string {
    serial += 1
    return `fake-${kind}-${serial}-${crypto.randomUUID()}`
  }

  const isLive = (grant: Grant | undefined): grant is Grant => grant !== undefined && !revoked.has(grant)

  function find(
    accessToken: string,
  ): { grant: Grant; expiresAt: number; target: TokenTarget | undefined } | undefined {
    const token = accessTokens.get(accessToken)
    return token && isLive(token.grant) && token.expiresAt > nowSeconds() ? token : undefined
  }

  return {
    issueCode(grant, binding) {
      const code = secret('code')
      codes.set(code, { grant, binding, issuedAt: nowSeconds(), isUsed: false })
      return code
    },
    redeemCode(code) {
      const found = codes.get(code)
      if (!found) return undefined
      if (found.isUsed) revoked.add(found.grant)
      const isFresh = !found.isUsed && nowSeconds() < found.issuedAt + codeLifetimeSeconds
      found.isUsed = true
      return isFresh && isLive(found.grant) ? found : undefined
    },
    issueAccessToken(grant, target) {
      const token = secret('access-token')
      accessTokens.set(token, { grant, target, expiresAt: nowSeconds() + accessTokenLifetimeSeconds })
      return token
    },
    issueRefreshToken(grant) {
      const token = secret('refresh-token')
      refreshTokens.set(token, { grant, isUsed: false })
      return token
    },
    redeemRefreshToken(token, { isRotated }) {
      const found = refreshTokens.get(token)
      if (!found) return undefined
      if (found.isUsed) {
        reuses += 1
        revoked.add(found.grant)
      }
      if (!isLive(found.grant)) return undefined
      found.isUsed = isRotated
      return found.grant
    },
    peekRefreshToken: (token) => refreshTokens.get(token)?.grant,
    describe(accessToken) {
      const found = find(accessToken)
      if (!found) return undefined
      const { user, clientId, scope } = found.grant
      const { target = { scope, resource: undefined } } = found
      return {
        sub: user.sub,
        clientId,
        scope: target.scope,
        ...(target.resource !== undefined && { aud: target.resource }),
        expiresAt: found.expiresAt,
      }
    },
    userOf: (accessToken) => find(accessToken)?.grant.user,
    revoke(token) {
      const found = refreshTokens.get(token) ?? accessTokens.get(token)
      if (found) revoked.add(found.grant)
    },
    revokeSession(sid) {
      for (const { grant } of [...codes.values(), ...refreshTokens.values(), ...accessTokens.values()]) {
        if (sid === undefined || grant.sid === sid) revoked.add(grant)
      }
    },
    reuses: () => reuses,
  }
}
