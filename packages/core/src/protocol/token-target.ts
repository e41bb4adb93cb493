/** What an access token is asked for, where it is not the session's own. At least one of these is there. */
export interface TokenTarget {
  /** The API: an absolute URI without a fragment (RFC 8707 §2). */
  readonly resource?: string | undefined
  /** The API, for providers that name it so. */
  readonly audience?: string | undefined
  /** Space-separated. As {@link normalizeTarget} gives it: in order, each once. */
  readonly scope?: string | undefined
}

/** The words of a scope (RFC 6749 §3.3). */
function scopeWords(scope: string | undefined): string[] {
  return (scope ?? '').split(' ').filter(Boolean)
}

/** Scopes as one, each word once, in the order in which they first come. */
export function joinScopes(...scopes: readonly (string | undefined)[]): string {
  return [...new Set(scopes.flatMap(scopeWords))].join(' ')
}

/** A target in the one form in which it is compared; undefined where nothing is asked for. */
export function normalizeTarget({ resource, audience, scope }: TokenTarget): TokenTarget | undefined {
  if (resource === undefined && audience === undefined && scope === undefined) return undefined
  return {
    ...(resource !== undefined && { resource }),
    ...(audience !== undefined && { audience }),
    ...(scope !== undefined && { scope: [...new Set(scopeWords(scope))].sort().join(' ') }),
  }
}

/** Whether both are for the same API, whatever their scopes. */
export function isSameApi(one: TokenTarget, other: TokenTarget): boolean {
  return one.resource === other.resource && one.audience === other.audience
}

/** Whether every word of one scope is in another. */
export function isWithin(scope: string | undefined, wider: string | undefined): boolean {
  const words = scopeWords(wider)
  return scopeWords(scope).every((word) => words.includes(word))
}
