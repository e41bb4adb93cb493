import type { Binding } from '../protocol/binding.ts'
import type { AuthClientOptions } from './client-options.ts'
import { invalid } from './invalid-option.ts'

/**
 * Checks option `binding`.
 *
 * @throws {ConfigurationError} `invalid_option`
 */
export function parseBinding(binding: unknown): Binding | undefined {
  if (binding === undefined) return undefined
  const { kind, open } = (binding ?? {}) as Partial<Binding>
  if (kind === 'dpop' && typeof open === 'function') return binding as Binding
  throw invalid('binding', 'must be what dpop() of @latchkey/core/dpop gives')
}

/**
 * Checks option `persist`.
 *
 * @throws {ConfigurationError} `invalid_option`
 */
export function parsePersist({ persist, binding }: AuthClientOptions): 'bound' | undefined {
  if (persist === undefined) return undefined
  if (persist !== 'bound') throw invalid('persist', `must be 'bound': no other token may rest in a browser`)
  if (binding === undefined) {
    throw invalid('persist', 'needs option "binding": only a token that is worth nothing by itself may rest')
  }
  return persist
}
