import type { ConfigurationError } from '../errors.ts'
import { invalid } from './invalid-option.ts'

/** Of `createAuthClient`. */
export const knownOptions: readonly string[] = [
  'issuer',
  'endpoints',
  'protocol',
  'clientId',
  'redirectUri',
  'postLogoutRedirectUri',
  'scope',
  'pushedAuthorization',
  'params',
  'authorizationDetails',
  'name',
  'silentRedirectUri',
  'restoreByRedirect',
  'vault',
  'binding',
  'persist',
  'claims',
  'userInfo',
  'loadUser',
  'onSessionLost',
  'identifiedBy',
  'apis',
  'resources',
  'idleTimeoutSeconds',
  'sessionLimitSeconds',
  'timeoutLogout',
  'watchProviderSession',
  'requestTimeoutSeconds',
  'clockToleranceSeconds',
  'platform',
]

/** What other SDKs call it, in lower case without underscores. */
const otherNames: ReadonlyMap<string, string> = new Map(
  Object.entries({
    authority: 'issuer',
    domain: 'issuer',
    issuerurl: 'issuer',
    client: 'clientId',
    redirecturl: 'redirectUri',
    callbackurl: 'redirectUri',
    postlogoutredirecturl: 'postLogoutRedirectUri',
    scopes: 'scope',
    extraparams: 'params',
    authorizationparams: 'params',
  }),
)

/**
 * Lets no option pass that is unknown: one that is misspelt would be none.
 *
 * @throws {ConfigurationError} `invalid_option`, with the name that was meant
 */
export function checkNames(options: object, known: readonly string[] = knownOptions): void {
  for (const name of Object.keys(options)) if (!known.includes(name)) throw unknownOption(name, known)
}

function unknownOption(name: string, known: readonly string[]): ConfigurationError {
  const plain = name.toLowerCase().replaceAll('_', '')
  if (plain.includes('secret')) {
    return invalid(name, 'cannot be used: a browser keeps no secret. Register the app as a public client')
  }
  const meant = otherNames.get(plain) ?? known.find((one) => one.toLowerCase() === plain)
  return invalid(name, `is unknown. ${meant ? `Use "${meant}"` : `Known: ${known.join(', ')}`}`)
}
