import { type ConfigurationError, ProtocolError } from './errors.ts'
import type { AuthClientOptions } from './options/client-options.ts'
import { invalid } from './options/invalid-option.ts'
import { parseOptions, type Settings } from './options/parse-options.ts'
import { createBrowserPlatform } from './platform/browser.ts'
import type { Platform } from './platform/ports.ts'
import { errorFromProvider } from './protocol/authorization-response.ts'
import type { CodeGrant } from './protocol/code-grant.ts'
import { createProvider, type Provider } from './protocol/provider.ts'
import { loadedExchanges } from './protocol/rare-exchanges.ts'
import type { TokenSet } from './protocol/token-set.ts'
import { isText, shape } from './shapes.ts'
import { createAppUrls } from './sign-in/app-urls.ts'
import { parseCallbackUrl } from './sign-in/callback-url.ts'
import { type LoginOptions, parseLoginOptions } from './sign-in/login-options.ts'
import { storageKeys } from './storage-keys.ts'

/**
 * What stands between the two halves of a sign-in. It holds secrets: keep it where only this browser tab
 * reads it, as JSON if need be, until the answer comes.
 */
export interface AuthorizationRequest extends CodeGrant {
  /** Where to send the browser. */
  readonly url: string
  /** The options it was made with, for {@link exchangeCode}; `platform` is left out, as JSON would. */
  readonly options: AuthClientOptions
}

/**
 * The first half of a sign-in, by hand: finds the provider and builds the URL to send the browser to
 * (RFC 6749 §4.1.1, RFC 7636 §4.3).
 *
 * @throws {ConfigurationError} `invalid_option` · `missing_endpoint` · `insecure_endpoint` · `pkce_unsupported`
 * @throws {ProtocolError} `issuer_mismatch` · `invalid_metadata`
 * @throws {NetworkError} the provider's metadata could not be fetched
 *
 * @example
 * ```ts
 * import { createAuthorizationUrl } from '@latchkey/core'
 *
 * const pending = await createAuthorizationUrl({
 *   issuer: 'https://id.example.com',
 *   clientId: 'my-app',
 *   redirectUri: 'https://app.example.com/callback',
 * })
 * sessionStorage.setItem('pending', JSON.stringify(pending))
 * location.assign(pending.url)
 * ```
 */
export async function createAuthorizationUrl(
  options: AuthClientOptions,
  request: Omit<LoginOptions, 'returnTo' | 'appState'> = {},
): Promise<AuthorizationRequest> {
  const { settings, platform, provider } = prepare(options)
  const { scope, resources, extra, maxAge, acrValues } = parseLoginOptions(request, settings)
  const redirectUri = absoluteRedirectUri(settings, platform)
  const started = await provider.authorize({
    redirectUri,
    scope,
    resources,
    statePrefix: settings.statePrefix,
    extra,
  })
  const { platform: _, ...plainOptions } = options
  return { ...started, redirectUri, scope, maxAge, acrValues, options: plainOptions as AuthClientOptions }
}

/**
 * The second half: checks the provider's answer against what was kept, and exchanges its code for tokens,
 * once (RFC 6749 §4.1.3). The ID token is validated in full, its signature included.
 *
 * @throws {ConfigurationError} `invalid_option`: `pending` is not what the first half gave
 * @throws {ProtocolError} the answer or the ID token broke a rule; nothing was exchanged, or nothing is given out
 * @throws {ServerError} the provider refused
 * @throws {SignInRequiredError} what the provider wants the person to do
 * @throws {NetworkError} no usable answer; the code may have been used, so start again
 *
 * @example
 * ```ts
 * import { type AuthorizationRequest, exchangeCode } from '@latchkey/core'
 *
 * const pending: AuthorizationRequest = JSON.parse(sessionStorage.getItem('pending') ?? 'null')
 * const tokens = await exchangeCode(location.href, pending)
 * history.replaceState(null, '', '/')
 * tokens.accessToken // memory only, please
 * ```
 */
export async function exchangeCode(
  callbackUrl: string,
  pending: AuthorizationRequest,
  platform: Partial<Platform> = {},
): Promise<TokenSet> {
  if (!isAuthorizationRequest(pending)) throw notPending()
  const { provider } = prepare({ ...pending.options, platform })
  const callback = parseCallbackUrl(callbackUrl, pending.redirectUri, pending.state)
  if (callback.kind === 'bare' && callback.error !== null) throw errorFromProvider(callback.error, null)
  if (callback.kind !== 'response' || callback.state !== pending.state) {
    throw new ProtocolError(
      'invalid_authorization_response',
      'This URL is not the answer to this sign-in: its path or its "state" is another. Nothing was exchanged.',
    )
  }
  return provider.redeem(callback.parameters, pending)
}

/** What it has to hold to be any use, whatever it went through as JSON. */
const isAuthorizationRequest = shape({
  state: isText,
  codeVerifier: isText,
  nonce: isText,
  redirectUri: isText,
  scope: isText,
  options: shape({}),
})

function notPending(): ConfigurationError {
  return invalid(
    'pending',
    'is not what createAuthorizationUrl() returned: keep that as a whole until the answer comes, as JSON in ' +
      'sessionStorage say, and where it is gone, start again with createAuthorizationUrl()',
  )
}

/** A path is one of the page's origin, and on a server there is no page. */
function absoluteRedirectUri(settings: Settings, { page, navigation }: Platform): string {
  const { redirectUri } = settings
  if (URL.canParse(redirectUri)) return redirectUri
  if (page.exists()) return createAppUrls(settings, navigation).redirectUri()
  throw invalid(
    'redirectUri',
    `is only a path ("${redirectUri}"), and outside a browser no page says of which origin: pass an absolute URL, such as "https://app.example.com${redirectUri}"`,
  )
}

function prepare(options: AuthClientOptions): { settings: Settings; platform: Platform; provider: Provider } {
  const settings = parseOptions(options)
  // The key would have to be kept between the halves, by whoever keeps the rest.
  if (settings.binding) throw invalid('binding', 'works with createAuthClient() alone')
  const platform = { ...createBrowserPlatform(), ...options.platform }
  return {
    settings,
    platform,
    provider: createProvider({
      settings,
      platform,
      cacheKey: storageKeys(settings.instanceId).metadata,
      rare: loadedExchanges,
    }),
  }
}
