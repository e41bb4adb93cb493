import { describe, expect, it } from 'vitest'
import { placesIn, withAt } from '../../test/every-place.ts'
import type { VaultMethod, VaultRequest } from './messages.ts'
import { isVaultEnvelope, parseVaultRequest } from './parse-request.ts'

const record = { epoch: 1.5, status: 'signed_in', refreshes: 0, rotation: 0 }

/** What a page may ask, with everything in it that may be in it. */
const wholeParams: { readonly [TMethod in VaultMethod]: unknown } = {
  hello: {
    record,
    settings: {
      instanceId: 'i',
      isSealed: false,
      binding: { required: true, persists: false },
      apis: [{ url: 'https://api.example/', target: { resource: 'urn:api', audience: 'a', scope: 'read' } }],
      protocol: 'oidc',
      issuer: 'https://id.example',
      endpoints: {
        authorization: 'https://id.example/auth',
        token: 'https://id.example/token',
        jwks: 'https://id.example/jwks',
        revocation: 'https://id.example/revoke',
        endSession: 'https://id.example/end',
        userInfo: 'https://id.example/me',
        pushedAuthorization: 'https://id.example/par',
      },
      clientId: 'app',
      scope: 'openid',
      pushedAuthorization: 'auto',
      requestTimeoutMs: 1000,
      clockToleranceSeconds: 30,
    },
  },
  ping: undefined,
  restore: { record, recall: true },
  authorize: {
    redirectUri: 'https://app.example/callback',
    scope: 'openid',
    resources: ['urn:api'],
    statePrefix: 'p.',
    extra: { prompt: 'login' },
  },
  redeem: {
    response: 'code=c',
    record,
    grant: {
      state: 's',
      codeVerifier: 'v',
      nonce: 'n',
      keyId: 'k',
      redirectUri: 'https://app.example/callback',
      scope: 'openid',
      maxAge: 60,
      acrValues: ['urn:mace:incommon:iap:silver'],
      expectedSubject: 'alice',
      switchedTo: { organization: 'acme' },
    },
    identify: 'user_info',
  },
  give_up: { state: 's' },
  identify: undefined,
  describe: { epoch: 1.5, userInfo: { claims: { sub: 'alice' }, askedAtMs: 1 } },
  getAccessToken: {
    minValiditySeconds: 60,
    forceRefresh: true,
    resource: 'urn:api',
    audience: 'a',
    scope: 'read',
  },
  send: {
    epoch: 1.5,
    url: 'https://api.example/',
    method: 'POST',
    headers: [['accept', 'text/plain']],
    body: new ArrayBuffer(1),
    init: { cache: 'no-store', credentials: 'omit', integrity: 'sha256-x', referrerPolicy: 'origin' },
  },
  end: { postLogoutRedirectUri: 'https://app.example/', epoch: 3.95, revokes: true, record },
  page: { isVisible: true, cause: 'visible', record },
  bye: undefined,
}

const methods = Object.keys(wholeParams) as VaultMethod[]

function request(method: string, params: unknown, latchkey = 1): VaultRequest {
  return { latchkey, id: 1, method, params } as VaultRequest
}

const places = methods.flatMap((method) =>
  placesIn(wholeParams[method]).map((path) => ({ method, path, place: `${method}: ${path.join('.')}` })),
)

describe('what a page asks of the vault', () => {
  it.each(methods)('is read whole: %s', (method) => {
    const whole = request(method, wholeParams[method])
    expect(parseVaultRequest(whole)).toBe(whole)
  })

  it.each(places)('is not read with null in one place ($place)', ({ method, path }) => {
    expect(parseVaultRequest(request(method, withAt(wholeParams[method], path, null)))).toBeUndefined()
  })

  it.each(places)('is not read with a function in one place ($place)', ({ method, path }) => {
    const foreign = (): undefined => undefined
    expect(parseVaultRequest(request(method, withAt(wholeParams[method], path, foreign)))).toBeUndefined()
  })

  it.each([
    ['hello', ['settings', 'protocol'], 'saml'],
    ['hello', ['settings', 'requestTimeoutMs'], -1],
    ['hello', ['settings', 'clockToleranceSeconds'], Number.POSITIVE_INFINITY],
    ['restore', ['record', 'status'], 'signed-in'],
    ['restore', ['record', 'older'], [{ epoch: '1', refreshes: 0, rotation: 0 }]],
    ['send', ['epoch'], -1],
    ['send', ['headers', '0'], ['accept']],
    ['send', ['headers', '0'], ['accept', 'a', 'b']],
    ['page', ['cause'], 'bored'],
  ] as const)('is not read with what no page says in one place (%s: %s)', (method, path, other) => {
    expect(parseVaultRequest(request(method, withAt(wholeParams[method], path, other)))).toBeUndefined()
  })

  it('may leave out what is optional', () => {
    const optional = [
      ['hello', ['settings', 'issuer']],
      ['hello', ['settings', 'endpoints']],
      ['hello', ['settings', 'endpoints', 'revocation']],
      ['redeem', ['grant', 'maxAge']],
      ['redeem', ['grant', 'acrValues']],
      ['getAccessToken', ['minValiditySeconds']],
      ['send', ['body']],
      ['send', ['init', 'cache']],
      ['end', ['postLogoutRedirectUri']],
      ['end', ['epoch']],
      ['end', ['revokes']],
      ['page', ['cause']],
    ] as const
    for (const [method, path] of optional) {
      const whole = request(method, withAt(wholeParams[method], path, undefined))
      expect(parseVaultRequest(whole)).toBe(whole)
    }
  })

  it.each([
    ['hello', ['settings', 'protocol'], 'oauth2'],
    ['hello', ['settings', 'pushedAuthorization'], 'always'],
    ['hello', ['settings', 'clockToleranceSeconds'], 0],
    ['redeem', ['identify'], 'page'],
    ['page', ['cause'], 'online'],
    ['page', ['cause'], 'restored'],
    ['page', ['cause'], 'resumed'],
  ] as const)('may say the other things that there are to say (%s: %s)', (method, path, other) => {
    const whole = request(method, withAt(wholeParams[method], path, other))
    expect(parseVaultRequest(whole)).toBe(whole)
  })

  it.each(['toString', '__proto__', 'constructor', 'dump', ''])(
    'is nothing that is called "%s"',
    (method) => {
      expect(parseVaultRequest(request(method, {}))).toBeUndefined()
    },
  )

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['text', 'ping'],
    ['no version', { id: 1, method: 'ping' }],
    ['a version that is no number', { latchkey: '2', id: 1, method: 'hello' }],
    ['no number to answer to', { latchkey: 2, method: 'hello' }],
    ['a number that is none', { latchkey: 1, id: '1', method: 'ping' }],
    ['no method', { latchkey: 1, id: 1 }],
    ['a method that is a list of one', { latchkey: 1, id: 1, method: ['ping'] }],
  ])('is nothing that is %s', (_what, message) => {
    expect(parseVaultRequest(message)).toBeUndefined()
  })

  it('in another version is read where it is the first word, and nowhere else', () => {
    for (const method of methods) {
      const other = request(method, wholeParams[method], 2)
      expect(parseVaultRequest(other)).toBe(method === 'hello' ? other : undefined)
    }
  })
})

describe('a request that cannot be read', () => {
  it('wants an answer where it speaks this version', () => {
    expect(isVaultEnvelope(request('dump', null))).toBe(true)
  })

  it.each([
    ['another version', { latchkey: 2, id: 1, method: 'ping' }],
    ['no version', { id: 1, method: 'ping' }],
    ['no number to answer to', { latchkey: 1, id: '1', method: 'ping' }],
    ['no method', { latchkey: 1, id: 1 }],
    ['text', 'ping'],
    ['nothing', undefined],
  ])('wants none where it is %s', (_what, message) => {
    expect(isVaultEnvelope(message)).toBe(false)
  })
})
