import { NetworkError } from '../errors.ts'
import type { VaultWorker } from '../options.ts'
import type { Clock } from '../platform/ports.ts'
import type { SessionRecord } from '../session-record.ts'
import {
  parseVaultMessage,
  type VaultMethod,
  type VaultMethods,
  type VaultNews,
  type VaultSession,
  type VaultSettings,
  vaultVersion,
} from '../vault/messages.ts'
import { unpackError } from '../vault/plain-error.ts'
import type { VaultProblem } from './keeper.ts'

/** How to reach the vault. */
export interface VaultLinkContext {
  readonly createWorker: () => VaultWorker
  readonly clock: Clock
  readonly settings: VaultSettings
  readonly record: SessionRecord
  /** Gets what the vault tells without being asked. */
  onNews(news: VaultNews): void
}

/** A vault that has answered. */
export interface VaultLink {
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
  /** False once it has stopped answering: another has to be made. */
  isAlive(): boolean
}

/** Why there is no vault to talk to. */
export class VaultUnavailable {
  readonly problem: VaultProblem
  constructor(problem: VaultProblem) {
    this.problem = problem
  }
}

/** A cold start has to load and compile the worker's code. */
const welcomePatienceMs = 2000
/** While an answer is awaited, the vault is asked this often whether it is still there, and given up at the second silence. */
const heartbeatMs = 2000

/**
 * Connects to the vault.
 *
 * @throws {VaultUnavailable}
 */
export async function connectVault(context: VaultLinkContext): Promise<VaultLink> {
  const { createWorker, clock, settings, record, onNews } = context
  const { port, failed } = open(createWorker)
  const calls = new Map<number, { resolve(result: unknown): void; reject(error: unknown): void }>()
  let serial = 0
  let silences = 0
  let isAlive = true
  let cancelHeartbeat: (() => void) | undefined

  port.onmessage = ({ data }: MessageEvent<unknown>) => {
    const message = parseVaultMessage(data)
    if (!message) return
    silences = 0
    if ('change' in message) return onNews(message)
    const call = calls.get(message.id)
    calls.delete(message.id)
    if (message.latchkey !== vaultVersion) call?.reject(new VaultUnavailable('other_version'))
    else if ('error' in message) call?.reject(unpackError(message.error))
    else call?.resolve(message.result)
    if (calls.size === 0) stopHeartbeat()
  }

  function send(method: VaultMethod, params: unknown, transfer: Transferable[] = []): number {
    const id = ++serial
    port.postMessage({ latchkey: vaultVersion, id, method, params }, transfer)
    return id
  }

  function ask(method: VaultMethod, params: unknown, transfer?: Transferable[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      calls.set(send(method, params, transfer), { resolve, reject })
    })
  }

  function stopHeartbeat(): void {
    cancelHeartbeat?.()
    cancelHeartbeat = undefined
  }

  /** A worker that crashed does not say so: it is silent. */
  function beat(): void {
    cancelHeartbeat ??= clock.setTimer(heartbeatMs, () => {
      cancelHeartbeat = undefined
      silences += 1
      if (silences > 2) return giveUp()
      send('ping', undefined)
      beat()
    })
  }

  function giveUp(): void {
    isAlive = false
    for (const { reject } of calls.values()) reject(vaultLost())
    calls.clear()
    port.close()
  }

  const first = (await Promise.race([
    ask('hello', { settings, record }),
    failed,
    new Promise((_, reject) => {
      cancelHeartbeat = clock.setTimer(welcomePatienceMs, () => reject(new VaultUnavailable('no_answer')))
    }),
  ]).finally(stopHeartbeat)) as VaultSession

  return {
    first,
    isAlive: () => isAlive,
    async call(method, params, transfer) {
      if (!isAlive) throw vaultLost()
      beat()
      return ask(method, params, transfer) as never
    },
  }
}

function open(createWorker: () => VaultWorker): { port: MessagePort; failed: Promise<never> } {
  try {
    const worker = createWorker()
    const failed = new Promise<never>((_, reject) => {
      worker.addEventListener('error', () => reject(new VaultUnavailable('not_loaded')))
    })
    return { port: worker.port, failed }
  } catch {
    // There is no such class, or a policy of the page forbids it.
    throw new VaultUnavailable('no_shared_worker')
  }
}

function vaultLost(): NetworkError {
  return new NetworkError('vault_lost', 'The vault that keeps the session does not answer. Try again.')
}
