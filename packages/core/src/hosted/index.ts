/**
 * A client that lives in a SharedWorker of the app's, so that the page carries next to nothing of it.
 *
 * @packageDocumentation
 */
import type { AuthClient } from '../client.ts'
import type { Identified } from '../options/client-options.ts'
import { hostedPage } from '../platform/hosted-page.ts'
import type { User } from '../user.ts'
import { composeHostedClient } from './hosted-client.ts'
import type { HostedOptions } from './hosted-options.ts'

export type { HostedOptions } from './hosted-options.ts'

export function createHostedClient<TUser extends Identified | undefined = User>(
  options: HostedOptions,
): AuthClient<TUser> {
  return composeHostedClient(options, hostedPage)
}
