import { createHeartbeat, type Heartbeat } from '../heartbeat.ts'
import type { VaultProblem } from '../keeper/keeper.ts'
import type { VaultWorker } from '../options/client-options.ts'
import type { HostedPage, PageView } from '../platform/hosted-ports.ts'
import { type PlainError, unpackError } from '../vault/plain-error.ts'
import type { HostWorker } from './hosted-options.ts'
import { type HostedMethod, type HostMessage, hostVersion, type PageMessage } from './messages.ts'
import { parseHostMessage } from './parse-host-message.ts'

/** The host of this page's client. */
export interface HostLink extends Pick<Heartbeat, 'isAlive' | 'mind'> {
  /**
   * @throws {AuthError} what the client threw
   * @throws {NetworkError} `vault_lost`: the host does not answer any more
   * @throws the signal's reason
   */
  call(method: HostedMethod, param: unknown, also?: CallExtras): Promise<unknown>
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
  /** Gets everything that the host says. */
  hear(message: HostMessage): void
}

/** Where the host's answer goes. */
interface Answered {
  resolve(value: unknown): void
  reject(error: unknown): void
}

/** How long the host's first word is waited for. */
const patienceMs = 2000
/** Connects to the host. Rejects with a {@link VaultProblem} where there is none to talk to. */
export async function connectHost(
  createWorker: () => VaultWorker | HostWorker,
  { setTimer, prefix, view, hello, hear }: HostLinkContext,
): Promise<HostLink> {
  const expected = new Map<number, Answered>()
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

  await new Promise<void>((welcomed, refused) => {
    const fail = (problem: VaultProblem): void => {
      end()
      refused(problem)
    }
    const answered = setTimer(patienceMs, () => fail('no_answer'))
    worker.addEventListener('error', () => fail('not_loaded'))
    port.onmessage = (event: MessageEvent<unknown>) => {
      const data = parseHostMessage(event.data, prefix)
      // Whoever speaks like that is no host: nothing that it says is to be gone by.
      if (!data) return end()
      heard()
      if (data.kind === 'welcome') {
        answered()
        if (data.latchkey === hostVersion) welcomed()
        else fail('other_version')
        return
      }
      if (data.kind === 'lost') end()
      hear(data)
      if (data.kind === 'answer') expected.get(data.id)?.resolve(data.value)
      else if (data.kind === 'failure') expected.get(data.id)?.reject(unpackFailure(data.error))
    }
    post({ kind: 'hello', ...hello })
  })

  return {
    post,
    mind,
    isAlive,
    async call(method, param, { signal, transfer, who } = {}) {
      signal?.throwIfAborted()
      const id = ++serial
      const abort = (): void => post({ kind: 'abort', id })
      signal?.addEventListener('abort', abort)
      let release: (() => void) | undefined
      try {
        return await new Promise((resolve, reject) => {
          expected.set(id, { resolve, reject })
          release = mind(reject)
          post({ kind: 'call', id, method, param, view: view(), who }, transfer)
        })
      } catch (error) {
        signal?.throwIfAborted()
        throw error
      } finally {
        release?.()
        expected.delete(id)
        signal?.removeEventListener('abort', abort)
      }
    },
  }
}

/** An error of ours, or whatever `fetch` throws. */
function unpackFailure(error: PlainError): Error {
  return error.code ? unpackError(error) : new TypeError(error.message)
}
