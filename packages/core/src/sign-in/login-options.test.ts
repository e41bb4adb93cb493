import { describe, expect, it } from 'vitest'
import type { AuthClientOptions } from '../options/client-options.ts'
import { parseOptions, type Settings } from '../options/parse-options.ts'
import { type LoginOptions, parseLoginOptions } from './login-options.ts'

function settingsWith(options: Partial<AuthClientOptions> = {}): Settings {
  return parseOptions({
    issuer: 'https://id.example',
    clientId: 'app',
    redirectUri: '/callback',
    ...options,
  } as AuthClientOptions)
}

/** What would be sent. */
function sent(options: LoginOptions, settings = settingsWith()): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(parseLoginOptions(options, settings).extra).filter(([, value]) => value !== undefined),
  )
}

const refusal = (message: string): unknown =>
  expect.objectContaining({
    name: 'ConfigurationError',
    code: 'invalid_option',
    message: expect.stringContaining(message),
  })

const circular: Record<string, unknown> = {}
circular.self = circular

describe('what a sign-in asks for', () => {
  it('is the client’s scope and nothing more, unless it is told otherwise', () => {
    expect(parseLoginOptions({}, settingsWith())).toMatchObject({
      scope: 'openid profile email',
      maxAge: undefined,
      acrValues: undefined,
    })
    expect(sent({})).toEqual({})
  })

  it('is sent under its wire name (OpenID Connect Core 1.0 §3.1.2.1)', () => {
    const options: LoginOptions = {
      prompt: 'login',
      loginHint: 'alice@example.com',
      acrValues: ['gold', 'silver'],
      maxAge: 0,
      uiLocales: ['de-CH', 'de'],
      params: { audience: 'https://api.example' },
    }
    expect(sent(options)).toEqual({
      prompt: 'login',
      login_hint: 'alice@example.com',
      acr_values: 'gold silver',
      max_age: '0',
      ui_locales: 'de-CH de',
      audience: 'https://api.example',
    })
    expect(parseLoginOptions(options, settingsWith())).toMatchObject({
      maxAge: 0,
      acrValues: ['gold', 'silver'],
    })
  })

  it.each(['none', 'login', 'consent', 'select_account', 'create'] as const)(
    'takes prompt "%s"',
    (prompt) => {
      expect(sent({ prompt })).toEqual({ prompt })
    },
  )

  it('adds one more API to those of the client, each once, or asks for others instead (RFC 8707 §2)', () => {
    const settings = settingsWith({ resources: ['urn:a', 'urn:b'] })
    const resourcesOf = (options: LoginOptions): readonly string[] =>
      parseLoginOptions(options, settings).resources
    expect(resourcesOf({})).toEqual(['urn:a', 'urn:b'])
    expect(resourcesOf({ resource: 'urn:c' })).toEqual(['urn:a', 'urn:b', 'urn:c'])
    expect(resourcesOf({ resource: 'urn:a' })).toEqual(['urn:a', 'urn:b'])
    expect(resourcesOf({ resources: ['urn:d'] })).toEqual(['urn:d'])
    expect(resourcesOf({ resources: ['urn:d'], resource: 'urn:c' })).toEqual(['urn:d', 'urn:c'])
    expect(resourcesOf({ resources: [] })).toEqual([])
  })

  it('names the API by audience where that is given, and then in place of the parameter', () => {
    expect(sent({ audience: 'https://api.example' })).toEqual({ audience: 'https://api.example' })
    const params = { audience: 'other' }
    expect(sent({ audience: 'https://api.example', params })).toEqual({ audience: 'https://api.example' })
    expect(sent({ params })).toEqual(params)
  })

  it('takes what is to be allowed in detail, in place of the client’s (RFC 9396 §2, CFG-07)', () => {
    const mine = [{ type: 'payment', amount: { currency: 'CHF', value: '12.50' } }]
    const common = [{ type: 'account_information', actions: ['read_balances'] }]
    const settings = settingsWith({ authorizationDetails: common })
    expect(sent({ authorizationDetails: mine })).toEqual({ authorization_details: JSON.stringify(mine) })
    expect(sent({}, settings)).toEqual({ authorization_details: JSON.stringify(common) })
    expect(sent({ authorizationDetails: mine }, settings)).toEqual(sent({ authorizationDetails: mine }))
  })

  it.each([[{}], [[{}]], [[{ type: 7 }]], [['payment']], [[null]], ['payment'], [null]])(
    'refuses details that are none: %j (CFG-07)',
    (authorizationDetails) => {
      const wrong = { authorizationDetails } as unknown as LoginOptions
      expect(() => sent(wrong)).toThrow(refusal('"authorizationDetails" must be a list of objects'))
      expect(() => settingsWith(wrong as Partial<AuthClientOptions>)).toThrow(refusal('authorizationDetails'))
    },
  )

  it('takes single claims, under their wire name (OpenID Connect Core 1.0 §5.5)', () => {
    const idToken = { auth_time: { essential: true }, acr: { values: ['gold'] } }
    expect(sent({ claimsRequest: { userInfo: { email: null }, idToken } })).toEqual({
      claims: JSON.stringify({ userinfo: { email: null }, id_token: idToken }),
    })
    expect(sent({ claimsRequest: { idToken, userInfo: undefined } })).toEqual({
      claims: JSON.stringify({ id_token: idToken }),
    })
  })

  it.each([
    [null],
    [[]],
    ['email'],
    [{ userinfo: {} }],
    [{ toString: {} }],
    [{ idToken: null }],
    [{ idToken: ['email'] }],
    [{ idToken: { email: true } }],
    [{ idToken: { name: null, email: true } }],
  ])('refuses claims that are none: %j', (claimsRequest) => {
    expect(() => sent({ claimsRequest } as unknown as LoginOptions)).toThrow(
      refusal('"claimsRequest" must hold'),
    )
  })

  it('has no claims to ask a server for that is without OpenID Connect', () => {
    const oauth = settingsWith({ protocol: 'oauth2' })
    expect(() => sent({ claimsRequest: { userInfo: {} } }, oauth)).toThrow(
      refusal('"claimsRequest" needs OpenID Connect'),
    )
  })

  it.each(['authorization_details', 'claims'])('does not take %s for one parameter among others', (name) => {
    expect(() => sent({ params: { [name]: '[]' } })).toThrow(refusal(`may not contain "${name}"`))
  })

  it('takes another scope, and for a plain OAuth 2.0 server none at all', () => {
    expect(parseLoginOptions({ scope: 'openid orders' }, settingsWith()).scope).toBe('openid orders')
    const oauth = settingsWith({ protocol: 'oauth2', scope: 'orders' })
    expect(parseLoginOptions({}, oauth).scope).toBe('orders')
    expect(parseLoginOptions({ scope: '' }, oauth).scope).toBe('')
  })

  it('sends a scope as words with one space between, each once, however it was written (RFC 6749 §3.3)', () => {
    expect(parseLoginOptions({ scope: ' orders  openid orders ' }, settingsWith()).scope).toBe(
      'orders openid',
    )
  })

  it('adds the client’s parameters to those of this request, which come first', () => {
    const settings = settingsWith({ params: { audience: 'a', organization: 'r' } })
    expect(sent({ params: { audience: 'b', x: 'y' } }, settings)).toEqual({
      audience: 'b',
      organization: 'r',
      x: 'y',
    })
  })

  it('sends a parameter of the client’s that an option could have set, and lets the option win', () => {
    const params = { prompt: 'consent', ui_locales: 'de', login_hint: 'alice' }
    expect(sent({}, settingsWith({ params }))).toEqual(params)
    expect(sent({ params })).toEqual(params)
    expect(sent({ prompt: 'login' }, settingsWith({ params }))).toEqual({ ...params, prompt: 'login' })
  })

  it('ignores options that are there and undefined', () => {
    const options = {
      returnTo: undefined,
      prompt: undefined,
      loginHint: undefined,
      acrValues: undefined,
      maxAge: undefined,
      uiLocales: undefined,
      scope: undefined,
      params: undefined,
      appState: undefined,
    }
    expect(sent(options)).toEqual({})
    expect(parseLoginOptions(options, settingsWith()).scope).toBe('openid profile email')
  })

  it.each([
    ['client_id'],
    ['redirect_uri'],
    ['response_type'],
    ['response_mode'],
    ['state'],
    ['nonce'],
    ['code_challenge'],
    ['code_challenge_method'],
    ['request'],
    ['request_uri'],
  ])('refuses the parameter %s, which protects the sign-in (AUTHZ-07)', (name) => {
    expect(() => sent({ params: { [name]: 'x' } })).toThrow(refusal(name))
  })

  it.each<[string, unknown, string]>([
    [
      'an option it does not know',
      { redirectUri: '/x' },
      '"redirectUri" is unknown to login(). Known: returnTo, prompt,',
    ],
    ['an option in other letters', { returnto: '/x' }, '"returnto" is unknown to login()'],
    ['a negative maxAge', { maxAge: -1 }, 'maxAge'],
    ['a fraction of a second', { maxAge: 1.5 }, 'maxAge'],
    ['no number of seconds', { maxAge: Number.NaN }, 'maxAge'],
    ['endless seconds', { maxAge: Number.POSITIVE_INFINITY }, 'maxAge'],
    ['seconds as text', { maxAge: '60' }, 'maxAge'],
    ['seconds that are null', { maxAge: null }, 'maxAge'],
    ['a silent sign-in that must ask (AUTHZ-08)', { prompt: 'none', maxAge: 0 }, 'maxAge'],
    ['a prompt that there is none of', { prompt: 'consent login' }, '"prompt" must be one of none, login'],
    ['a prompt in other letters', { prompt: 'None' }, 'prompt'],
    ['an API that is no URI', { resource: '/orders' }, 'resource'],
    ['an API with a fragment', { resource: 'https://api.example#x' }, 'resource'],
    ['an audience that says nothing', { audience: ' ' }, 'audience'],
    ['APIs that are no list', { resources: 'urn:a' }, 'resources'],
    ['an empty list of classes', { acrValues: [] }, 'acrValues'],
    ['a class that no text can be made of', { acrValues: [{ toString: 1 }] }, 'acrValues'],
    ['a hint that is none', { loginHint: null }, 'loginHint'],
    ['claims that go round in circles', { claimsRequest: { idToken: { a: circular } } }, 'claimsRequest'],
    ['classes as text', { acrValues: 'gold silver' }, 'acrValues'],
    ['a class that is empty', { acrValues: [''] }, 'acrValues'],
    ['a class with a space', { acrValues: ['gold silver'] }, 'acrValues'],
    ['one class with a space among others', { acrValues: ['gold', 'silver bronze'] }, 'acrValues'],
    ['languages as text', { uiLocales: 'de' }, 'uiLocales'],
    ['an empty list of languages', { uiLocales: [] }, 'uiLocales'],
    ['a scope without openid', { scope: 'profile' }, 'scope'],
    ['a scope with openid as part of a word', { scope: 'openid2 xopenid' }, 'scope'],
    ['an empty scope', { scope: '' }, 'scope'],
    ['a scope that is a list', { scope: ['openid'] }, 'scope'],
    ['a scope that is null', { scope: null }, 'scope'],
    ['parameters that are null', { params: null }, 'params'],
    ['parameters as text', { params: 'a=b' }, 'params'],
    ['a parameter that is a number', { params: { a: 1 } }, 'params'],
    ['a parameter that is undefined', { params: { a: undefined } }, 'params'],
  ])('refuses %s', (_, options, word) => {
    expect(() => parseLoginOptions(options as LoginOptions, settingsWith())).toThrow(refusal(word))
  })

  it('refuses a scope that is no text for a plain OAuth 2.0 server too', () => {
    const oauth = settingsWith({ protocol: 'oauth2' })
    expect(() => parseLoginOptions({ scope: 7 } as unknown as LoginOptions, oauth)).toThrow(refusal('scope'))
  })
})
