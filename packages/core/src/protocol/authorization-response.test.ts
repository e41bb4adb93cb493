import { describe, expect, it } from 'vitest'
import { replaceIdTokens } from '../../test/id-tokens.ts'
import { createProtocolScene, plainOAuth } from '../../test/protocol-scene.ts'
import { errorFromProvider, isInteractionNeeded } from './authorization-response.ts'

type Change = (parameters: URLSearchParams) => void

/** Alice signs in, and what comes back is changed on the way. Fails where a code was sent all the same. */
async function failureOf(change: Change, metadata: Record<string, unknown> = {}): Promise<unknown> {
  const { provider, client, answer, failure } = await createProtocolScene()
  Object.assign(provider.metadata, metadata)
  const { parameters, grant } = await answer()
  change(parameters)
  const error = await failure(client.redeem(parameters, grant))
  expect(provider.count('/token')).toBe(0)
  expect(provider.count('/jwks')).toBe(0)
  return error
}

const silent = { authorization_response_iss_parameter_supported: undefined }

describe('the issuer of an authorization response (RFC 9207 §2.4)', () => {
  it.each<[string, Change]>([
    ['another', (response) => response.set('iss', 'https://evil.example')],
    ['with a slash more', (response) => response.set('iss', 'https://id.example/')],
    ['in capitals', (response) => response.set('iss', 'https://ID.example')],
    ['empty', (response) => response.set('iss', '')],
    ['missing', (response) => response.delete('iss')],
  ])('is refused where the metadata promises one and it is %s', async (_, change) => {
    expect(await failureOf(change)).toMatchObject({ name: 'ProtocolError', code: 'issuer_mismatch' })
  })

  it.each<[string, Change, RegExp]>([
    ['is missing', (response) => response.delete('iss'), /lacks "iss"/],
    ['is another', (response) => response.set('iss', 'https://evil.example'), /from another issuer/],
  ])('is said to be what it is where it %s', async (_, change, words) => {
    expect(String(await failureOf(change))).toMatch(words)
  })

  it('counts as promised as well where a provider writes the promise as text', async () => {
    const promise = { authorization_response_iss_parameter_supported: 'true' }
    expect(await failureOf((response) => response.delete('iss'), promise)).toMatchObject({
      code: 'issuer_mismatch',
    })
  })

  it('is compared also where nothing was promised', async () => {
    const change: Change = (response) => response.set('iss', 'https://evil.example')
    expect(await failureOf(change, silent)).toMatchObject({ code: 'issuer_mismatch' })
  })

  it('is looked at before the error: what another server says is not believed', async () => {
    const error = await failureOf((response) => {
      response.delete('code')
      response.set('iss', 'https://evil.example')
      response.set('error', 'access_denied')
      response.set('error_description', 'SENTINEL-words')
    })
    expect(error).toMatchObject({ name: 'ProtocolError', code: 'issuer_mismatch' })
    expect(String(error)).not.toContain('SENTINEL-words')
    expect(String(error)).not.toContain('denied')
  })

  it.each<[string, Change]>([
    ['sent, right, but never advertised', () => undefined],
    ['neither advertised nor sent', (response) => response.delete('iss')],
  ])('is fine where it is %s', async (_, change) => {
    const { provider, client, answer } = await createProtocolScene()
    Object.assign(provider.metadata, silent)
    const { parameters, grant } = await answer()
    change(parameters)
    await expect(client.redeem(parameters, grant)).resolves.toMatchObject({ claims: { sub: 'alice' } })
  })

  it('is nothing to compare with where the server is plain OAuth 2.0 with endpoints by hand', async () => {
    const { provider, client, answer } = await createProtocolScene({ options: plainOAuth })
    replaceIdTokens(provider, () => undefined)
    const { parameters, grant } = await answer()
    expect(parameters.get('iss')).toBe('https://id.example')
    await expect(client.redeem(parameters, grant)).resolves.toMatchObject({ tokenType: 'bearer' })
  })
})

describe('the form of an authorization response', () => {
  it.each<[string, Change]>([
    ['code', (response) => response.append('code', 'another')],
    ['state', (response) => response.append('state', 'another')],
    ['state', (response) => response.append('state', response.get('state') ?? '')],
    ['iss', (response) => response.append('iss', 'https://id.example')],
    ['error', (response) => ['a', 'b'].forEach((code) => void response.append('error', code))],
  ])('may not have "%s" twice (RFC 6749 §3.1)', async (name, change) => {
    const error = await failureOf(change)
    expect(error).toMatchObject({ name: 'ProtocolError', code: 'invalid_authorization_response' })
    expect(String(error)).toContain(`"${name}" comes more than once`)
  })

  it.each(['access_token', 'id_token', 'token', 'response'])(
    'may not have "%s", which nobody asked for (RFC 9700 §2.1.2)',
    async (name) => {
      for (const value of ['SENTINEL-of-an-implicit-flow', '']) {
        const error = await failureOf((response) => response.set(name, value))
        expect(error).toMatchObject({ code: 'invalid_authorization_response' })
        expect(String(error)).toContain(`"${name}"`)
        expect(String(error)).not.toContain('SENTINEL')
      }
    },
  )

  it.each<[string, Change]>([
    ['neither code nor error', (response) => response.delete('code')],
    ['an empty code', (response) => response.set('code', '')],
  ])('may not have %s', async (_, change) => {
    expect(await failureOf(change)).toMatchObject({ code: 'invalid_authorization_response' })
  })

  it.each<[string, Change]>([
    ['another state', (response) => response.set('state', 'app.another')],
    ['no state', (response) => response.delete('state')],
  ])('may not have %s, should a caller not have looked (RFC 6749 §10.12)', async (_, change) => {
    expect(await failureOf(change)).toMatchObject({
      name: 'ProtocolError',
      code: 'invalid_authorization_response',
    })
  })

  it('may have parameters that nobody knows (RFC 6749 §4.1.2)', async () => {
    const { client, answer } = await createProtocolScene()
    const { parameters, grant } = await answer()
    parameters.append('foo', '1')
    parameters.append('foo', '2')
    await expect(client.redeem(parameters, grant)).resolves.toMatchObject({ claims: { sub: 'alice' } })
  })
})

describe('the session state of a response (OpenID Connect Session Management 1.0 §2)', () => {
  it.each<[string[], Record<string, string>, unknown]>([
    [['s.salt'], {}, { state: 's.salt' }],
    [
      ['s.salt'],
      { check_session_iframe: 'https://id.example/check' },
      { state: 's.salt', frameUrl: 'https://id.example/check' },
    ],
    [['s.salt'], { check_session_iframe: 'http://id.example/check' }, { state: 's.salt' }],
    [['s.salt'], { check_session_iframe: 'check' }, { state: 's.salt' }],
    [['a b'], {}, undefined],
    [['a', 'b'], {}, undefined],
    [[''], {}, undefined],
    [[], {}, undefined],
  ])('%j with %j is kept as %j', async (states, metadata, kept) => {
    const { client, answer, provider } = await createProtocolScene()
    Object.assign(provider.metadata, metadata)
    const { parameters, grant } = await answer()
    for (const state of states) parameters.append('session_state', state)
    expect((await client.redeem(parameters, grant)).providerSession).toEqual(kept)
  })
})

describe('an error response', () => {
  const refusedWith =
    (error: string, description?: string): Change =>
    (response) => {
      response.delete('code')
      response.set('error', error)
      if (description !== undefined) response.set('error_description', description)
    }

  it.each([
    ['login_required', 'login_required'],
    ['interaction_required', 'interaction_required'],
    ['consent_required', 'consent_required'],
    ['account_selection_required', 'account_selection_required'],
    ['unmet_authentication_requirements', 'reauthentication_required'],
  ])('%s asks the person to act: %s (Core §3.1.2.6, RFC 9470 §5)', async (wire, code) => {
    const error = await failureOf(refusedWith(wire, 'Please sign in.'))
    expect(error).toMatchObject({ name: 'SignInRequiredError', code })
    expect(String(error)).toContain(`${wire} (Please sign in.)`)
  })

  it('access_denied is a decision of the person or the provider', async () => {
    expect(await failureOf(refusedWith('access_denied', 'No, thanks.'))).toMatchObject({
      name: 'ServerError',
      code: 'access_denied',
      error: 'access_denied',
      description: 'No, thanks.',
      status: undefined,
    })
  })

  it.each([
    'invalid_scope',
    'server_error',
    'unknown:thing',
    'no_login_required',
    'login_required_here',
    // Names that every object has.
    'constructor',
    'toString',
    '__proto__',
  ])('%s is passed on as the provider said it', async (wire) => {
    expect(await failureOf(refusedWith(wire))).toMatchObject({
      name: 'ServerError',
      code: 'authorization_failed',
      error: wire,
      description: undefined,
    })
  })

  it.each(['', 'two words', 'x'.repeat(10_000), '"><script>'])(
    '%j is no error code and is not repeated (RFC 6749 §4.1.2.1)',
    async (wire) => {
      expect(await failureOf(refusedWith(wire))).toMatchObject({
        code: 'authorization_failed',
        error: 'unknown_error',
      })
    },
  )

  it('is believed rather than the code beside it', async () => {
    const error = await failureOf((response) => response.set('error', 'access_denied'))
    expect(error).toMatchObject({ code: 'access_denied' })
  })

  it('shows hostile words as short plain text', async () => {
    const hostile = `<img src=x onerror=alert(1)>\r\nSet-Cookie: a\u0000\u202e${'x'.repeat(10_000)}`
    const error = await failureOf(refusedWith('access_denied', hostile))
    expect(error).toMatchObject({
      description: expect.stringMatching(/^<img src=x onerror=alert\(1\)> Set-Cookie: a x{1,280}…$/),
    })
    expect(String(error).length).toBeLessThan(400)
  })

  it('does not show what it was given in confidence, however the provider repeats it', async () => {
    const { provider, client, answer, failure } = await createProtocolScene()
    const { parameters, grant } = await answer()
    const { state, nonce, codeVerifier } = grant
    parameters.set('session_state', 'SENTINEL-session-state')
    const told = [parameters.get('code') ?? '', 'SENTINEL-session-state']
    const secrets = [...told, state, nonce, codeVerifier]
    for (const wire of ['access_denied', 'login_required', 'server_error', ...secrets]) {
      parameters.set('error', wire)
      parameters.set('error_description', `Cannot do ${secrets.join(', ')}`)
      // The helper looks for them too.
      const error = await failure(client.redeem(parameters, grant))
      expect(error.message).toContain(`Cannot do ${secrets.map(() => '[removed]').join(', ')}`)
    }
    expect(provider.count('/token')).toBe(0)
  })

  it('without a state, as some providers send it, is read the same way', () => {
    expect(errorFromProvider('login_required', null)).toMatchObject({ code: 'login_required' })
    expect(errorFromProvider('nope', 'Why not?')).toMatchObject({ error: 'nope', description: 'Why not?' })
  })
})

describe('an answer to prompt=none (OpenID Connect Core 1.0 §3.1.2.6)', () => {
  it.each<[string, boolean]>([
    ['login_required', true],
    ['interaction_required', true],
    ['consent_required', true],
    ['account_selection_required', true],
    // The person is signed in there, and not in the way that was asked for.
    ['unmet_authentication_requirements', false],
    ['access_denied', false],
    ['server_error', false],
  ])('says that nobody is signed in there, or does not: %s', (wire, isNeeded) => {
    expect(isInteractionNeeded(errorFromProvider(wire, null))).toBe(isNeeded)
  })
})
