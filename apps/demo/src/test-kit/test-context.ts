import { createAuthContext } from '@latchkey/react'
import { createTestAuth, type TestAuth } from '@latchkey/testing'

/** A context of its own: this page has a real client above it. */
export const testContext = createAuthContext()

/** A client as a test of a component would have it. */
export function createClient(): TestAuth {
  return createTestAuth({
    user: { sub: 'tess', name: 'Tess Driver' },
    status: 'unauthenticated',
    redirects: 'manual',
  })
}
