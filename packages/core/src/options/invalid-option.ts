import { ConfigurationError } from '../errors.ts'

/** An `invalid_option` error in the one form they all have. */
export function invalid(option: string, problem: string): ConfigurationError {
  return new ConfigurationError('invalid_option', `Option "${option}" ${problem}.`)
}

/**
 * Lets no name pass that is unknown: an option that is misspelt would be none.
 *
 * @param at the option that holds them
 * @throws {ConfigurationError} `invalid_option`
 */
export function refuseUnknown(at: string, given: object, known: readonly string[]): void {
  for (const name of Object.keys(given)) {
    if (!known.includes(name)) throw invalid(`${at}.${name}`, `is unknown. Known: ${known.join(', ')}`)
  }
}
