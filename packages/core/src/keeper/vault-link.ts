import { createHeartbeat, type Heartbeat } from '../heartbeat.ts'
import type { VaultWorker } from '../options/client-options.ts'
import { invalid } from '../options/invalid-option.ts'
import type { Clock } from '../platform/ports.ts'
import type { SessionRecord } from '../session-record.ts'
import {
  type VaultMethod,
  type VaultMethods,
  type VaultNews,
  type VaultSession,
  type VaultSettings,
  vaultVersion,
} from '../vault/messages.ts'
import { parseVaultMessage } from '../vault/parse-message.ts'
import { isPlainError, isVaultResult } from '../vault/parse-result.ts'
import { type PlainError, unpackError } from '../vault/plain-error.ts'
import type { VaultProblem } from './keeper.ts'

/** How to reach the vault. */
export interface VaultLinkContext {
  readonly createWorker: () => VaultWorker
  readonly clock: Clock
  readonly settings: VaultSettings
  readonly record: SessionRecord
  /** How long its first word is waited for, in milliseconds. */
  readonly patienceMs: number
  /** Gets what the vault tells without being asked. */
  onNews(news: VaultNews): void
}

/** A vault that has answered. */
export interface VaultLink extends Pick<Heartbeat, 'isAlive' | 'mind'> {
  /** What it held when it was reached. */
  readonly first: VaultSession
  /**
   * @throws {AuthError} what the vault answered
   * @throws {NetworkError} `vault_lost`: it does not answer any more
   */
  call<TMethod extends VaultMethod>(
    method: TMethod,
    params: VaultMethods[TMethod][0],
    transfer?: Transferable[],
  ): Promise<VaultMethods[TMethod][1]>
  /** Says what is not answered, and whether anybody is there to hear it does not matter. */
  notify<TMethod extends VaultMethod>(method: TMethod, params: VaultMethods[TMethod][0]): void
}

/** Why there is no vault to talk to. */
export class VaultUnavailable {
  readonly problem: VaultProblem
  constructor(problem: VaultProblem) {
    this.problem = problem
  }
}

/** What the vault is yet to answer. */
interface Call {
  readonly method: VaultMethod
  resolve(result: unknown): void
  reject(error: unknown): void
}

/**
 * Connects to the vault.
 *
 * @throws {VaultUnavailable}
 * @throws {ConfigurationError} `invalid_option`: it is no SharedWorker that the option makes
 */
export async function connectVault(context: VaultLinkContext): Promise<VaultLink> {
  const { createWorker, clock, settings, record, patienceMs, onNews } = context
  const worker = open(createWorker)
  const { port } = worker
  const calls = new Map<number, Call>()
  let serial = 0
  const { mind, isAlive, heard, end } = createHeartbeat(
    clock.setTimer,
    () => send('ping', undefined),
    () => port.close(),
  )

  port.onmessage = ({ data }: MessageEvent<unknown>) => {
    const message = parseVaultMessage(data)
    if (!message) return
    heard()
    if (!('id' in message)) return onNews(message)
    const call = calls.get(message.id)
    if (!call) return
    const { latchkey, error, result } = message
    const isOurs = latchkey === vaultVersion
    if (isOurs && isPlainError(error)) call.reject(unpackError(error as PlainError))
    else if (isOurs && error === undefined && isVaultResult(call.method, result)) call.resolve(result)
    // What cannot be read is of another version, whatever it says of itself.
    else call.reject(new VaultUnavailable('other_version'))
  }

  function send(method: VaultMethod, params: unknown, transfer: Transferable[] = []): number {
    const id = ++serial
    port.postMessage({ latchkey: vaultVersion, id, method, params }, transfer)
    return id
  }

  function ask(
    method: VaultMethod,
    params: unknown,
    { transfer, watch = mind }: { transfer?: Transferable[] | undefined; watch?: VaultLink['mind'] } = {},
  ): Promise<unknown> {
    return new Promise((resolve, reject) => {
      let release = (): void => undefined
      const id = send(method, params, transfer)
      const settled =
        <T>(settle: (value: T) => void): ((value: T) => void) =>
        (value) => {
          calls.delete(id)
          release()
          settle(value)
        }
      const call = { method, resolve: settled(resolve), reject: settled(reject) }
      calls.set(id, call)
      release = watch(call.reject)
    })
  }

  let cancelPatience = (): void => undefined
  const unavailable = new Promise<never>((_, reject) => {
    const refuse = (problem: VaultProblem): void => reject(new VaultUnavailable(problem))
    cancelPatience = clock.setTimer(patienceMs, () => refuse('no_answer'))
    // The timer holds on to the worker by that: one that nobody holds may be collected before it says that it cannot be loaded.
    worker.addEventListener?.('error', () => refuse('not_loaded'))
  })
  try {
    // Silence is not the end of it before the patience is.
    const welcome = ask('hello', { settings, record }, { watch: () => () => undefined })
    const first = await Promise.race([welcome, unavailable])
    return {
      first: first as VaultSession,
      isAlive,
      mind,
      call: ((method, params, transfer) => ask(method, params, { transfer })) as VaultLink['call'],
      notify: (method, params) => void send(method, params),
    }
  } catch (error) {
    end()
    throw error
  } finally {
    cancelPatience()
  }
}

/** A worker that can be talked to. Who works with JavaScript may return anything. */
function open(createWorker: () => VaultWorker): Pick<VaultWorker, 'port'> & Partial<VaultWorker> {
  let worker: Partial<VaultWorker> | undefined
  try {
    worker = createWorker()
  } catch {
    // There is no such class, or a policy of the page forbids it.
    throw new VaultUnavailable('no_shared_worker')
  }
  if (!worker?.port)
    throw invalid('vault.worker', 'must return a SharedWorker: what it returned has no "port"')
  return worker as VaultWorker
}
