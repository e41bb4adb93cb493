import { readMeta } from './read-meta.ts'

/**
 * Where this deployment's provider and APIs are. It stands in `<meta>` tags of index.html, not in the script:
 * Vite fills them from `.env` or the environment, and whoever serves the built page may write other values in.
 */
export const configuration = {
  issuer: readMeta('latchkey-issuer'),
  apiUrl: readMeta('latchkey-api-url'),
  /** What the provider knows the orders API by (RFC 8707). */
  apiResource: readMeta('latchkey-api-resource'),
  stockUrl: readMeta('latchkey-stock-url'),
  paymentsUrl: readMeta('latchkey-payments-url'),
  plainUrl: readMeta('latchkey-plain-url'),
  clientId: readMeta('latchkey-client-id'),
  restoreByRedirect: readMeta('latchkey-restore-by-redirect') === 'yes',
}
