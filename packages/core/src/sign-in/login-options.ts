import { parseResources, parseTarget } from '../options/api-options.ts'
import { detailsParam, parseParams } from '../options/authorization-params.ts'
import { invalid } from '../options/invalid-option.ts'
import { parseText } from '../options/option-values.ts'
import type { Settings } from '../options/parse-options.ts'
import type { AuthenticationDemand } from '../protocol/authentication-facts.ts'
import type { AuthorizationDetail } from '../protocol/authorization-details.ts'
import { joinScopes } from '../protocol/token-target.ts'
import { buildClaimsParameter, type ClaimsRequest } from './claims-request.ts'

/** What one sign-in may ask for. */
export interface LoginOptions {
  /**
   * Where to go afterwards: path, query and hash of this app. Default: where `login()` was called.
   * Anything that is not on this origin is replaced by `/`.
   */
  readonly returnTo?: string | undefined
  /** `none` never shows a page; `login` asks again; `consent`; `select_account`; `create` (OpenID Connect Core 1.0 §3.1.2.1). */
  readonly prompt?: 'none' | 'login' | 'consent' | 'select_account' | 'create' | undefined
  /** Who is probably signing in. */
  readonly loginHint?: string | undefined
  /** Authentication context classes, any of which will do. The ID token's `acr` must be one of them. */
  readonly acrValues?: readonly string[] | undefined
  /** The person must have authenticated within this many seconds. The ID token's `auth_time` must show it. */
  readonly maxAge?: number | undefined
  /** Languages for the provider's pages, best first (BCP 47). */
  readonly uiLocales?: readonly string[] | undefined
  /** Instead of the client's scope. */
  readonly scope?: string | undefined
  /** One more API to ask for, beside those of the client (RFC 8707 §2): an absolute URI without a fragment. */
  readonly resource?: string | undefined
  /** Instead of the client's `resources`. */
  readonly resources?: readonly string[] | undefined
  /** The API, where the provider names APIs by `audience`. */
  readonly audience?: string | undefined
  /** What is to be allowed in more detail than `scope` can say (RFC 9396), instead of the client's. */
  readonly authorizationDetails?: readonly AuthorizationDetail[] | undefined
  /** Single claims to ask for (OpenID Connect Core 1.0 §5.5). The schema that they are to fit is the client's `claims`. */
  readonly claimsRequest?: ClaimsRequest | undefined
  /** More parameters for this request. They add; they cannot replace what protects the sign-in. */
  readonly params?: Readonly<Record<string, string>> | undefined
  /** Comes back from `handleCallback()`. JSON; stays in this tab's storage, so no secrets. */
  readonly appState?: unknown
}

/** Checked, in wire terms where the wire is meant. */
export interface AuthorizationDemand extends AuthenticationDemand {
  readonly scope: string
  readonly resources: readonly string[]
  readonly extra: Readonly<Record<string, string | undefined>>
}

const knownOptions = [
  'returnTo',
  'prompt',
  'loginHint',
  'acrValues',
  'maxAge',
  'uiLocales',
  'scope',
  'resource',
  'resources',
  'audience',
  'authorizationDetails',
  'claimsRequest',
  'params',
  'appState',
]

const prompts = ['none', 'login', 'consent', 'select_account', 'create']

/**
 * Checks what a sign-in was told to ask for.
 *
 * @throws {ConfigurationError} `invalid_option`
 */
export function parseLoginOptions(options: LoginOptions, settings: Settings): AuthorizationDemand {
  for (const name of Object.keys(options)) {
    if (!knownOptions.includes(name))
      throw invalid(name, `is unknown to login(). Known: ${knownOptions.join(', ')}`)
  }
  const { maxAge, prompt, scope = settings.scope, resource, audience, claimsRequest } = options
  parseTarget({ resource, audience })
  const resources = parseResources(options.resources) ?? settings.resources
  const loginHint = parseText('loginHint', options.loginHint)
  const acrValues = parseList('acrValues', options.acrValues)
  const uiLocales = parseList('uiLocales', options.uiLocales)
  if (prompt !== undefined && !prompts.includes(prompt))
    throw invalid('prompt', `must be one of ${prompts.join(', ')}`)
  if (maxAge !== undefined && !(Number.isInteger(maxAge) && maxAge >= 0)) {
    throw invalid('maxAge', 'must be a whole number of seconds, 0 or more')
  }
  if (prompt === 'none' && maxAge === 0)
    throw invalid('maxAge', 'cannot be 0 with prompt "none": nobody could ask')
  if (typeof scope !== 'string') throw invalid('scope', 'must be one string, separated by spaces')
  if (settings.protocol === 'oidc' && !scope.split(' ').includes('openid')) {
    throw invalid('scope', 'must contain "openid"')
  }
  if (claimsRequest !== undefined && settings.protocol !== 'oidc') {
    throw invalid('claimsRequest', 'needs OpenID Connect: without it there are no claims')
  }
  return {
    scope: joinScopes(scope),
    resources: resource === undefined ? resources : [...new Set([...resources, resource])],
    maxAge,
    acrValues,
    extra: {
      ...settings.params,
      ...parseParams(options.params),
      // What is left out leaves alone what `params` says.
      ...(audience !== undefined && { audience }),
      ...(prompt !== undefined && { prompt }),
      ...(loginHint !== undefined && { login_hint: loginHint }),
      ...(maxAge !== undefined && { max_age: maxAge.toString() }),
      ...(acrValues && { acr_values: acrValues.join(' ') }),
      ...(uiLocales && { ui_locales: uiLocales.join(' ') }),
      ...detailsParam(options.authorizationDetails),
      ...(claimsRequest !== undefined && { claims: buildClaimsParameter(claimsRequest) }),
    },
  }
}

function parseList(option: string, value: unknown): readonly string[] | undefined {
  if (value === undefined) return undefined
  const isWord = (item: unknown): boolean => typeof item === 'string' && /^\S+$/.test(item)
  const isList = Array.isArray(value) && value.length > 0 && value.every(isWord)
  if (!isList) throw invalid(option, 'must be a list of words, not empty')
  return value
}
