import type { Params } from '../current-params.ts'
import { nameInstance } from '../instance-id.ts'
import type { Binding } from '../protocol/binding.ts'
import type { ProtocolSettings } from '../protocol/settings.ts'
import { isWithin, joinScopes } from '../protocol/token-target.ts'
import type { OnSessionLost } from '../session-hold.ts'
import type { LimitSettings } from '../session-limits/limit-settings.ts'
import type { StandardSchema } from '../standard-schema.ts'
import { type Api, parseApis, parseResources } from './api-options.ts'
import { parseAppUrl, parseRedirectUri } from './app-url.ts'
import { detailsParam, parseParams } from './authorization-params.ts'
import { parseBinding, parsePersist } from './binding-options.ts'
import type { AuthClientOptions, LoadUser, VaultOptions } from './client-options.ts'
import { invalid } from './invalid-option.ts'
import { checkNames } from './known-options.ts'
import { parseLimits } from './limit-options.ts'
import { parseFlag, parseSeconds, parseText, requireText } from './option-values.ts'
import { checkEndpoints, checkIssuer, parsePushed } from './provider-options.ts'
import { parseSessionWatch } from './session-watch-options.ts'
import { parseClaims, parseLoadUser, parseNames, parseUserInfo } from './user-options.ts'
import { parseVault } from './vault-options.ts'

/** The options after every check, with defaults and units settled. */
export interface Settings extends ProtocolSettings {
  readonly redirectUri: string
  readonly postLogoutRedirectUri: string
  readonly params: Params
  readonly silentRedirectUri: string | undefined
  readonly restoreByRedirect: boolean
  readonly vault: Required<VaultOptions> | undefined
  readonly binding: Binding | undefined
  readonly persist: 'bound' | undefined
  readonly claims: StandardSchema<unknown> | undefined
  readonly onSessionLost: OnSessionLost | undefined
  readonly identifiedBy: readonly string[]
  readonly userInfo: boolean
  readonly loadUser: LoadUser<unknown> | undefined
  readonly apis: readonly Api[]
  /** What a sign-in asks for, with the scopes of these APIs in `scope`. */
  readonly resources: readonly string[]
  readonly limits: LimitSettings | undefined
  readonly watchProviderSession: boolean
  /** Names everything this client keeps, so that instances never meet. */
  readonly instanceId: string
  /** Marks every `state` as this client's. */
  readonly statePrefix: string
}

/**
 * Checks what the user passed and settles what they left out. Reads nothing but its argument.
 *
 * @throws {ConfigurationError} `invalid_option`, naming the option and the fix.
 */
export function parseOptions(options: AuthClientOptions): Settings {
  if (typeof options !== 'object' || options === null)
    throw invalid('issuer', 'is missing: pass an object of options')
  checkNames(options)
  const { issuer, endpoints, clientId } = options
  const protocol = options.protocol ?? (issuer === undefined ? 'oauth2' : 'oidc')
  if (!['oidc', 'oauth2'].includes(protocol)) {
    throw invalid('protocol', `must be 'oidc' (the default) or 'oauth2'`)
  }
  if (issuer === undefined && endpoints === undefined) {
    throw invalid(
      'issuer',
      'is missing: pass the provider’s issuer URL, or `endpoints` for a plain OAuth 2.0 server',
    )
  }
  if (issuer === undefined && protocol === 'oidc') {
    throw invalid('issuer', 'is missing: OpenID Connect needs it to check who signed the ID token')
  }
  if (issuer !== undefined) checkIssuer(issuer)
  if (endpoints !== undefined) checkEndpoints(endpoints, protocol)
  requireText('clientId', clientId)
  const apis = parseApis(options.apis)
  const resources = parseResources(options.resources) ?? [
    ...new Set(apis.flatMap(({ target }) => target?.resource ?? [])),
  ]
  const instanceId = nameInstance(
    issuer ?? endpoints?.authorization,
    clientId,
    parseText('name', options.name),
  )
  return {
    protocol,
    issuer,
    endpoints,
    clientId,
    scope: joinScopes(parseScope(options.scope, protocol), ...scopesAtSignIn(apis, resources)),
    pushedAuthorization: parsePushed(options),
    redirectUri: parseRedirectUri(options.redirectUri),
    postLogoutRedirectUri: parseAppUrl('postLogoutRedirectUri', options.postLogoutRedirectUri ?? '/'),
    params: { ...parseParams(options.params), ...detailsParam(options.authorizationDetails) },
    silentRedirectUri:
      options.silentRedirectUri === undefined
        ? undefined
        : parseAppUrl('silentRedirectUri', options.silentRedirectUri),
    restoreByRedirect: parseFlag('restoreByRedirect', options.restoreByRedirect),
    vault: parseVault(options),
    onSessionLost: parseOnSessionLost(options.onSessionLost),
    binding: parseBinding(options.binding),
    identifiedBy: parseNames('identifiedBy', options.identifiedBy),
    persist: parsePersist(options),
    claims: parseClaims(options, protocol),
    userInfo: parseUserInfo(options, protocol),
    loadUser: parseLoadUser(options, protocol),
    apis,
    resources,
    limits: parseLimits(options),
    watchProviderSession: parseSessionWatch(options, protocol),
    requestTimeoutMs: parseSeconds('requestTimeoutSeconds', options.requestTimeoutSeconds ?? 10, 1) * 1000,
    clockToleranceSeconds: parseSeconds('clockToleranceSeconds', options.clockToleranceSeconds ?? 30, 0),
    instanceId,
    statePrefix: `${instanceId}.`,
  }
}

function parseOnSessionLost(value: OnSessionLost | undefined): OnSessionLost | undefined {
  if (value === undefined || typeof value === 'function') return value
  throw invalid('onSessionLost', 'must be holdSession of @latchkey/core/popup')
}

/** A token can be asked for nothing that was not granted at sign-in (RFC 6749 §6). */
function scopesAtSignIn(apis: readonly Api[], resources: readonly string[]): (string | undefined)[] {
  return apis
    .filter(({ target }) => target?.resource === undefined || resources.includes(target.resource))
    .map(({ target }) => target?.scope)
}

/** OpenID Connect Core 1.0 §3.1.2.1: without `openid` in the scope the server owes no ID token. */
function parseScope(value: unknown, protocol: 'oidc' | 'oauth2'): string {
  if (value === undefined) return protocol === 'oidc' ? 'openid profile email' : ''
  if (typeof value !== 'string') throw invalid('scope', 'must be one string, separated by spaces')
  if (protocol === 'oidc' && !isWithin('openid', value)) {
    throw invalid(
      'scope',
      `must contain "openid". For a server without OpenID Connect pass protocol: 'oauth2'`,
    )
  }
  return value
}
