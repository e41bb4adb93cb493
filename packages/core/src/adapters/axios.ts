import { type AxiosAdapter, getAdapter } from 'axios'
import type { AuthClient } from '../client.ts'
import { isAuthError } from '../errors.ts'

/**
 * An adapter for axios (1.12 and later) that sends by `auth.fetch`: the token goes to the APIs of option `apis` and to
 * no other address, is renewed once where it is refused, and stays in a sealed vault. Everything else is axios' own
 * adapter for `fetch`: `signal`, `timeout`, form data, progress, response types. An {@link AuthError} comes out as it is,
 * not wrapped into an `AxiosError`.
 *
 * @example
 * ```ts
 * import { axiosAdapter } from '@latchkey/core/axios'
 * import axios from 'axios'
 *
 * export const api = axios.create({ baseURL: 'https://api.example.com', adapter: axiosAdapter(auth) })
 * const { data } = await api.get('/orders')
 * ```
 */
export function axiosAdapter({ fetch }: Pick<AuthClient, 'fetch'>): AxiosAdapter {
  return async (config) => {
    const send = getAdapter('fetch', { env: { ...config.env, fetch } })
    try {
      return await send(config)
    } catch (error) {
      const { cause } = error as { readonly cause?: unknown }
      throw isAuthError(cause) ? cause : error
    }
  }
}
