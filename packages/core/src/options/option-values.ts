import { invalid } from './invalid-option.ts'

/**
 * A switch; off where nothing is said.
 *
 * @throws {ConfigurationError} `invalid_option`
 */
export function parseFlag(option: string, value: unknown = false): boolean {
  if (typeof value === 'boolean') return value
  throw invalid(option, 'must be true or false')
}

/**
 * A number of seconds.
 *
 * @throws {ConfigurationError} `invalid_option`
 */
export function parseSeconds(option: string, value: unknown, least: number, most = 300): number {
  if (typeof value === 'number' && value >= least && value <= most) return value
  throw invalid(option, `must be a number of seconds from ${least} to ${most}`)
}

/**
 * A text that says something.
 *
 * @throws {ConfigurationError} `invalid_option`
 */
export function requireText(option: string, value: unknown): string {
  if (typeof value === 'string' && value.trim() !== '') return value
  throw invalid(option, value === undefined ? 'is missing' : 'must be a string that is not empty')
}

/**
 * A text, or nothing.
 *
 * @throws {ConfigurationError} `invalid_option`
 */
export function parseText(option: string, value: unknown): string | undefined {
  if (value === undefined || typeof value === 'string') return value
  throw invalid(option, 'must be a string')
}

/** An absolute URL, if it is one. */
export function parseUrl(value: unknown): URL | undefined {
  return typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined
}

/**
 * A value as JSON.
 *
 * @throws {ConfigurationError} `invalid_option`
 */
export function toJson(option: string, value: unknown): string {
  try {
    return JSON.stringify(value)
  } catch {
    throw invalid(option, 'must be JSON: no cycles, no BigInt')
  }
}
