import { type AnyAuthError, ConfigurationError, isAuthError, NetworkError } from '../errors.ts'
import { plainCause } from '../protocol/plain-cause.ts'
import {
  isUnanswered,
  type VaultMessage,
  type VaultRequest,
  type VaultSettings,
  vaultVersion,
} from './messages.ts'
import { isVaultEnvelope, parseVaultRequest } from './parse-request.ts'
import { packError } from './plain-error.ts'
import type { ServedInstance, VaultClient } from './served-instances.ts'

/**
 * Answers one page, on its port, for as long as it is there. `instanceFor` gives the instance that it asks for.
 *
 * @returns it is gone
 */
export function servePage(
  port: MessagePort,
  instanceFor: (settings: VaultSettings) => ServedInstance,
): () => void {
  let bound: ServedInstance | undefined
  const client: VaultClient = { isVisible: false, hear: post }

  async function answer({ id, method, params }: VaultRequest, extra: MessagePort | undefined): Promise<void> {
    try {
      const result = await respond(method, params, extra)
      if (!isUnanswered(method, params)) post({ latchkey: vaultVersion, id, result })
    } catch (error) {
      if (!isUnanswered(method, params)) refuse(id, isAuthError(error) ? error : unexpected(error))
    }
  }

  function refuse(id: number, error: AnyAuthError): void {
    post({ latchkey: vaultVersion, id, error: packError(error) })
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
      client.isVisible = isVisible
      const woken = cause ?? (isVisible ? 'visible' : undefined)
      if (woken) wake(woken)
      return instance.session()
    }
    const before = instance.keeper.current()
    const answered = instance.methods[method](params as never, extra)
    // The keeper tells of what nobody here asked for; what one page asked for, the others have to hear of too: of a
    // sign-out at once, however long the provider takes to hear of it.
    if (method === 'end' && before && !instance.keeper.current())
      tell({ type: 'ended', reason: 'signed_out_elsewhere' }, client)
    const result = await answered
    const session = instance.keeper.current()
    if (session && method === 'redeem') tell({ type: 'adopted', session }, client)
    if ((method === 'identify' || method === 'describe') && session)
      tell({ type: 'described', session }, client)
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
    else post({ latchkey: vaultVersion, id: request.id, result: undefined })
  })
  port.start()
  return leave

  function post(message: VaultMessage): void {
    port.postMessage(message)
  }
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
