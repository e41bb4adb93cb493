import { type AnyAuthError, ConfigurationError, isAuthError, NetworkError } from '../errors.ts'
import type { KeeperChange } from '../keeper/keeper.ts'
import type { Platform, WakeCause } from '../platform/ports.ts'
import type { WorkerSurroundings } from '../platform/worker.ts'
import { plainCause } from '../protocol/plain-cause.ts'
import { createEmitter } from '../store.ts'
import { createVaultInstance, type VaultInstance } from './instance.ts'
import {
  isUnanswered,
  type PlainChange,
  type VaultMessage,
  type VaultRequest,
  type VaultSettings,
  vaultVersion,
} from './messages.ts'
import { isVaultEnvelope, parseVaultRequest } from './parse-request.ts'
import { packError } from './plain-error.ts'

/** A page, as the vault knows it. */
interface Client {
  readonly port: MessagePort
  isVisible: boolean
}

/** An instance and its pages. */
interface Served {
  readonly instance: VaultInstance
  readonly clients: Set<Client>
  readonly settings: VaultSettings
  readonly wake: (cause: WakeCause) => void
  tell(change: KeeperChange, except?: Client): void
}

/**
 * Serves pages. Clients that differ in anything that decides where tokens go get instances of their own, so nobody can
 * talk an instance into sending its tokens elsewhere.
 *
 * @returns serves one port; call it for every page that connects
 */
export function createVaultServer(
  createPlatform: (surroundings: WorkerSurroundings) => Platform,
): (port: MessagePort) => void {
  const served = new Map<string, Served>()

  function instanceFor(settings: VaultSettings): Served {
    const key = keyOf(settings)
    const existing = served.get(key)
    if (existing) return existing
    const clients = new Set<Client>()
    const wakes = createEmitter<[cause: WakeCause]>()
    const platform = createPlatform({
      isVisible: () => [...clients].some(({ isVisible }) => isVisible),
      onWake: wakes.on,
    })
    // Other tabs go by the instance's name alone: what is held for other settings must not be had by that name. A
    // sign-out is for all of them, such as after the app has added an API to a sealed vault.
    const isNameTaken = [...served.values()].some(
      (other) => other.settings.instanceId === settings.instanceId,
    )
    const instance = createVaultInstance(
      settings,
      isNameTaken ? { ...platform, openChannel: onlySignOuts(platform.openChannel) } : platform,
    )
    const made: Served = {
      instance,
      clients,
      settings,
      wake: wakes.emit,
      tell(change, except) {
        const { record } = instance.session()
        const news = { latchkey: vaultVersion, change: plainChange(change), record }
        for (const client of clients) if (client !== except) post(client.port, news)
      },
    }
    instance.keeper.onChange((change) => made.tell(change))
    served.set(key, made)
    return made
  }

  return (port) => {
    let bound: Served | undefined
    const client: Client = { port, isVisible: false }

    async function answer(
      { id, method, params }: VaultRequest,
      extra: MessagePort | undefined,
    ): Promise<void> {
      try {
        const result = await respond(method, params, extra)
        if (!isUnanswered(method, params)) post(port, { latchkey: vaultVersion, id, result })
      } catch (error) {
        if (!isUnanswered(method, params)) refuse(id, isAuthError(error) ? error : unexpected(error))
      }
    }

    function refuse(id: number, error: AnyAuthError): void {
      post(port, { latchkey: vaultVersion, id, error: packError(error) })
    }

    async function respond(
      method: VaultRequest['method'],
      params: unknown,
      extra: MessagePort | undefined,
    ): Promise<unknown> {
      if (method === 'hello') {
        const { settings, record } = params as VaultRequest<'hello'>['params']
        // A port belongs to one client for good.
        if (bound) throw alreadyBound()
        bound = instanceFor(settings)
        bound.clients.add(client)
        bound.instance.learn(record)
        return bound.instance.session()
      }
      if (!bound) throw notBound()
      const { instance, wake, tell, clients } = bound
      if (method === 'bye') return leave()
      // A browser may say that a page is hidden after it has said that it is gone.
      if (!isUnanswered(method, params)) clients.add(client)
      if (method === 'ping') return undefined
      if (method === 'page') {
        const { isVisible, cause, record } = params as VaultRequest<'page'>['params']
        instance.learn(record)
        const isNewlySeen = isVisible && !client.isVisible
        client.isVisible = isVisible
        const woken = cause ?? (isNewlySeen ? 'visible' : undefined)
        if (woken) wake(woken)
        return instance.session()
      }
      const before = instance.keeper.current()
      const result = await instance.methods[method](params as never, extra)
      const session = instance.keeper.current()
      // The keeper tells of what nobody here asked for; what one page asked for, the others have to hear of too.
      if (method === 'redeem' && session) tell({ type: 'adopted', session }, client)
      if (method === 'end' && before) tell({ type: 'ended', reason: 'signed_out_elsewhere' }, client)
      return result
    }

    function leave(): void {
      client.isVisible = false
      bound?.clients.delete(client)
    }

    // Where the browser tells of it: a page that crashed has not said goodbye.
    port.addEventListener('close', leave)
    port.addEventListener('message', ({ data, ports: [extra] }: MessageEvent<unknown>) => {
      const request = parseVaultRequest(data)
      if (!request) {
        // A page of ours waits for its answer, whatever it has got wrong. To others there is nothing to say.
        if (bound && isVaultEnvelope(data)) refuse(data.id, notUnderstood(data.method))
        return
      }
      if (request.latchkey === vaultVersion) void answer(request, extra)
      // It knows what to do about the number.
      else post(port, { latchkey: vaultVersion, id: request.id, result: undefined })
    })
    port.start()
  }
}

function onlySignOuts(openChannel: Platform['openChannel']): Platform['openChannel'] {
  const isSignOut = (message: unknown): boolean =>
    (message as { kind?: unknown } | null | undefined)?.kind === 'signed_out'
  return (name, onMessage) => {
    const channel = openChannel(name, (message) => isSignOut(message) && onMessage(message))
    return channel && { ...channel, post: (message) => isSignOut(message) && channel.post(message) }
  }
}

function keyOf(settings: VaultSettings): string {
  const { instanceId, protocol, issuer, endpoints, clientId, isSealed, apis } = settings
  return JSON.stringify([instanceId, protocol, issuer, endpoints, clientId, isSealed, isSealed && apis])
}

function post(port: MessagePort, message: VaultMessage): void {
  port.postMessage(message)
}

function plainChange(change: KeeperChange): PlainChange {
  return 'error' in change && change.error
    ? { ...change, error: packError(change.error) }
    : (change as PlainChange)
}

function unexpected(error: unknown): AnyAuthError {
  return new NetworkError('network_failed', 'The request could not be sent, or its answer not be read.', {
    cause: plainCause(error),
  })
}

function notBound(): AnyAuthError {
  return new NetworkError('vault_lost', 'The vault does not know this page. Try again.')
}

function notUnderstood(method: string): AnyAuthError {
  return new ConfigurationError(
    'invalid_option',
    `The vault cannot read what "${method}" was called with. Check the types of its options.`,
  )
}

function alreadyBound(): AnyAuthError {
  return new ConfigurationError('invalid_option', 'The vault already serves another client on this port.')
}
