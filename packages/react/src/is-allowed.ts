/** The claim that lists the roles, or the path to it: `['realm_access', 'roles']`. */
export type RolesClaim = string | readonly string[]

/**
 * Who may see what is guarded, by what is known of the person. All that is given must hold.
 *
 * @typeParam TClaim Where the roles are: with it they are checked against what `TUser` says is there.
 */
export interface Allowance<TUser, TClaim extends RolesClaim = RolesClaim> {
  /** The person has at least one of these roles. Where the type of the person says which there are, one of those. */
  readonly roles?: readonly NoInfer<RoleAt<TUser, TClaim>>[] | undefined
  /** The claim that lists the roles, or the path to it: `['realm_access', 'roles']`. Default: `roles`. */
  readonly rolesClaim?: TClaim | undefined
  /** Whether this person may see it. What it throws is for the error boundary. */
  readonly when?: ((user: TUser) => boolean) | undefined
}

/** What the roles at a claim may be: any text where the type of the person does not say. */
type RoleAt<TUser, TClaim extends RolesClaim> = TClaim extends string
  ? string extends TClaim
    ? string
    : RoleIn<ClaimAt<TUser, readonly [TClaim]>>
  : RoleIn<ClaimAt<TUser, TClaim>>

/** `never` where the type of the person has no such claim: then nobody has a role there. */
type ClaimAt<TValue, TPath> = unknown extends TValue
  ? unknown
  : TPath extends readonly []
    ? TValue
    : TPath extends readonly [infer TKey extends string, ...infer TRest]
      ? TKey extends keyof NonNullable<TValue>
        ? ClaimAt<NonNullable<TValue>[TKey], TRest>
        : never
      : unknown

type RoleIn<TValue> = unknown extends TValue
  ? string
  : TValue extends readonly (infer TRole)[]
    ? unknown extends TRole
      ? string
      : Extract<TRole, string>
    : Extract<TValue, string>

/** Whether this person may see what is guarded. A claim that is missing, or no list of roles, holds no role. */
export function isAllowed<TUser>(
  user: TUser,
  { roles, rolesClaim = 'roles', when }: Allowance<TUser>,
): boolean {
  return (!roles || hasRole(claimAt(user, [rolesClaim].flat()), roles)) && (!when || when(user))
}

/** As JSON is: what an object inherits is no claim. */
function claimAt(user: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Record<string, unknown>)[key]
        : undefined,
    user,
  )
}

/** Providers write one role, or several with spaces between them like a scope, as a string. */
function hasRole(claim: unknown, roles: readonly string[]): boolean {
  const held: unknown = typeof claim === 'string' ? claim.split(' ') : claim
  return Array.isArray(held) && roles.some((role) => held.includes(role))
}
