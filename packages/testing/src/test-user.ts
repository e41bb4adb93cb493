import type { User } from '@latchkey/core'

/** Who is signed in where a test does not care who. */
export const testUser: User = Object.freeze({
  sub: 'test-user',
  name: 'Test User',
  email: 'test.user@example.com',
  email_verified: true,
})
