import type { AuthClientOptions, VaultOptions } from './client-options.ts'
import { invalid, refuseUnknown } from './invalid-option.ts'
import { parseFlag } from './option-values.ts'

/**
 * Checks option `vault`. With a binding it is sealed: a bound token is good for nothing without its key, which stays there.
 *
 * @throws {ConfigurationError} `invalid_option`
 */
export function parseVault({ vault, apis, binding }: AuthClientOptions): Required<VaultOptions> | undefined {
  if (vault === undefined) return undefined
  if (typeof vault !== 'object' || vault === null || typeof vault.worker !== 'function') {
    throw invalid('vault.worker', 'must be a function that creates the SharedWorker')
  }
  refuseUnknown('vault', vault, ['worker', 'sealed'])
  // A bound token is good for nothing without its key, which stays there.
  const sealed = parseFlag('vault.sealed', vault.sealed) || binding !== undefined
  if (sealed && !apis?.length) {
    throw invalid('apis', 'is missing: a sealed vault calls these APIs and no others')
  }
  return { worker: vault.worker, sealed }
}
