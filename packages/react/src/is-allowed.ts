/** Who may see what is guarded, by what is known of the person. All that is given must hold. */
export interface Allowance<TUser> {
  /** The person has at least one of these roles. */
  readonly roles?: readonly string[] | undefined
  /** The claim that lists the roles, or the path to it: `['realm_access', 'roles']`. Default: `roles`. */
  readonly rolesClaim?: string | readonly string[] | undefined
  /** Whether this person may see it. What it throws is for the error boundary. */
  readonly when?: ((user: TUser) => boolean) | undefined
}

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
