import fc from 'fast-check'
import { almost, hostileMessage, hostileText } from '../../test/fuzz/hostile.ts'
import { itHolds, must } from '../../test/fuzz/it-holds.ts'
import { settlesSafely } from '../../test/fuzz/settles-safely.ts'
import { parsePopupOptions } from '../popup/popup-options.ts'
import { isSecureUrl } from '../protocol/secure-url.ts'
import { parseLoginOptions } from '../sign-in/login-options.ts'
import { parseOptions } from './parse-options.ts'

const secret = 'SENTINEL-client-secret'
const right = {
  issuer: 'https://id.example',
  clientId: 'app',
  redirectUri: '/callback',
  postLogoutRedirectUri: '/bye',
  silentRedirectUri: '/silent',
  restoreByRedirect: true,
  scope: 'openid profile',
  pushedAuthorization: 'auto',
  params: { audience: 'a', tenant: 't' },
  authorizationDetails: [{ type: 'payment', actions: ['read'] }],
  name: 'second',
  identifiedBy: ['tenant'],
  apis: ['https://api.example', { url: 'https://b.example/v1', resource: 'urn:b', scope: 'b' }],
  resources: ['urn:b'],
  userInfo: true,
  idleTimeoutSeconds: 600,
  sessionLimitSeconds: 3600,
  timeoutLogout: 'local',
  watchProviderSession: true,
  requestTimeoutSeconds: 10,
  clockToleranceSeconds: 30,
}
const plain = {
  clientId: 'app',
  redirectUri: '/callback',
  protocol: 'oauth2',
  endpoints: {
    authorization: 'https://id.example/auth',
    token: 'https://id.example/token',
    userInfo: 'https://id.example/me',
  },
  loadUser: async () => ({ sub: 'alice' }),
  vault: { worker: () => undefined, sealed: true },
}
const circular = Object.create({})
circular.self = circular
const values = fc.oneof(
  hostileMessage,
  fc.constantFrom<unknown>(
    'http://id.example',
    'https://a:b@c.example',
    '/a#b',
    '//evil.example',
    1n,
    circular,
    Symbol('x'),
    { toString: 1 },
    Object.create(null),
    () => undefined,
  ),
)
const names = [
  'clientSecret',
  'client_secret',
  'authority',
  'protocol',
  'endpoints',
  'vault',
  'binding',
  'persist',
  'loadUser',
  'claims',
  'platform',
  ...Object.keys(right),
]

itHolds(
  'are settled into what is safe to work with, or refused by name (CFG-01 … CFG-03, CFG-07)',
  {
    of: 'options',
    part: 0.6,
    inputs: fc.oneof(
      { weight: 4, arbitrary: almost(right, values, { names }) },
      almost(plain, values, { names }),
      hostileMessage,
    ),
  },
  async (given) => {
    await settlesSafely(() => parseOptions({ ...(given as object), clientSecret: secret } as never), [secret])
    const outcome = await settlesSafely(() => parseOptions(given as never))
    if (!('value' in outcome)) return must(outcome.error.code === 'invalid_option', 'it is named')
    const { issuer, clientId, redirectUri, scope, apis, params, instanceId, requestTimeoutMs, resources } =
      outcome.value
    must(issuer === undefined || isSecureUrl(new URL(issuer)), 'the issuer is safe to ask')
    must(
      [clientId, redirectUri, scope, instanceId].every(
        (text) => typeof text === 'string' && text === text.toString(),
      ),
      'these are texts',
    )
    must(
      Object.values(params).every((value) => typeof value === 'string'),
      'parameters are texts',
    )
    must(
      !('client_id' in params && Object.hasOwn(params, 'client_id')),
      'none replaces what protects the sign-in',
    )
    must(
      apis.every(({ url }) => isSecureUrl(new URL(url)) && url.endsWith('/')),
      'APIs are safe to call',
    )
    must(
      resources.every((resource) => URL.canParse(resource) && !resource.includes('#')),
      'resources are URIs',
    )
    must(requestTimeoutMs >= 1000 && requestTimeoutMs <= 300_000, 'nobody waits for ever')
  },
)

const login = {
  returnTo: '/orders',
  prompt: 'login',
  loginHint: 'alice',
  acrValues: ['urn:gold'],
  maxAge: 60,
  uiLocales: ['en'],
  scope: 'openid',
  resource: 'urn:b',
  resources: ['urn:c'],
  audience: 'a',
  authorizationDetails: [{ type: 'payment' }],
  claimsRequest: { idToken: { email: { essential: true } }, userInfo: { name: null } },
  params: { tenant: 't' },
  appState: { cart: 1 },
}
const settings = parseOptions({ issuer: 'https://id.example', clientId: 'app', redirectUri: '/callback' })

itHolds(
  'of one sign-in ask for what can be asked for, in texts, or are refused by name (AUTHZ-07, AUTHZ-08)',
  {
    of: 'options',
    part: 0.3,
    inputs: almost(login, values, { names: [...Object.keys(login), 'state', 'nonce'] }),
  },
  async (given) => {
    if (typeof given !== 'object' || given === null) return
    const outcome = await settlesSafely(() => parseLoginOptions(given, settings))
    if (!('value' in outcome)) return must(outcome.error.code === 'invalid_option', 'it is named')
    const { scope, resources, extra, maxAge, acrValues } = outcome.value
    must(scope.split(' ').includes('openid'), 'it asks for an ID token')
    must(
      Object.values(extra).every((value) => value === undefined || typeof value === 'string'),
      'it asks in texts',
    )
    must(
      resources.every((resource) => typeof resource === 'string'),
      'resources are texts',
    )
    must(maxAge === undefined || (Number.isInteger(maxAge) && maxAge >= 0), 'an age is a number')
    must(
      acrValues === undefined || acrValues.every((value) => typeof value === 'string'),
      'acr values are texts',
    )
  },
)

itHolds(
  'of a window are one that can be opened, for a while',
  {
    of: 'options',
    part: 0.1,
    inputs: fc.oneof(
      almost({ window: { width: 300, height: 300 }, timeoutSeconds: 60 }, values, {
        names: ['window', 'timeoutSeconds', 'width', 'returnTo', 'signal'],
      }),
      hostileText,
    ),
  },
  async (given) => {
    if (typeof given !== 'object' || given === null) return
    const outcome = await settlesSafely(() => parsePopupOptions(given))
    if (!('value' in outcome)) return
    const { size, timeoutMs } = outcome.value
    must(Number.isInteger(size.width) && Number.isInteger(size.height), 'it has a size')
    must(typeof timeoutMs === 'number' && timeoutMs > 0 && timeoutMs <= 3_600_000, 'nobody waits for ever')
  },
)
