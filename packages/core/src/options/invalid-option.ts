import { ConfigurationError } from '../errors.ts'

/** An `invalid_option` error in the one form they all have. */
export function invalid(option: string, problem: string): ConfigurationError {
  return new ConfigurationError('invalid_option', `Option "${option}" ${problem}.`)
}
