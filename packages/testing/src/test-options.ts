import { ConfigurationError } from '@latchkey/core'
import type { TestAuthOptions } from './test-auth.ts'

/** The compiler sees that none is missing. */
const isKnown: Readonly<Record<keyof TestAuthOptions, true>> = {
  user: true,
  status: true,
  callback: true,
  redirects: true,
  accessToken: true,
  scope: true,
  hasRefreshToken: true,
  sessionEndsAt: true,
  onSessionLost: true,
  fetch: true,
  identifiedBy: true,
  idleTimeoutSeconds: true,
  sessionLimitSeconds: true,
  watchProviderSession: true,
  apis: true,
  now: true,
}

/**
 * Refuses an option that there is not: nobody else would see a misspelt parameter of a story, which begins otherwise
 * than it says.
 *
 * @throws {ConfigurationError} `invalid_option`
 */
export function checkTestOptions(options: object): void {
  for (const name of Object.keys(options)) if (!Object.hasOwn(isKnown, name)) throw unknownOption(name)
}

function unknownOption(name: string): ConfigurationError {
  return new ConfigurationError(
    'invalid_option',
    `Option "${name}" of createTestAuth() is unknown. Known: ${Object.keys(isKnown).join(', ')}.`,
  )
}
