/**
 * A client that lives in a SharedWorker of the app's, so that the page carries next to nothing of it.
 *
 * @packageDocumentation
 */
import type { AuthClient } from '../client.ts'
import type { Identified } from '../options/client-options.ts'
import { createHostedPage } from '../platform/hosted-page.ts'
import type { User } from '../user.ts'
import { composeHostedClient } from './hosted-client.ts'
import type { HostedOptions } from './hosted-options.ts'

export type { HostedOptions, HostWorker } from './hosted-options.ts'

/**
 * Makes a client that lives in a worker: `createAuthClient`'s, with its tokens in a vault there, of which the page has
 * a stand-in alone. Making it does nothing. What is asked of it travels, so `logout()` too drops the tokens a moment
 * later; `explain()`, `satisfies()`, `grantedDetails()` and `sessionEndsAt()` say what the worker told last.
 *
 * Options are checked in the worker. One that is wrong is told by every call as `invalid_option`, and in the state.
 *
 * @throws {ConfigurationError} `invalid_option`: one is missing that the page itself needs
 *
 * @typeParam TUser What `user` is: {@link User} with OpenID Connect, undefined without.
 *
 * @example
 * ```ts
 * import { createHostedClient } from '@latchkey/core/hosted'
 *
 * export const auth = createHostedClient({
 *   issuer: 'https://id.example.com',
 *   clientId: 'my-app',
 *   redirectUri: '/callback',
 *   // A file that holds nothing but `import '@latchkey/core/host'`.
 *   worker: () => new SharedWorker(new URL('./auth-host.ts', import.meta.url), { type: 'module' }),
 *   fallback: () => new Worker(new URL('./auth-host.ts', import.meta.url), { type: 'module' }),
 * })
 * ```
 */
export function createHostedClient<TUser extends Identified | undefined = User>(
  options: HostedOptions,
): AuthClient<TUser> {
  return composeHostedClient(options, createHostedPage())
}
