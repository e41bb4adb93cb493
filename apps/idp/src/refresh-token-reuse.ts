import type Provider from 'oidc-provider'
import type { KoaContextWithOIDC, RefreshToken } from 'oidc-provider'

/**
 * Somebody sent a refresh token that another one had replaced already, so two hold a copy of it.
 * oidc-provider refuses, and ends the grant (RFC 9700 section 4.14.2).
 */
export interface RefreshTokenReuse {
  readonly clientId: string
  /** In milliseconds since the epoch. */
  readonly at: number
}

export interface ReuseLog {
  /** Live, in the order of arrival. */
  readonly reuses: readonly RefreshTokenReuse[]
  clear(): void
}

/** Watches a provider's token endpoint from now on. */
export function createReuseLog(provider: Provider): ReuseLog {
  const reuses: RefreshTokenReuse[] = []
  const expiryOfReplaced = new Map<string, number>()

  provider.on('refresh_token.consumed', ({ jti, exp = 0 }: RefreshToken) => {
    forgetExpired(expiryOfReplaced)
    expiryOfReplaced.set(jti, exp)
  })

  // Remembered here, because with the grant the provider itself forgets which of its tokens were replaced.
  provider.on('grant.error', ({ oidc }: KoaContextWithOIDC) => {
    const wasReplacedJustNow = oidc.entities.RotatedRefreshToken !== undefined
    if (wasReplacedJustNow || !expiryOfReplaced.has(String(oidc.params?.refresh_token))) return
    reuses.push({ clientId: String(oidc.params?.client_id), at: Date.now() })
  })

  return {
    reuses,
    clear() {
      reuses.length = 0
    },
  }
}

function forgetExpired(expiryOf: Map<string, number>): void {
  const nowSeconds = Date.now() / 1000
  for (const [id, expiresAtSeconds] of expiryOf) if (expiresAtSeconds <= nowSeconds) expiryOf.delete(id)
}
