import { throwNotLoaded } from '../errors.ts'
import type { VaultProblem } from '../keeper/keeper.ts'
import { unpackError } from '../vault/plain-error.ts'
import { connectHost, type HostLink, type HostLinkContext } from './host-link.ts'
import type { HostedOptions } from './hosted-options.ts'

/** How long the worker of all tabs is waited for: it has the whole client to load. */
const patienceMs = 5000
/** Who is in a session has it to lose: another worker does not know of it. */
const patienceInSessionMs = 10_000
/** A worker of the page alone says where it cannot be loaded, and nothing is to be had after it. */
const lastPatienceMs = 30_000

/** What finding a host works with. */
export interface FindHostContext extends Omit<HostLinkContext, 'patienceMs'> {
  readonly workers: Pick<HostedOptions, 'worker' | 'fallback'>
  readonly isSignedIn: boolean
}

/**
 * Finds a host for the client of this page: the worker of all tabs or, where that is not to be had, one of this page.
 *
 * @throws {NetworkError} `code_not_loaded`: there is neither
 * @throws {ConfigurationError} `invalid_option`: an option cannot be sent
 */
export async function findHost({
  workers: { worker, fallback },
  isSignedIn,
  hello,
  ...context
}: FindHostContext): Promise<HostLink> {
  const patience = isSignedIn ? patienceInSessionMs : patienceMs
  const problems: unknown[] = []
  return connectHost(worker, { ...context, hello, patienceMs: patience })
    .catch((problem: VaultProblem) => {
      problems.push(problem)
      return connectHost(fallback, { ...context, hello: { ...hello, problem }, patienceMs: lastPatienceMs })
    })
    .catch(async (problem: unknown) => {
      problems.push(problem)
      const { unreached } = await import('./problems.ts').catch(throwNotLoaded)
      throw unpackError(unreached(problems, hello.options))
    })
}
