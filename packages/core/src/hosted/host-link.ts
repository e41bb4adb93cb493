import type { AnyAuthError } from '../errors.ts'
import { createHeartbeat, type Heartbeat } from '../heartbeat.ts'
import type { VaultProblem } from '../keeper/keeper.ts'
import type { VaultWorker } from '../options/client-options.ts'
import type { HostedPage, PageView } from '../platform/hosted-ports.ts'
import { unpackError } from '../vault/plain-error.ts'
import type { HostWorker } from './hosted-options.ts'
import { type HostedMethod, type HostMessage, hostVersion, type PageMessage } from './messages.ts'
import { parseHostMessage } from './parse-host-message.ts'

/** What the host says to a call. */
export type HostAnswer = Extract<HostMessage, { kind: 'answer' | 'failure' }>

/** The host of this page's client. */
export interface HostLink extends Pick<Heartbeat, 'isAlive' | 'mind'> {
  /**
   * @returns what the client answered, or how it failed: see {@link readAnswer}
   * @throws {NetworkError} `vault_lost`: the host does not answer any more
   * @throws {DOMException} `DataCloneError`: the parameter cannot be sent
   * @throws the signal's reason
   */
  call(method: HostedMethod, param: unknown, also?: CallExtras): Promise<HostAnswer>
  post(message: Unversioned<PageMessage>): void
}

/** What a call takes along that is no data. */
export interface CallExtras {
  readonly signal?: AbortSignal | undefined
  readonly transfer?: Transferable[]
  /** Whom the page showed when it was called. */
  readonly who?: string | undefined
}

type Unversioned<T> = T extends unknown ? Omit<T, 'latchkey'> : never

/** How to reach the host. */
export interface HostLinkContext {
  readonly setTimer: HostedPage['setTimer']
  /** Of the keys that the host may store under. */
  readonly prefix: string
  view(): PageView
  readonly hello: Omit<Extract<PageMessage, { kind: 'hello' }>, 'kind' | 'latchkey'>
  /** How long its first word is waited for, in milliseconds. */
  readonly patienceMs: number
  /** Gets everything that the host says. */
  hear(message: HostMessage): void
}

/**
 * Connects to the host. Rejects with a {@link VaultProblem} where there is none to talk to, and with what is thrown where
 * the first word cannot be sent.
 */
export async function connectHost(
  createWorker: () => VaultWorker | HostWorker,
  { setTimer, prefix, view, hello, patienceMs, hear }: HostLinkContext,
): Promise<HostLink> {
  const expected = new Map<number, (answer: HostAnswer) => void>()
  let serial = 0

  let worker: VaultWorker | HostWorker
  try {
    worker = createWorker()
  } catch {
    // There is no such class, or a policy of the page forbids it.
    return Promise.reject('no_shared_worker' satisfies VaultProblem)
  }
  const port = 'port' in worker ? worker.port : worker

  function post(message: Unversioned<PageMessage>, transfer: Transferable[] = []): void {
    port.postMessage({ latchkey: hostVersion, ...message }, transfer)
  }

  const { mind, isAlive, heard, end } = createHeartbeat(
    setTimer,
    () => post({ kind: 'ping' }),
    () => ('close' in port ? port.close() : port.terminate()),
  )

  let stopWaiting = (): void => undefined
  try {
    await new Promise<void>((welcomed, refused: (problem: VaultProblem) => void) => {
      stopWaiting = setTimer(patienceMs, () => refused('no_answer'))
      // Later on it settles nothing: what goes wrong in a worker then, is not the end of it.
      worker.addEventListener('error', () => refused('not_loaded'))
      port.onmessage = (event: MessageEvent<unknown>) => {
        const data = parseHostMessage(event.data, prefix)
        if (!data) {
          // Whoever speaks like that is no host: nothing that it says is to be gone by.
          refused('other_version')
          return end()
        }
        heard()
        if (data.kind === 'welcome') return welcomed()
        if (data.kind === 'lost') end()
        hear(data)
        if ('id' in data) expected.get(data.id)?.(data)
      }
      post({ kind: 'hello', ...hello })
    })
  } catch (problem) {
    end()
    throw problem
  } finally {
    stopWaiting()
  }

  return {
    post,
    mind,
    isAlive,
    async call(method, param, { signal, transfer, who } = {}) {
      signal?.throwIfAborted()
      const id = ++serial
      let release: (() => void) | undefined
      let abort = (): void => undefined
      try {
        return await new Promise<HostAnswer>((resolve, reject) => {
          expected.set(id, resolve)
          release = mind(reject)
          post({ kind: 'call', id, method, param, view: view(), who }, transfer)
          abort = () => {
            post({ kind: 'abort', id })
            reject(signal?.reason)
          }
          signal?.addEventListener('abort', abort)
        })
      } finally {
        release?.()
        expected.delete(id)
        signal?.removeEventListener('abort', abort)
      }
    },
  }
}

/**
 * What the client gave.
 *
 * @throws {AuthError} what it threw, or whatever `fetch` throws there
 */
export function readAnswer(answer: HostAnswer): unknown {
  if (answer.kind === 'answer') return answer.value
  const { error } = answer
  throw error.code ? unpackError(error) : new TypeError(error.message)
}

/** Has the host that there is do something, and the next one where that one turns out to be gone. */
export async function again<T>(attempt: () => Promise<T>): Promise<T> {
  return attempt().catch((error: AnyAuthError) => {
    if (error.code !== 'vault_lost') throw error
    return attempt()
  })
}
