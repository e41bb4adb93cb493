import type { AuthClient } from '../client.ts'
import { mayPass } from './may-pass.ts'

/** What `ky.create()` and `ky.extend()` take. */
export interface KyOptions {
  readonly fetch: (input: RequestInfo | URL, init?: RequestInit) => Promise<Response>
  readonly retry: {
    readonly shouldRetry: (state: { readonly error: Error }) => boolean | undefined
  }
}

/**
 * Has ky (1.14 and later) send its requests by `auth.fetch`: the token goes to the APIs of option `apis` and to no other
 * address, is renewed once where it is refused, and stays in a sealed vault. Ky's hooks, `timeout` and `signal` are as
 * ever; what signing in or the app's code has to mend is not retried, and comes out as the {@link AuthError} it is.
 *
 * @example
 * ```ts
 * import { kyOptions } from '@latchkey/core/ky'
 * import ky from 'ky'
 *
 * export const api = ky.create(kyOptions(auth))
 * const orders = await api.get('https://api.example.com/orders').json()
 * ```
 */
export function kyOptions(auth: Pick<AuthClient, 'fetch'>): KyOptions {
  return { fetch: auth.fetch, retry: { shouldRetry: ({ error }) => mayPass(error) } }
}
