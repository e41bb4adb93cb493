import { describe, expect, it } from 'vitest'
import { demandPush, json } from '../../test/fake-provider.ts'
import { createProtocolScene, type ProtocolScene, plainOAuth } from '../../test/protocol-scene.ts'
import type { AuthorizationParameters } from './authorization-url.ts'

const asked: AuthorizationParameters = {
  redirectUri: 'https://app.example/callback',
  scope: 'openid email',
  statePrefix: 'app.',
  extra: { prompt: 'login', login_hint: 'alice@example.com' },
}

/** At a provider that takes no request but a pushed one. */
async function createDemandingScene(): Promise<ProtocolScene> {
  const scene = await createProtocolScene()
  demandPush(scene.provider)
  return scene
}

/** The provider answers the push with this. */
function answerPush({ provider }: ProtocolScene, answer: () => Response): void {
  provider.onRequest = ({ path }) => (path === '/par' ? answer() : undefined)
}

describe('a pushed authorization request (RFC 9126)', () => {
  it('holds everything, and the browser carries its name and nothing else (§4)', async () => {
    const { client, provider } = await createDemandingScene()
    provider.metadata.authorization_endpoint = 'https://id.example/auth?tenant=1'
    const { url, state, nonce, codeVerifier } = await client.authorize(asked)
    const [push] = provider.seen.filter(({ path }) => path === '/par')
    expect(push?.method).toBe('POST')
    expect(push?.init.credentials).toBe('omit')
    // Whatever else it says would call for a preflight, which many servers fail.
    expect(Object.keys(push?.init.headers ?? {}).sort()).toEqual(['accept', 'content-type'])
    expect(Object.fromEntries(push?.form ?? [])).toEqual({
      client_id: 'app',
      response_type: 'code',
      redirect_uri: 'https://app.example/callback',
      scope: 'openid email',
      prompt: 'login',
      login_hint: 'alice@example.com',
      state,
      nonce,
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    })
    expect(push?.form.toString()).not.toContain(codeVerifier)
    const { origin, pathname, searchParams } = new URL(url)
    expect(origin + pathname).toBe('https://id.example/auth')
    expect(Object.fromEntries(searchParams)).toEqual({
      tenant: '1',
      client_id: 'app',
      request_uri: expect.stringMatching(/^urn:ietf:params:oauth:request_uri:/),
    })
  })

  it('leads to tokens', async () => {
    const { signIn, provider } = await createDemandingScene()
    await expect(signIn()).resolves.toMatchObject({ claims: { sub: 'alice' } })
    expect(provider.count('/par')).toBe(1)
  })

  it('is made anew for every sign-in, with a verifier, a state and a nonce of its own (§2.2)', async () => {
    const { client, provider } = await createDemandingScene()
    const first = await client.authorize(asked)
    const second = await client.authorize(asked)
    expect(provider.count('/par')).toBe(2)
    for (const name of ['url', 'state', 'nonce', 'codeVerifier'] as const) {
      expect(second[name]).not.toBe(first[name])
    }
  })

  it('is not made where nobody asks for it, though the provider has a place for it', async () => {
    const { client, provider } = await createDemandingScene()
    provider.metadata.require_pushed_authorization_requests = false
    const { url } = await client.authorize(asked)
    expect(provider.count('/par')).toBe(0)
    expect(new URL(url).searchParams.get('redirect_uri')).toBe('https://app.example/callback')
  })

  it('is made where the app asks for it, though the provider does not', async () => {
    const scene = await createProtocolScene({
      options: {
        issuer: 'https://id.example',
        clientId: 'app',
        redirectUri: '/callback',
        pushedAuthorization: 'always',
      },
    })
    scene.provider.metadata.pushed_authorization_request_endpoint = 'https://id.example/par'
    const { url } = await scene.client.authorize(asked)
    expect(new URL(url).searchParams.has('request_uri')).toBe(true)
  })

  it('is made at the endpoint that is given by hand', async () => {
    const pushedAuthorization = 'https://id.example/par'
    const { client, provider } = await createProtocolScene({
      options: { ...plainOAuth, endpoints: { ...plainOAuth.endpoints, pushedAuthorization } },
    } as Parameters<typeof createProtocolScene>[0])
    const { url } = await client.authorize(asked)
    expect(provider.seen.map(({ path }) => path)).toEqual(['/par'])
    expect(new URL(url).searchParams.has('request_uri')).toBe(true)
  })

  it.each([
    ['missing_endpoint', undefined],
    ['insecure_endpoint', 'http://id.example/par'],
    ['insecure_endpoint', 'https://id.example/par#part'],
  ])('is refused as %s where the endpoint is %s, and nothing is sent', async (code, endpoint) => {
    const scene = await createDemandingScene()
    scene.provider.metadata.pushed_authorization_request_endpoint = endpoint
    const error = await scene.failure(scene.client.authorize(asked))
    expect(error).toMatchObject({ name: 'ConfigurationError', code })
    expect(error.message).toContain('pushed_authorization_request_endpoint')
    expect(scene.provider.count('/par')).toBe(0)
  })

  it.each([
    ['a refusal', 400, { error: 'invalid_request', error_description: 'No.' }, 'authorization_failed'],
    ['a refusal of the client', 401, { error: 'invalid_client' }, 'client_rejected'],
    ['too long a request (§2.3)', 413, {}, 'authorization_failed'],
    ['a redirect', 303, {}, 'authorization_failed'],
    ['the status of another kind of answer', 200, pushed({}), 'authorization_failed'],
    ['no name for the request', 201, { expires_in: 60 }, 'invalid_authorization_response'],
    ['a name that is none', 201, pushed({ request_uri: 7 }), 'invalid_authorization_response'],
    ['no lifetime', 201, pushed({ expires_in: undefined }), 'invalid_authorization_response'],
    ['a lifetime that means nothing', 201, pushed({ expires_in: -1 }), 'invalid_authorization_response'],
    ['a list', 201, [], 'invalid_authorization_response'],
    ['an overloaded server', 503, {}, 'server_unavailable'],
    ['a server that wants to be left alone', 429, {}, 'server_unavailable'],
  ])('that is answered with %s ends the sign-in', async (_, status, body, code) => {
    const scene = await createDemandingScene()
    answerPush(scene, () => json(status, body))
    const error = await scene.failure(scene.client.authorize(asked))
    expect(error.code).toBe(code)
    // Once, and by no other way.
    expect(scene.provider.seen.filter(({ method }) => method === 'POST')).toHaveLength(1)
  })

  it('says what the provider said, without what it was told', async () => {
    const scene = await createDemandingScene()
    scene.provider.onRequest = ({ path, form }) => {
      if (path !== '/par') return undefined
      const secrets = ['state', 'nonce', 'code_challenge'].map((name) => form.get(name) ?? '')
      scene.provider.secrets.push(...secrets)
      return json(400, {
        error: 'invalid_scope_of_mine',
        error_description: `Not with ${secrets.join(', ')}`,
      })
    }
    expect(await scene.failure(scene.client.authorize(asked))).toMatchObject({
      name: 'ServerError',
      code: 'authorization_failed',
      error: 'invalid_scope_of_mine',
      description: 'Not with [removed], [removed], [removed]',
      status: 400,
    })
  })

  it('that gets no answer ends the sign-in, and may be tried again', async () => {
    const scene = await createDemandingScene()
    answerPush(scene, () => {
      throw new TypeError('Failed to fetch')
    })
    expect(await scene.failure(scene.client.authorize(asked))).toMatchObject({ code: 'network_failed' })
    answerPush(scene, () => json(201, pushed({})))
    await expect(scene.client.authorize(asked)).resolves.toMatchObject({
      url: 'https://id.example/auth?client_id=app&request_uri=urn%3Aexample%3A1',
    })
  })
})

function pushed(changes: object): object {
  return { request_uri: 'urn:example:1', expires_in: 60, ...changes }
}
