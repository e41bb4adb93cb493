import type { KoaContextWithOIDC } from 'oidc-provider'
import Provider from 'oidc-provider'
import { createAuthenticate } from './access-token.ts'
import { createOrdersApi } from './apis/orders-api.ts'
import { paymentsApi } from './apis/payments-api.ts'
import type { Api } from './apis/resource-server.ts'
import { createResourceServer } from './apis/resource-server.ts'
import { stockApi } from './apis/stock-api.ts'
import { checkAppOrigins } from './app-origins.ts'
import type { Fault } from './faults.ts'
import { createFaults } from './faults.ts'
import { addFrontChannelLogout } from './front-channel-logout.ts'
import type { Handler } from './handler.ts'
import type { IdpOptions } from './idp-options.ts'
import { instrument } from './instrument.ts'
import { resolveLifetimes } from './lifetimes.ts'
import { createMemory } from './memory-adapter.ts'
import { createNonces } from './nonces.ts'
import { openServers } from './open-servers.ts'
import { tellSecrets } from './passed-secrets.ts'
import { createPeople } from './people.ts'
import { createPlainServer } from './plain/plain-server.ts'
import { buildProviderConfiguration } from './provider-configuration.ts'
import { createProviderHandler } from './provider-handler.ts'
import type { RefreshTokenReuse } from './refresh-token-reuse.ts'
import { createReuseLog } from './refresh-token-reuse.ts'
import type { RecordedRequest, RequestLog } from './request-log.ts'
import { createRequestLog } from './request-log.ts'
import { addSessionManagement } from './session-management.ts'
import { generateSigningKeys, publicKeySet } from './signing-keys.ts'

/** A running provider and its APIs. What they know is gone when they stop. */
export interface Idp {
  /** `http://localhost:<port>`, or with the `host` that was chosen; with a slash at the end in the dialect of Auth0. */
  readonly issuer: string
  /** The orders API, `http://localhost:<apiPort>`: the audience of access tokens that are for no other. */
  readonly apiUrl: string
  /** The stock API, `http://localhost:<stockPort>`: its tokens are asked for by `resource` (RFC 8707), and Bearer only. */
  readonly stockUrl: string
  /** The payments API, `http://localhost:<paymentsPort>`: the same, DPoP only, with nonces (RFC 9449). */
  readonly paymentsUrl: string
  /** A plain OAuth 2.0 server with an API beside it, `http://localhost:<plainPort>`: see `plain/plain-server.ts`. */
  readonly plainUrl: string
  /** What all servers were asked, oldest first; preflights too. */
  readonly requests: readonly RecordedRequest[]
  /** Refresh tokens that came again after they had been replaced, oldest first. */
  readonly reuses: readonly RefreshTokenReuse[]
  /** Forgets `requests` and `reuses` so far. */
  clearRequests(): void
  /** Makes requests of a path fail; gives the function that ends it. Preflights never fail. */
  addFault(fault: Fault): () => void
  /**
   * Every refresh token and code so far is refused from now on (`invalid_grant`), and the plain server's access tokens.
   * Sessions stay.
   */
  revokeGrants(): Promise<void>
  /** The payments API accepts no nonce any more that it gave so far. */
  changeNonces(): void
  /** What the provider and the plain server say of somebody from now on: these claims, and the others as they are. */
  changePerson(username: string, claims: Readonly<Record<string, unknown>>): void
  /** The orders are those of the beginning, and so are the people. */
  resetData(): void
  /** The provider refuses connections, and those that are open are cut. The APIs go on. */
  goDown(): Promise<void>
  /** The provider is back on the same port, with sessions, grants and keys as they were. */
  comeUp(): Promise<void>
  /** Ends all servers. */
  stop(): Promise<void>
}

/**
 * Starts the provider and its APIs on this machine's loopback addresses.
 * @throws {PortTakenError} when a port is in use.
 * @throws {TypeError} when `appOrigins` is empty or an entry is no origin.
 * @throws {RangeError} when a lifetime is no positive whole number of seconds.
 */
export async function startIdp(options: IdpOptions): Promise<Idp> {
  const {
    appOrigins,
    redirectPaths = [],
    dialect,
    front = (next) => next,
    onSecret = () => undefined,
  } = options
  checkAppOrigins(appOrigins)
  const lifetimes = resolveLifetimes(options)
  const signingKeys = await generateSigningKeys()
  const servers = await openServers(options)

  const issuer = dialect === 'auth0' ? `${servers.idp.url}/` : servers.idp.url
  const apiUrl = servers.api.url
  const log = createRequestLog()
  const faults = createFaults()
  const memory = createMemory()
  const people = createPeople()
  const ordersApi = createOrdersApi()
  const nonces = createNonces()
  const plain = createPlainServer({ port: servers.plain.port, people, appOrigins, onSecret })
  const apis = new Map<string, Api>([
    [apiUrl, ordersApi],
    [servers.stock.url, stockApi],
    [servers.payments.url, paymentsApi],
  ])
  const { port } = servers.idp
  const configuration = buildProviderConfiguration({
    issuer,
    port,
    apiUrl,
    apis,
    people,
    appOrigins,
    redirectPaths,
    dialect,
    lifetimes,
    adapter: memory.adapter,
    signingKeys,
  })
  const provider = new Provider(issuer, configuration)
  addSessionManagement(provider, { port, sessionSeconds: lifetimes.sessionSeconds })
  addFrontChannelLogout(provider, appOrigins)
  observe(provider, log)
  tellSecrets(provider, onSecret)
  const reuseLog = createReuseLog(provider)

  const keySet = publicKeySet(signingKeys)
  const serve = (server: keyof typeof servers, handler: Handler): void => {
    const listener = instrument(handler, { server, log, faults, appOrigins })
    servers[server].serve(server === 'idp' ? front(listener) : listener)
  }
  const serveApi = (server: keyof typeof servers, api: Api): void => {
    const { url } = servers[server]
    const rules = {
      schemes: api.schemes,
      // Who takes tokens in one way only is strict about it.
      ...(api.schemes.includes('Bearer') ? {} : { nonces }),
    }
    const authenticate = createAuthenticate({ issuer, audience: url, keySet, ownUrl: url, ...rules })
    serve(server, createResourceServer(api, { url, issuer, authenticate, people, appOrigins, ...rules }))
  }
  serve(
    'idp',
    createProviderHandler({
      provider,
      port,
      authenticate: createAuthenticate({ issuer, audience: apiUrl, keySet, ownUrl: issuer }),
      people,
      apis,
      appOrigins,
    }),
  )
  serveApi('api', ordersApi)
  serveApi('stock', stockApi)
  serveApi('payments', paymentsApi)
  serve('plain', plain.handler)

  return {
    issuer,
    apiUrl,
    stockUrl: servers.stock.url,
    paymentsUrl: servers.payments.url,
    plainUrl: servers.plain.url,
    requests: log.requests,
    reuses: reuseLog.reuses,
    clearRequests() {
      log.clear()
      reuseLog.clear()
    },
    addFault: faults.add,
    async revokeGrants() {
      memory.forgetGrants()
      plain.forgetTokens()
    },
    changeNonces: nonces.change,
    changePerson: people.change,
    resetData() {
      ordersApi.reset()
      people.reset()
    },
    goDown: servers.idp.goDown,
    comeUp: servers.idp.comeUp,
    async stop() {
      await Promise.all(Object.values(servers).map(({ goDown }) => goDown()))
    },
  }
}

function observe(provider: Provider, log: RequestLog): void {
  const noteGrantType = (ctx: KoaContextWithOIDC): void =>
    log.noteGrantType(ctx.req, ctx.oidc.params?.grant_type)
  provider.on('grant.success', noteGrantType)
  provider.on('grant.error', noteGrantType)
  provider.on('server_error', (_ctx, error) => console.error('The provider failed:', error))
}
