import { abortable } from '../abortable.ts'
import { type AuthClient, createAuthClient } from '../client.ts'
import { isAuthError } from '../errors.ts'
import type { Explanation } from '../explain.ts'
import type { Glance, HostMessage, PageMessage, Plain } from '../hosted/messages.ts'
import type { AuthClientOptions, VaultWorker } from '../options/client-options.ts'
import type { HostPorts } from '../platform/host.ts'
import { windowHost } from '../sign-in/window-host.ts'
import type { PackedRequest } from '../vault/packed.ts'
import { type PlainError, packError } from '../vault/plain-error.ts'
import { onCancel, packResponse, unpackRequest } from '../vault/sealed-send.ts'
import { tokenSealed } from '../withheld.ts'
import { checkHostedNames } from './check-hosted-names.ts'
import { checkParam } from './check-param.ts'
import { inNameOf, whoIs } from './in-name-of.ts'
import { createPagePlatform, type HostedSurroundings } from './page-platform.ts'

/** What the clients of a host have in common. */
export interface HostContext {
  createPorts(): HostPorts
  /** Serves the port of a client, as a vault does its pages. @returns the client is gone */
  serveVault(port: MessagePort): () => void
}

type Hello = Extract<PageMessage, { kind: 'hello' }>
type Call = Extract<PageMessage, { kind: 'call' }>

/** The client of a page, at its host. */
export interface HostedClient {
  readonly surroundings: HostedSurroundings
  start(): void
  stop(): void
  /** Runs one of the client's functions. `port`: where the body of an answer goes. */
  run(call: Call, signal: AbortSignal, port: MessagePort | undefined): Promise<unknown>
  glance(): Glance | undefined
  dispose(): void
}

/** Makes a client for a page, whose tokens are in the vault that this worker is. */
export function openClient(
  { options, problem, ...report }: Hello,
  { createPorts, serveVault }: HostContext,
  post: (message: HostMessage) => void,
): HostedClient {
  const surroundings = createPagePlatform(report, createPorts(), post)
  const leaves: (() => void)[] = []
  const { sealed, ...ofClient } = options as AuthClientOptions & { readonly sealed?: boolean }

  /** A vault's port, to the vault that is in this worker. */
  function connectVault(): VaultWorker {
    const { port1, port2 } = new MessageChannel()
    leaves.push(
      serveVault(port2),
      () => port1.close(),
      () => port2.close(),
    )
    return { port: port1, addEventListener: () => undefined }
  }

  let client: AuthClient<unknown>
  try {
    checkHostedNames(options)
    client = createAuthClient({
      ...ofClient,
      // A worker of one page is no vault: its tabs go on as pages do that keep tokens themselves, and hand them over to
      // whoever asks. Where they are sealed, they are all the same: whatever asks may be any script of this origin.
      ...((!problem || sealed) && {
        vault: { worker: connectVault, ...(sealed !== undefined && { sealed }) },
      }),
      platform: surroundings.platform,
    } as AuthClientOptions) as AuthClient<unknown>
  } catch (error) {
    return refuse(error, surroundings, post)
  }

  function explain(): Explanation {
    const { keeper, ...explanation } = client.explain()
    return { ...explanation, keeper: keeper && problem ? { kind: 'memory', fallback: problem } : keeper }
  }

  const glance = (): Glance => ({
    explanation: explain(),
    grantedDetails: client.grantedDetails(),
    sessionEndsAt: client.sessionEndsAt(),
    authentication: client[windowHost]?.authentication(),
  })
  const tell = (): void =>
    post({ kind: 'state', state: plain(client.getState()), who: whoIs(client), glance: glance() })
  let end: (() => void) | undefined

  // Whose data the app has, is for the page to know: it may have been told by another host before.
  for (const name of ['refreshed', 'refresh_failed', 'error'] as const) {
    client.on(name, (event) => post({ kind: 'event', name, event: plain(event), glance: glance() }))
  }
  client.subscribe(tell)
  tell()

  return {
    surroundings,
    start() {
      end ??= client.start()
    },
    stop() {
      end?.()
      end = undefined
    },
    async run({ method, param, who }, signal, port) {
      checkParam(method, param)
      if (sealed && method === 'getAccessToken') throw tokenSealed()
      const asked = { client, who, signal }
      if (method === 'fetch')
        return inNameOf(asked, (stop) => send(client, param as PackedRequest, stop, port))
      if (method === 'getAccessToken') {
        return inNameOf(asked, (stop) => client.getAccessToken({ ...(param as object), signal: stop }))
      }
      if (method === 'refreshUser') return inNameOf(asked, (stop) => abortable(client.refreshUser(), stop))
      const given = method === 'requireSession' ? { ...(param as object | undefined), signal } : param
      const value = await (client[method] as (param: unknown) => Promise<unknown>)(given)
      // The page has the state already.
      return method === 'ready' || method === 'requireSession' ? undefined : plain(value)
    },
    glance,
    dispose() {
      end?.()
      // What the client says to its vault as it ends would come too late, and no browser tells a port that is closed with
      // the other.
      for (const leave of leaves) leave()
    },
  }
}

/** Options that are wrong are so for every call. */
function refuse(
  error: unknown,
  surroundings: HostedSurroundings,
  post: (message: HostMessage) => void,
): HostedClient {
  if (isAuthError(error)) {
    const state = { status: 'unauthenticated', reason: 'restore_failed', error: packError(error) } as const
    post({ kind: 'state', state, glance: undefined })
    post({ kind: 'event', name: 'error', event: { error: state.error, during: 'login' }, glance: undefined })
  }
  const idle = (): void => undefined
  return {
    surroundings,
    start: idle,
    stop: idle,
    run: () => Promise.reject(error),
    glance: () => undefined,
    dispose: idle,
  }
}

async function send(
  client: AuthClient<unknown>,
  packed: PackedRequest,
  signal: AbortSignal,
  port: MessagePort | undefined,
): Promise<unknown> {
  if (!port) throw new TypeError('There is nowhere to send the answer.')
  const stop = new AbortController()
  signal.addEventListener('abort', () => stop.abort())
  onCancel(port, () => stop.abort())
  const response = await client.fetch(unpackRequest(packed, stop.signal).withHeaders({}))
  return packResponse(response, port)
}

function plain<T>(value: T): Plain<T> {
  const { error } = (value ?? {}) as { readonly error?: unknown }
  return (isAuthError(error) ? { ...value, error: packError(error) } : value) as Plain<T>
}

/** What `fetch` throws has no code. */
export function packFailure(error: unknown): PlainError {
  if (isAuthError(error)) return packError(error)
  return { name: 'NetworkError', code: '', message: error instanceof Error ? error.message : 'Failed.' }
}
