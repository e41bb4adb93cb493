import { NetworkError } from '../errors.ts'
import type { VaultProblem } from '../keeper/keeper.ts'
import type { VaultWorker } from '../options/client-options.ts'
import type { HostedPage, PageView } from '../platform/hosted-ports.ts'
import { type PlainError, unpackError } from '../vault/plain-error.ts'
import type { HostWorker } from './hosted-options.ts'
import { type HostedMethod, type HostMessage, hostVersion, type PageMessage } from './messages.ts'

/** The host of this page's client. */
export interface HostLink {
  /**
   * @throws {AuthError} what the client threw
   * @throws {NetworkError} `vault_lost`: the host does not answer any more
   * @throws the signal's reason
   */
  call(method: HostedMethod, param: unknown, also?: CallExtras): Promise<unknown>
  post(message: Unversioned<PageMessage>): void
  /** Sees to it that the host is there while something is expected of it. @returns nothing is expected any more */
  mind(lost: (error: NetworkError) => void): () => void
  /** False once it has stopped answering: another has to be found. */
  isAlive(): boolean
}

/** What a call takes along that is no data. */
export interface CallExtras {
  readonly signal?: AbortSignal | undefined
  readonly transfer?: Transferable[]
}

type Unversioned<T> = T extends unknown ? Omit<T, 'latchkey'> : never

/** How to reach the host. */
export interface HostLinkContext {
  readonly setTimer: HostedPage['setTimer']
  view(): PageView
  readonly hello: Omit<Extract<PageMessage, { kind: 'hello' }>, 'kind' | 'latchkey'>
  /** Gets everything that the host says. */
  hear(message: HostMessage): void
}

/** How something that is expected ends. */
interface Outcome {
  readonly value?: unknown
  readonly error?: unknown
}

/** How long the host's first word is waited for. */
const patienceMs = 2000
/** While something is expected, the host is asked this often whether it is there, and given up at the third silence. */
const heartbeatMs = 2000

/** Connects to the host. Rejects with a {@link VaultProblem} where there is none to talk to. */
export async function connectHost(
  createWorker: () => VaultWorker | HostWorker,
  { setTimer, view, hello, hear }: HostLinkContext,
): Promise<HostLink> {
  const expected = new Map<number, (outcome: Outcome) => void>()
  let serial = 0
  let silences = 0
  let isAlive = true
  let isBeating = false

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

  function lose(): void {
    isAlive = false
    // What it says after all must not be heard any more.
    if ('close' in port) port.close()
    else port.terminate()
    for (const end of expected.values()) end({ error: hostLost() })
  }

  function beat(): void {
    isBeating = expected.size > 0 && isAlive
    if (!isBeating) return
    setTimer(heartbeatMs, () => {
      silences += 1
      if (silences > 2) lose()
      post({ kind: 'ping' })
      beat()
    })
  }

  function expect(id: number, end: (outcome: Outcome) => void): void {
    expected.set(id, end)
    if (isBeating) return
    silences = 0
    beat()
  }

  await new Promise<void>((welcomed, refused) => {
    const fail = (problem: VaultProblem): void => {
      lose()
      refused(problem)
    }
    const answered = setTimer(patienceMs, () => fail('no_answer'))
    worker.addEventListener('error', () => fail('not_loaded'))
    port.onmessage = ({ data }: MessageEvent<HostMessage>) => {
      silences = 0
      if (data.kind === 'welcome') {
        answered()
        if (data.latchkey === hostVersion) welcomed()
        else fail('other_version')
        return
      }
      if (data.kind === 'lost') lose()
      hear(data)
      if (data.kind === 'answer') expected.get(data.id)?.(data)
      else if (data.kind === 'failure') expected.get(data.id)?.({ error: unpackFailure(data.error) })
    }
    post({ kind: 'hello', ...hello })
  })

  return {
    post,
    isAlive: () => isAlive,
    mind(lost) {
      const id = ++serial
      expect(id, ({ error }) => lost(error as NetworkError))
      return () => void expected.delete(id)
    },
    async call(method, param, { signal, transfer } = {}) {
      signal?.throwIfAborted()
      const id = ++serial
      const abort = (): void => post({ kind: 'abort', id })
      signal?.addEventListener('abort', abort)
      const outcome = await new Promise<Outcome>((resolve) => {
        expect(id, resolve)
        post({ kind: 'call', id, method, param, view: view() }, transfer)
      })
      expected.delete(id)
      signal?.removeEventListener('abort', abort)
      if (!('error' in outcome)) return outcome.value
      signal?.throwIfAborted()
      throw outcome.error
    },
  }
}

/** An error of ours, or whatever `fetch` throws. */
function unpackFailure(error: PlainError): Error {
  return error.code ? unpackError(error) : new TypeError(error.message)
}

function hostLost(): NetworkError {
  return new NetworkError('vault_lost', 'The worker that keeps the session does not answer. Try again.')
}
