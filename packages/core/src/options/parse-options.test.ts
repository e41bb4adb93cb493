import { describe, expect, it } from 'vitest'
import { dpop } from '../dpop/dpop.ts'
import { ConfigurationError } from '../errors.ts'
import { holdSession } from '../popup/index.ts'
import { parseParams } from './authorization-params.ts'
import type { AuthClientOptions } from './client-options.ts'
import { parseOptions, type Settings } from './parse-options.ts'

const right = { issuer: 'https://id.example', clientId: 'app', redirectUri: '/callback' }
const endpoints = { authorization: 'https://id.example/auth', token: 'https://id.example/token' }
const oauth = { clientId: 'app', redirectUri: '/callback', endpoints }

/** Right options with some changed, whatever their types. */
function parse(change: Record<string, unknown>, base: object = right): Settings {
  return parseOptions({ ...base, ...change } as unknown as AuthClientOptions)
}

/** The error that wrong options end with: it is of one kind, and names the option first. */
function refusalOf(
  option: string,
  change: Record<string, unknown>,
  base: object = right,
): ConfigurationError {
  try {
    parse(change, base)
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError)
    expect(error).toMatchObject({ code: 'invalid_option' })
    expect(String(error)).toMatch(`ConfigurationError: Option "${option}" `)
    return error as ConfigurationError
  }
  throw new Error(`It was taken: ${JSON.stringify(change)}`)
}

describe('options', () => {
  it('become settings, with defaults and units', () => {
    expect(parse({})).toEqual({
      protocol: 'oidc',
      issuer: 'https://id.example',
      endpoints: undefined,
      clientId: 'app',
      redirectUri: '/callback',
      postLogoutRedirectUri: '/',
      scope: 'openid profile email',
      pushedAuthorization: 'auto',
      params: {},
      silentRedirectUri: undefined,
      restoreByRedirect: false,
      vault: undefined,
      binding: undefined,
      persist: undefined,
      userInfo: false,
      onSessionLost: undefined,
      watchProviderSession: false,
      identifiedBy: [],
      apis: [],
      resources: [],
      requestTimeoutMs: 10_000,
      clockToleranceSeconds: 30,
      instanceId: expect.stringMatching(/^[a-z0-9]+$/),
      statePrefix: expect.stringMatching(/^[a-z0-9]+\.$/),
    })
  })

  it('bind tokens by what dpop() gives, and seal a vault by it', () => {
    const binding = dpop()
    expect(parse({ binding }).binding).toBe(binding)
    const worker = (): never => {
      throw new Error()
    }
    const apis = ['https://api.example']
    expect(parse({ binding, apis, vault: { worker } }).vault).toEqual({ worker, sealed: true })
    expect(refusalOf('apis', { binding, vault: { worker } }).message).toMatch(/sealed vault/)
    for (const wrong of [null, {}, { kind: 'dpop' }, { kind: 'mtls', open: dpop }, { open: dpop }, dpop]) {
      expect(refusalOf('binding', { binding: wrong as never }).message).toMatch(/@latchkey\/core\/dpop/)
    }
  })

  it('let nothing rest but what is bound (STO-04)', () => {
    expect(parse({ persist: 'bound', binding: dpop() }).persist).toBe('bound')
    expect(refusalOf('persist', { persist: 'bound' }).message).toMatch(/needs option "binding"/)
    expect(refusalOf('persist', { persist: true as never, binding: dpop() }).message).toMatch(
      /must be 'bound'/,
    )
  })

  it('ask at sign-in for every API with a token of its own, and for its scope', () => {
    const apis = [
      { url: 'https://a.example', resource: 'urn:a', scope: 'read openid' },
      { url: 'https://a.example/admin', resource: 'urn:a', scope: 'admin' },
      { url: 'https://b.example', resource: 'urn:b', scope: 'list' },
      { url: 'https://c.example', scope: 'count' },
    ]
    expect(parse({ apis })).toMatchObject({
      resources: ['urn:a', 'urn:b'],
      scope: 'openid profile email read admin list count',
    })
    expect(parse({ apis, resources: ['urn:b'] })).toMatchObject({
      resources: ['urn:b'],
      scope: 'openid profile email list count',
    })
    expect(parse({ apis, resources: [] })).toMatchObject({
      resources: [],
      scope: 'openid profile email count',
    })
    expect(parse({ resources: ['urn:d'] }).resources).toEqual(['urn:d'])
    expect(refusalOf('resources', { resources: 'urn:d' as never }).message).toMatch(/must be a list/)
  })

  it('of a plain OAuth 2.0 server need no issuer and no scope', () => {
    expect(parse({}, oauth)).toMatchObject({ protocol: 'oauth2', issuer: undefined, endpoints, scope: '' })
  })

  it.each([[undefined], [null], ['https://id.example'], [7]])('may not be %j', (options) => {
    expect(() => parseOptions(options as unknown as AuthClientOptions)).toThrow(
      expect.objectContaining({
        code: 'invalid_option',
        message: expect.stringMatching(/^Option "issuer" is missing: pass an object of options/),
      }),
    )
  })

  it('are read without side effects: the object stays as it is', () => {
    const options = Object.freeze({ ...right, params: Object.freeze({ audience: 'api' }) })
    expect(parseOptions(options).params).toEqual({ audience: 'api' })
  })
})

describe('options "userInfo" and "loadUser"', () => {
  const loadUser = async (): Promise<object> => ({ sub: 'alice' })

  it('are one for each kind of server', () => {
    expect(parse({ userInfo: true })).toMatchObject({ userInfo: true, loadUser: undefined })
    expect(parse({ loadUser }, oauth)).toMatchObject({ userInfo: false, loadUser })
    expect(refusalOf('userInfo', { userInfo: true }, oauth).message).toMatch(
      /needs OpenID Connect.*"loadUser"/,
    )
    expect(refusalOf('loadUser', { loadUser }).message).toMatch(/without OpenID Connect.*"userInfo: true"/)
  })

  it('may not be of another kind', () => {
    refusalOf('userInfo', { userInfo: 'yes' })
    const url = 'https://server.example/user'
    expect(refusalOf('loadUser', { loadUser: url }, oauth).message).toMatch(/must be a function/)
  })

  it('give no token to the page where the vault is sealed', () => {
    const vault = { sealed: true, worker: () => undefined }
    const sealed = { loadUser, vault, apis: ['https://api.example'] }
    expect(refusalOf('loadUser', sealed, oauth).message).toMatch(
      /cannot be used with a sealed vault: it is given an access token/,
    )
  })

  it('let a schema look at what "loadUser" gives', () => {
    refusalOf('claims', { claims: { '~standard': {} } })
    refusalOf('claims', { claims: { '~standard': null } })
    refusalOf('claims', { claims: null })
    const claims = { '~standard': { validate: () => ({ value: {} }) } }
    expect(parse({ loadUser, claims }, oauth)).toMatchObject({ claims })
    refusalOf('claims', { claims }, oauth)
  })
})

describe('option "pushedAuthorization" (RFC 9126)', () => {
  it.each([true, 'never', null, ''])('may not be %j', (pushedAuthorization) => {
    expect(refusalOf('pushedAuthorization', { pushedAuthorization }).message).toMatch(/'auto'.*'always'/)
  })

  it('needs an endpoint where all are given by hand', () => {
    const { message } = refusalOf('endpoints.pushedAuthorization', { pushedAuthorization: 'always' }, oauth)
    expect(message).toMatch(/is missing/)
    const given = { ...endpoints, pushedAuthorization: 'https://id.example/par' }
    expect(parse({ pushedAuthorization: 'always', endpoints: given }, oauth)).toMatchObject({
      pushedAuthorization: 'always',
    })
  })

  it('leaves it to discovery to find the endpoint', () => {
    expect(parse({ pushedAuthorization: 'always' })).toMatchObject({ pushedAuthorization: 'always' })
  })
})

describe('option "issuer" (Discovery §3, RFC 8414 §2)', () => {
  it('is not the address of the metadata', () => {
    const issuer = 'https://id.example/.well-known/openid-configuration'
    expect(refusalOf('issuer', { issuer }).message).toContain('before "/.well-known/"')
  })

  it.each([
    'https://id.example',
    'https://id.example/',
    'https://id.example/t1',
    'https://ID.example:443/T1/',
    'https://id.example/a%20b',
    'http://localhost',
    'http://localhost:8080/realms/a',
    'http://id.localhost:3000',
    'http://127.0.0.1:3000',
    'http://[::1]:3000',
  ])('may be %s, and is kept to the letter', (issuer) => {
    expect(parse({ issuer }).issuer).toBe(issuer)
  })

  it.each<[unknown, RegExp]>([
    ['http://id.example', /must start with "https:" \(it is "http:\/\/id\.example"\)/],
    ['http://localhost.example', /must start with "https:"/],
    ['http://10.0.0.1', /must start with "https:"/],
    ['localhost:8080', /must start with "https:"/],
    ['javascript:alert(1)', /must start with "https:"/],
    ['https://id.example?tenant=1', /must have neither "\?" nor "#"/],
    ['https://id.example/?', /must have neither "\?" nor "#"/],
    ['https://id.example#top', /must have neither "\?" nor "#"/],
    ['https://id.example/#', /must have neither "\?" nor "#"/],
    ['id.example', /must be an absolute URL, such as "https:\/\/id\.example\.com"/],
    ['//id.example', /must be an absolute URL/],
    ['/realms/a', /must be an absolute URL/],
    ['https://', /must be an absolute URL/],
    ['', /must be an absolute URL/],
    [null, /must be an absolute URL/],
    [7, /must be an absolute URL/],
    [new URL('https://id.example'), /must be an absolute URL/],
    [undefined, /is missing: pass the provider’s issuer URL, or `endpoints`/],
  ])('may not be %s', (issuer, fix) => {
    expect(refusalOf('issuer', { issuer }).message).toMatch(fix)
  })

  it('is needed for OpenID Connect, whatever endpoints are given', () => {
    expect(refusalOf('issuer', { protocol: 'oidc' }, oauth).message).toMatch(
      /is missing: OpenID Connect needs it/,
    )
  })

  it('does not put what was passed into the message, but for its place', () => {
    const { message } = refusalOf('issuer', { issuer: 'http://user:SENTINEL@id.example/SENTINEL' })
    expect(message).not.toContain('SENTINEL')
  })
})

describe('option "apis"', () => {
  it.each<[unknown, string]>([
    ['api.example/orders', '"api.example/orders" is none'],
    ['http://api.example', '"http://api.example" is none'],
    ['https://api.example/orders?key=SENTINEL', '"https://api.example/orders…" is none'],
    ['http://me:SENTINEL@api.example/#SENTINEL', '"http://api.example/…" is none'],
    [undefined, '"undefined" is none'],
    [new URL('https://api.example'), 'in text'],
  ])('says of %j which one is wrong, and nothing that may be a secret', (api, shown) => {
    const { message } = refusalOf('apis', { apis: ['https://right.example', api] })
    expect(message).toContain(shown)
    expect(message).not.toContain('SENTINEL')
  })
})

describe('option "vault"', () => {
  const worker = (): never => {
    throw new ReferenceError('SharedWorker is not defined')
  }
  const apis = ['https://api.example']

  it('is open unless it is sealed', () => {
    expect(parse({ vault: { worker } }).vault).toEqual({ worker, sealed: false })
    expect(parse({ vault: { worker, sealed: true }, apis }).vault).toEqual({ worker, sealed: true })
  })

  it('is of no use sealed where no API is listed that it may send to', () => {
    expect(refusalOf('apis', { vault: { worker, sealed: true } }).message).toMatch(
      /is missing: a sealed vault/,
    )
    refusalOf('apis', { vault: { worker, sealed: true }, apis: [] })
    expect(parse({ vault: { worker }, apis: [] }).vault).toEqual({ worker, sealed: false })
  })

  it.each([1, 'true', null, {}])('is neither open nor sealed with %j', (sealed) => {
    expect(refusalOf('vault.sealed', { vault: { worker, sealed }, apis }).message).toMatch(
      /must be true or false/,
    )
  })

  it('has no seal that is spelt otherwise', () => {
    expect(refusalOf('vault.sealled', { vault: { worker, sealled: true }, apis }).message).toMatch(
      /is unknown. Known: worker, sealed/,
    )
  })

  it.each([null, 'vault.js', Object.assign(() => 'vault.js', { worker }), {}, { sealed: true }])(
    'may not be %j',
    (vault) => {
      expect(refusalOf('vault.worker', { vault, apis }).message).toMatch(/must be a function/)
    },
  )
})

describe('option "onSessionLost"', () => {
  it('is what holds a page whose session has ended, and absent where that is not wanted', () => {
    expect(parse({ onSessionLost: holdSession }).onSessionLost).toBe(holdSession)
    expect(parse({}).onSessionLost).toBeUndefined()
  })

  it.each([null, 'hold', true, {}])('may not be %j', (onSessionLost) => {
    expect(refusalOf('onSessionLost', { onSessionLost }).message).toMatch(/must be holdSession of/)
  })
})

describe('option "name"', () => {
  it.each([7, null, {}])('may not be %j', (name) => {
    expect(refusalOf('name', { name }).message).toMatch(/must be a string/)
  })
})

describe('option "restoreByRedirect"', () => {
  it('is off unless it is asked for: some providers strand the person', () => {
    expect(parse({}).restoreByRedirect).toBe(false)
    expect(parse({ restoreByRedirect: true }).restoreByRedirect).toBe(true)
  })

  it.each([1, 'no', null])('may not be %j', (restoreByRedirect) => {
    expect(refusalOf('restoreByRedirect', { restoreByRedirect }).message).toMatch(/must be true or false/)
  })
})

describe('option "protocol"', () => {
  it.each(['OIDC', 'oauth', '', 7])('may not be %j', (protocol) => {
    expect(refusalOf('protocol', { protocol }).message).toMatch(/must be 'oidc' \(the default\) or 'oauth2'/)
  })

  it('follows from what is given, or is asked for by name', () => {
    expect(parse({}).protocol).toBe('oidc')
    expect(parse({}, oauth).protocol).toBe('oauth2')
    expect(parse({ protocol: 'oauth2' })).toMatchObject({
      protocol: 'oauth2',
      issuer: right.issuer,
      scope: '',
    })
  })
})

describe('option "endpoints"', () => {
  it('says of a name that is misspelt that it is unknown, before anything is missing', () => {
    const { authorization: authorise, ...rest } = endpoints
    const misspelt = { endpoints: { ...rest, authorise } as never }
    expect(refusalOf('endpoints.authorise', misspelt, oauth).message).toMatch(/is unknown/)
  })

  const oidc = { ...right, endpoints: { ...endpoints, jwks: 'https://id.example/jwks' } }

  it('may be given with an issuer, or for a plain OAuth 2.0 server, and on loopback in http', () => {
    expect(parse({}, oidc).endpoints).toEqual(oidc.endpoints)
    const local = { authorization: 'http://localhost:3000/auth', token: 'http://127.0.0.1:3000/token?a=1' }
    expect(parse({ endpoints: local }, oauth).endpoints).toEqual(local)
    const more = { ...endpoints, revocation: undefined, endSession: 'https://id.example/bye' }
    expect(parse({ endpoints: more }, oauth).endpoints).toEqual(more)
  })

  it.each([
    ['authorization', oauth],
    ['token', oauth],
    ['authorization', oidc],
    ['token', oidc],
    ['jwks', oidc],
  ] as const)('may not lack "%s"', (name, base) => {
    const { [name as 'token']: _, ...rest } = base.endpoints
    expect(refusalOf(`endpoints.${name}`, { endpoints: rest }, base).message).toMatch(/is missing/)
    // As from a setting that was forgotten.
    const forgotten = { ...base.endpoints, [name]: undefined }
    expect(refusalOf(`endpoints.${name}`, { endpoints: forgotten }, base).message).toMatch(/is missing/)
  })

  it.each(['authorization', 'token', 'jwks', 'userInfo', 'revocation', 'endSession', 'pushedAuthorization'])(
    'must have an absolute https URL without a fragment for "%s"',
    (name) => {
      for (const wrong of [
        'http://id.example/x',
        'https://id.example/x#y',
        '/x',
        'id.example/x',
        '',
        null,
        7,
        'javascript:alert(1)',
        'data:text/html,x',
      ]) {
        const { message } = refusalOf(`endpoints.${name}`, {
          endpoints: { ...oidc.endpoints, [name]: wrong },
        })
        expect(message).toMatch(/must be an absolute https URL without "#"; "http:" is for loopback only/)
      }
    },
  )

  it('may not have other names', () => {
    const misspelt = { ...endpoints, userinfo: 'https://id.example/me' }
    const { message } = refusalOf('endpoints.userinfo', { endpoints: misspelt }, oauth)
    expect(message).toMatch(
      /is unknown\. Known: authorization, token, jwks, userInfo, revocation, endSession, pushedAuthorization/,
    )
  })

  it.each([[null], ['https://id.example'], [7], [[]]])('may not be %j', (wrong) => {
    expect(() => parse({ endpoints: wrong }, oauth)).toThrow(
      expect.objectContaining({
        code: 'invalid_option',
        message: expect.stringMatching(/^Option "endpoints/),
      }),
    )
  })
})

describe('option "clientId"', () => {
  it.each<[unknown, RegExp]>([
    [undefined, /is missing/],
    ['', /must be a string that is not empty/],
    ['  ', /must be a string that is not empty/],
    [7, /must be a string/],
    [null, /must be a string/],
  ])('may not be %j', (clientId, fix) => {
    expect(refusalOf('clientId', { clientId }).message).toMatch(fix)
  })
})

describe('option "redirectUri"', () => {
  it.each(['/', 'https://app.example', 'https://app.example/?a=b'])(
    'may not be %s, where people arrive for other reasons',
    (redirectUri) => {
      expect(refusalOf('redirectUri', { redirectUri }).message).toMatch(
        /a page of its own, such as "\/callback"/,
      )
    },
  )
})

describe.each(['redirectUri', 'postLogoutRedirectUri'] as const)(
  'option "%s" (RFC 6749 §3.1.2)',
  (option) => {
    it.each([
      '/callback',
      '/callback/',
      '/callback?from=idp',
      'https://app.example/callback/?a=b',
      'http://localhost:5173/callback',
    ])('may be %s, and is kept to the letter', (value) => {
      expect(parse({ [option]: value })[option]).toBe(value)
    })

    it.each<[unknown, RegExp]>([
      ['/#/callback', /may not contain "#".*hash router, register a path without it/],
      ['https://app.example/callback#', /may not contain "#"/],
      ['callback', /must be a path that starts with one "\/", or an absolute http\(s\) URL of this app/],
      ['./callback', /must be a path/],
      ['//evil.example/callback', /must be a path/],
      ['/\\evil.example', /must be a path/],
      ['\\callback', /must be a path/],
      ['javascript:alert(1)', /must be a path/],
      ['com.example.app:/callback', /must be a path/],
      ['web+https://app.example/callback', /must be a path/],
      ['https://', /must be a path/],
      ['', /must be a string that is not empty/],
      [7, /must be a string/],
    ])('may not be %j', (value, fix) => {
      expect(refusalOf(option, { [option]: value }).message).toMatch(fix)
    })
  },
)

it('option "redirectUri" has no default: a registered address is fixed', () => {
  expect(refusalOf('redirectUri', { redirectUri: undefined }).message).toMatch(/is missing/)
})

describe('option "scope" (Core §3.1.2.1)', () => {
  it.each([
    ['openid', 'openid'],
    ['  profile   openid ', 'profile openid'],
    ['openid offline_access', 'openid offline_access'],
  ])('may be %j, sent as %j', (scope, sent) => {
    expect(parse({ scope }).scope).toBe(sent)
  })

  it.each<[unknown, RegExp]>([
    ['profile email', /must contain "openid"\. For a server without OpenID Connect pass protocol: 'oauth2'/],
    ['', /must contain "openid"/],
    ['OpenID', /must contain "openid"/],
    ['openid_profile', /must contain "openid"/],
    [['openid'], /must be one string, separated by spaces/],
    [null, /must be one string/],
  ])('may not be %j with OpenID Connect', (scope, fix) => {
    expect(refusalOf('scope', { scope }).message).toMatch(fix)
  })

  it('may be anything without OpenID Connect', () => {
    expect(parse({ scope: 'read:user  repo' }, oauth).scope).toBe('read:user repo')
  })
})

describe('option "params"', () => {
  it('adds to every authorization request', () => {
    expect(parse({ params: { audience: 'api', ui_locales: 'de' } }).params).toEqual({
      audience: 'api',
      ui_locales: 'de',
    })
  })

  it.each([
    'client_id',
    'redirect_uri',
    'response_type',
    'response_mode',
    'state',
    'nonce',
    'code_challenge',
    'code_challenge_method',
    'request',
    'request_uri',
    // What the answer is checked against, or what is asked for as a whole.
    'scope',
    'resource',
    'max_age',
    'acr_values',
    'authorization_details',
    'claims',
  ])('may not contain %s: it identifies or protects the sign-in, or has an option', (name) => {
    expect(refusalOf('params', { params: { audience: 'api', [name]: 'mine' } }).message).toMatch(
      `may not contain "${name}": Latchkey sets it`,
    )
    expect(() => parseParams({ [name]: 'mine' })).toThrow(ConfigurationError)
  })

  it.each<[unknown, RegExp]>([
    [{ ttl: 60 }, /must hold strings; "ttl" is number/],
    [{ audience: undefined }, /must hold strings; "audience" is undefined/],
    ['audience=api', /must be an object of strings/],
    [null, /must be an object of strings/],
  ])('may not be %j', (params, fix) => {
    expect(refusalOf('params', { params }).message).toMatch(fix)
  })
})

describe.each([
  ['requestTimeoutSeconds', 1, 'requestTimeoutMs', 1000],
  ['clockToleranceSeconds', 0, 'clockToleranceSeconds', 1],
] as const)('option "%s"', (option, least, setting, factor) => {
  it.each([least, least + 0.5, 42, 300])('may be %d seconds', (seconds) => {
    expect(parse({ [option]: seconds })[setting]).toBe(seconds * factor)
  })

  it.each([least - 0.001, -1, 300.001, Number.POSITIVE_INFINITY, Number.NaN, '10', 10_000, {}])(
    'may not be %s',
    (seconds) => {
      expect(refusalOf(option, { [option]: seconds }).message).toMatch(
        `must be a number of seconds from ${least} to 300`,
      )
    },
  )
})

describe('how long a session may last', () => {
  it('is for ever, unless a time is given', () => {
    expect(parse({}).limits).toBeUndefined()
    expect(parse({ timeoutLogout: 'provider' }).limits).toBeUndefined()
  })

  it('is given in seconds, with how to sign out', () => {
    expect(parse({ idleTimeoutSeconds: 900 }).limits).toEqual({
      idleMs: 900_000,
      totalMs: undefined,
      isAtProvider: false,
    })
    const longest = { idleTimeoutSeconds: 5, sessionLimitSeconds: 31_536_000, timeoutLogout: 'provider' }
    expect(parse(longest).limits).toEqual({
      idleMs: 5000,
      totalMs: 31_536_000_000,
      isAtProvider: true,
    })
  })

  it.each(['idleTimeoutSeconds', 'sessionLimitSeconds'] as const)(
    'may not be anything else: %s',
    (option) => {
      for (const seconds of [4.9, 0, -1, 31_536_001, Number.NaN, '900', null]) {
        expect(refusalOf(option, { [option]: seconds }).message).toMatch(
          'must be a number of seconds from 5 to 31536000',
        )
      }
    },
  )

  it('knows two ways to sign out', () => {
    expect(refusalOf('timeoutLogout', { timeoutLogout: 'everywhere' }).message).toMatch(
      "must be 'local' (the default) or 'provider'",
    )
  })
})

describe('the provider’s session', () => {
  it('is watched where that is asked for', () => {
    expect(parse({}).watchProviderSession).toBe(false)
    const watched = parse({ watchProviderSession: true, silentRedirectUri: '/silent' })
    expect(watched.watchProviderSession).toBe(true)
  })

  it.each([
    [{ watchProviderSession: true }, 'needs "silentRedirectUri"'],
    [{ watchProviderSession: 1, silentRedirectUri: '/silent' }, 'must be true or false'],
    [
      { watchProviderSession: true, silentRedirectUri: '/silent', protocol: 'oauth2' },
      'needs OpenID Connect',
    ],
  ])('is not with %o', (options, problem) => {
    expect(refusalOf('watchProviderSession', options).message).toMatch(problem)
  })
})

describe('an option that does not exist', () => {
  it.each([
    ['authority', 'issuer'],
    ['domain', 'issuer'],
    ['issuerUrl', 'issuer'],
    ['client_id', 'clientId'],
    ['ClientID', 'clientId'],
    ['client', 'clientId'],
    ['redirect_uri', 'redirectUri'],
    ['redirectUrl', 'redirectUri'],
    ['callbackUrl', 'redirectUri'],
    ['post_logout_redirect_uri', 'postLogoutRedirectUri'],
    ['postLogoutRedirectUrl', 'postLogoutRedirectUri'],
    ['scopes', 'scope'],
    ['extraParams', 'params'],
    ['authorizationParams', 'params'],
  ])('%s is known by its name here: %s', (name, meant) => {
    expect(refusalOf(name, { [name]: 'x' }).message).toMatch(`is unknown. Use "${meant}".`)
  })

  it.each(['clientSecret', 'client_secret', 'CLIENT_SECRET', 'secret'])(
    '%s is told that a browser cannot keep one, and not repeated (RFC 10017 §6.3.3.1)',
    (name) => {
      const { message } = refusalOf(name, { [name]: 'SENTINEL-secret' })
      expect(message).toMatch(/a browser keeps no secret\. Register the app as a public client/)
      expect(message).not.toContain('SENTINEL')
    },
  )

  it.each(['cacheLocation', 'constructor', 'toString'])('%s is answered with those that do', (name) => {
    expect(refusalOf(name, { [name]: 'x' }).message).toMatch(
      /is unknown\. Known: issuer, endpoints, .*, platform/,
    )
  })

  it('is reported first, so that one mistake is not taken for another', () => {
    expect(refusalOf('authority', { authority: 'https://id.example', issuer: undefined }).message).toMatch(
      /issuer/,
    )
  })
})

describe('the instance id', () => {
  it('is the same for the same client, today and in a later version', () => {
    // Changing it would sign everybody out who is on the way to the provider just then.
    expect(parse({}).instanceId).toBe(parse({ scope: 'openid', redirectUri: '/other' }).instanceId)
    expect(parse({}).instanceId).toBe('vxhy4eq6gvrk')
    expect(parse({}).statePrefix).toBe('vxhy4eq6gvrk.')
  })

  it('is another for another issuer, client or name', () => {
    const ids = [
      parse({}),
      parse({ issuer: 'https://id.example/' }),
      parse({ clientId: 'app2' }),
      parse({ name: 'second' }),
      parse({ clientId: 'ap', name: 'p' }),
      parse({}, oauth),
      parse({ endpoints: { ...endpoints, authorization: 'https://id.example/auth2' } }, oauth),
    ].map(({ instanceId }) => instanceId)
    expect(new Set(ids).size).toBe(ids.length)
    expect(parse({ name: '' }).instanceId).toBe(parse({}).instanceId)
  })

  it('is not met by chance among thousands', () => {
    const ids = new Set<string>()
    for (let index = 0; index < 5000; index++) ids.add(parse({ clientId: `app-${index}` }).instanceId)
    expect(ids.size).toBe(5000)
  })
})

describe('option "identifiedBy"', () => {
  it('names claims', () => {
    expect(parse({ identifiedBy: ['organization', 'tenant'] }).identifiedBy).toEqual([
      'organization',
      'tenant',
    ])
  })

  it.each<[unknown]>([
    ['organization'],
    [[7]],
    [['']],
    [['organization', null]],
    [null],
    [{ 0: 'organization' }],
  ])('may not be %j', (identifiedBy) => {
    expect(refusalOf('identifiedBy', { identifiedBy }).message).toMatch(/must be a list of names of claims/)
  })
})

describe('option "silentRedirectUri"', () => {
  it('is a page of the app', () => {
    expect(parse({ silentRedirectUri: '/silent' }).silentRedirectUri).toBe('/silent')
  })

  it.each(['silent', '//silent.example', '/silent#x', 7, ''])('may not be %j', (silentRedirectUri) => {
    refusalOf('silentRedirectUri', { silentRedirectUri })
  })
})
