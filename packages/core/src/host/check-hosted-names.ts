import type { NeedsPage } from '../hosted/hosted-options.ts'
import { invalid } from '../options/invalid-option.ts'
import { checkNames, knownOptions } from '../options/known-options.ts'

const needsPage: Readonly<Record<NeedsPage, true>> = {
  binding: true,
  claims: true,
  idleTimeoutSeconds: true,
  loadUser: true,
  onSessionLost: true,
  persist: true,
  platform: true,
  sessionLimitSeconds: true,
  timeoutLogout: true,
  vault: true,
  watchProviderSession: true,
}
const hostedOptions = [
  ...knownOptions.filter((name) => !Object.hasOwn(needsPage, name)),
  'sealed',
  'worker',
  'fallback',
]

/**
 * Lets no option pass that a hosted client does not know: `createAuthClient` takes some of them, and nothing would come of
 * them in a worker.
 *
 * @throws {ConfigurationError} `invalid_option`, with those that it knows
 */
export function checkHostedNames(options: object): void {
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(needsPage, name)) continue
    throw invalid(name, `cannot be had with a hosted client. Known: ${hostedOptions.join(', ')}`)
  }
  checkNames(options, hostedOptions)
}
