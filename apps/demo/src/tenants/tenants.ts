import { createAuthContext } from '@latchkey/react'
import { createTestAuth, type TestAuth } from '@latchkey/testing'

/** Somebody as the tenants of this page know them. */
export interface Colleague {
  readonly sub: string
  readonly name: string
}

/** Hooks and components for whichever tenant is chosen. */
export const tenantContext = createAuthContext<Colleague>()

/** Whose app it is just now. */
export interface Tenant {
  readonly name: string
  readonly auth: TestAuth<Colleague>
}

/** With a client of its own each. They are clients for tests, so that you need not set up a second provider. */
export function createTenants(): readonly [Tenant, Tenant] {
  return [
    { name: 'North', auth: createTestAuth<Colleague>({ user: { sub: 'n-7', name: 'Nora at North' } }) },
    {
      name: 'South',
      auth: createTestAuth<Colleague>({
        user: { sub: 's-3', name: 'Sam at South' },
        status: 'unauthenticated',
      }),
    },
  ]
}
