import type { PlainError } from '../vault/plain-error.ts'

// As plain data: a part that is loaded on demand and needs classes of the page's has bundlers cut the page in pieces.

/**
 * What whoever needs the host is told where there is none.
 *
 * @param problems of the worker of all tabs, and of the page's own: why there is none, or what was thrown
 * @param options what was to be sent there
 */
export function unreached(problems: readonly unknown[], options: object): PlainError {
  // A worker that is there, and cannot be told what the client is to be.
  if (problems.some((problem) => typeof problem !== 'string')) return notSent(options)
  const [ofAll, ofPage] = problems
  return {
    name: 'NetworkError',
    code: 'code_not_loaded',
    message: `There is no worker to have the client: ${ofAll} of option "worker", ${ofPage} of option "fallback". See that their file is served, is created with { type: 'module' } and imports '@latchkey/core/host', and that the page's Content-Security-Policy lets it have workers (worker-src). Then try again, or reload the page.`,
  }
}

/** What whoever passes what cannot be sent to a worker is told. */
export function notSent(options: object): PlainError {
  const [name] = Object.entries(options).find(([, value]) => !isSendable(value)) ?? []
  return {
    name: 'ConfigurationError',
    code: 'invalid_option',
    message: `Option "${name}" cannot be sent to the worker that has the client. Pass plain data: no functions, and nothing that holds one.`,
  }
}

function isSendable(value: unknown): boolean {
  const { port1 } = new MessageChannel()
  try {
    port1.postMessage(value)
    return true
  } catch {
    return false
  } finally {
    port1.close()
  }
}
