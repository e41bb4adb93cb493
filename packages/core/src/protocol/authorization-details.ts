/** One thing to be allowed, in more detail than a scope can say (RFC 9396 §2). Fields beyond these belong to its type. */
export interface AuthorizationDetail {
  /** What kind of thing it is: it decides about the other fields. */
  readonly type: string
  /** Where it may be used: resource servers, as URIs. */
  readonly locations?: readonly string[]
  readonly actions?: readonly string[]
  readonly datatypes?: readonly string[]
  /** Which thing it is, at its resource server. */
  readonly identifier?: string
  readonly privileges?: readonly string[]
  readonly [field: string]: unknown
}

/** RFC 9396 §2: a list of objects, each with a type. */
export function isAuthorizationDetails(value: unknown): value is readonly AuthorizationDetail[] {
  return (
    Array.isArray(value) &&
    value.every((detail: { readonly type?: unknown } | null) => typeof detail?.type === 'string')
  )
}
