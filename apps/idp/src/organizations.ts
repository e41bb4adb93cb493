import type { KoaContextWithOIDC } from 'oidc-provider'
import { errors } from 'oidc-provider'

/** Those that everybody here is a member of. */
const organizations: readonly string[] = ['north', 'south']

/** Which organisation each grant is for: the last one that an authorization request named (parameter `organization`). */
export interface Organizations {
  /** @throws {AccessDenied} nobody here is a member of that one */
  check(name: string | undefined): void
  /** Notes what a request for this grant has named. One that names none leaves it as it was. */
  note(ctx: KoaContextWithOIDC, grantId: string | undefined): void
  /** The claim about it, where there is one. */
  claimOf(grantId: string | undefined): { readonly organization?: string }
}

/** Makes {@link Organizations}, with nothing noted. */
export function createOrganizations(): Organizations {
  const byGrant = new Map<string, string>()
  return {
    check(name) {
      if (name !== undefined && !organizations.includes(name))
        throw new errors.AccessDenied('you are not a member of this organization')
    },
    note({ oidc }, grantId) {
      const name = oidc.params?.organization
      if (grantId !== undefined && typeof name === 'string') byGrant.set(grantId, name)
    },
    claimOf(grantId = '') {
      const organization = byGrant.get(grantId)
      return organization === undefined ? {} : { organization }
    },
  }
}
