import type { KoaContextWithOIDC } from 'oidc-provider'
import Provider from 'oidc-provider'
import { createAuthenticate } from './access-token.ts'
import { checkAppOrigins } from './app-origins.ts'
import type { Fault } from './faults.ts'
import { createFaults } from './faults.ts'
import { instrument } from './instrument.ts'
import { resolveLifetimes } from './lifetimes.ts'
import type { LoopbackHost, LoopbackServer } from './loopback-server.ts'
import { openLoopbackServer } from './loopback-server.ts'
import { createMemory } from './memory-adapter.ts'
import { createProtectedApi } from './protected-api.ts'
import { buildProviderConfiguration } from './provider-configuration.ts'
import { createProviderHandler } from './provider-handler.ts'
import type { RefreshTokenReuse } from './refresh-token-reuse.ts'
import { createReuseLog } from './refresh-token-reuse.ts'
import type { RecordedRequest, RequestLog } from './request-log.ts'
import { createRequestLog } from './request-log.ts'
import { generateSigningKeys, publicKeySet } from './signing-keys.ts'

export interface IdpOptions {
  /**
   * The provider's name. To an app on `localhost`, `127.0.0.1` is another site: browsers that block third-party
   * cookies then keep the provider's session from the app's frames. Default: `localhost`.
   */
  readonly host?: LoopbackHost
  /** The provider's port; 0 is any free one. Default: 9400. */
  readonly port?: number
  /** The API's port; 0 is any free one. Default: 9401. */
  readonly apiPort?: number
  /** Where the app runs, such as `http://localhost:5173`: its callbacks and its cross-origin requests. */
  readonly appOrigins: readonly string[]
  /** Default: 300. */
  readonly accessTokenSeconds?: number
  /** Default: an hour. */
  readonly idTokenSeconds?: number
  /** From the login on: rotation does not prolong it. Default: 14 days. */
  readonly refreshTokenSeconds?: number
}

/** A running provider and its API. What they know is gone when they stop. */
export interface Idp {
  /** `http://localhost:<port>`, or with the `host` that was chosen. */
  readonly issuer: string
  /** `http://localhost:<apiPort>`, also the audience of the access tokens. */
  readonly apiUrl: string
  /** What both servers were asked, oldest first; preflights too. */
  readonly requests: readonly RecordedRequest[]
  /** Refresh tokens that came again after they had been replaced, oldest first. */
  readonly reuses: readonly RefreshTokenReuse[]
  /** Forgets `requests` and `reuses` so far. */
  clearRequests(): void
  /** Makes requests of a path fail; gives the function that ends it. Preflights never fail. */
  addFault(fault: Fault): () => void
  /** Every refresh token and code so far is refused from now on (`invalid_grant`). Sessions stay. */
  revokeGrants(): Promise<void>
  /** The provider refuses connections, and those that are open are cut. The API goes on. */
  goDown(): Promise<void>
  /** The provider is back on the same port, with sessions, grants and keys as they were. */
  comeUp(): Promise<void>
  /** Ends both servers. */
  stop(): Promise<void>
}

/**
 * Starts the provider and its API on this machine's loopback addresses.
 * @throws {PortTakenError} when a port is in use.
 * @throws {TypeError} when `appOrigins` is empty or an entry is no origin.
 * @throws {RangeError} when a lifetime is no positive whole number of seconds.
 */
export async function startIdp(options: IdpOptions): Promise<Idp> {
  const { appOrigins } = options
  checkAppOrigins(appOrigins)
  const lifetimes = resolveLifetimes(options)
  const signingKeys = await generateSigningKeys()
  const { idpServer, apiServer } = await openServers(options)

  const issuer = idpServer.url
  const apiUrl = apiServer.url
  const log = createRequestLog()
  const faults = createFaults()
  const memory = createMemory()
  const configuration = buildProviderConfiguration({
    port: idpServer.port,
    apiUrl,
    appOrigins,
    lifetimes,
    adapter: memory.adapter,
    signingKeys,
  })
  const provider = new Provider(issuer, configuration)
  observe(provider, log)
  const reuseLog = createReuseLog(provider)

  const tokenRules = { issuer, audience: apiUrl, keySet: publicKeySet(signingKeys) }
  const providerHandler = createProviderHandler({
    provider,
    authenticate: createAuthenticate({ ...tokenRules, ownUrl: issuer }),
    appOrigins,
  })
  const apiHandler = createProtectedApi({
    authenticate: createAuthenticate({ ...tokenRules, ownUrl: apiUrl }),
    appOrigins,
  })
  idpServer.serve(instrument(providerHandler, { server: 'idp', log, faults, appOrigins }))
  apiServer.serve(instrument(apiHandler, { server: 'api', log, faults, appOrigins }))

  return {
    issuer,
    apiUrl,
    requests: log.requests,
    reuses: reuseLog.reuses,
    clearRequests() {
      log.clear()
      reuseLog.clear()
    },
    addFault: faults.add,
    async revokeGrants() {
      memory.forgetGrants()
    },
    goDown: idpServer.goDown,
    comeUp: idpServer.comeUp,
    async stop() {
      await Promise.all([idpServer.goDown(), apiServer.goDown()])
    },
  }
}

async function openServers({
  host = 'localhost',
  port = 9400,
  apiPort = 9401,
}: IdpOptions): Promise<{ idpServer: LoopbackServer; apiServer: LoopbackServer }> {
  const idpServer = await openLoopbackServer({ host, port }, { option: 'port', variable: 'IDP_PORT' })
  try {
    const apiServer = await openLoopbackServer(
      { host: 'localhost', port: apiPort },
      { option: 'apiPort', variable: 'API_PORT' },
    )
    return { idpServer, apiServer }
  } catch (error) {
    await idpServer.goDown()
    throw error
  }
}

function observe(provider: Provider, log: RequestLog): void {
  const noteGrantType = (ctx: KoaContextWithOIDC): void =>
    log.noteGrantType(ctx.req, ctx.oidc.params?.grant_type)
  provider.on('grant.success', noteGrantType)
  provider.on('grant.error', noteGrantType)
  provider.on('server_error', (_ctx, error) => console.error('The provider failed:', error))
}
