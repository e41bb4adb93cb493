import type { User } from '@latchkey/core'
import { composeTestAuth, type TestAuth, type TestAuthOptions } from './test-auth.ts'
import { checkTestOptions } from './test-options.ts'
import { testUser } from './test-user.ts'

/**
 * Makes a client for tests and stories: no crypto, no network, no timer, in a page or in plain Node. It changes by
 * the rules of the real one, at the moment in which the test says so.
 *
 * @throws {ConfigurationError} `invalid_option`: there is no such option, or the real client refuses its value
 *
 * @example
 * ```ts
 * import { createTestAuth } from '@latchkey/testing'
 *
 * const auth = createTestAuth({ user: { sub: 'alice', name: 'Alice' } })
 * auth.signOutElsewhere()
 * auth.getState() // { status: 'unauthenticated', reason: 'signed_out_elsewhere' }
 * ```
 */
export function createTestAuth(options?: TestAuthOptions<User>): TestAuth<User>
export function createTestAuth<TUser>(
  options: TestAuthOptions<TUser> & { readonly user: TUser },
): TestAuth<TUser>
export function createTestAuth(options: TestAuthOptions<unknown> = {}): TestAuth<never> {
  checkTestOptions(options)
  const user = 'user' in options ? options.user : testUser
  return composeTestAuth(options, user) as TestAuth<never>
}
