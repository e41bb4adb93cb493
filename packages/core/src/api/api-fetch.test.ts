import { describe, expect, it } from 'vitest'
import { settle } from '../../test/fake-platform.ts'
import { rejectionOf } from '../../test/pages.ts'
import {
  createScene,
  createSignedInScene,
  goThroughLogin,
  type Scene,
  type SceneOptions,
} from '../../test/signed-in.ts'
import { until } from '../../test/until.ts'
import { ConfigurationError } from '../errors.ts'

const options = { apis: ['https://api.example/v1', 'https://other.example'] }
const url = 'https://api.example/v1/orders'

/** An API that notes what it gets. */
function createApi(answer: (request: Request) => Response | Promise<Response> = () => new Response('[]')) {
  const got: Request[] = []
  const send = async (request: Request): Promise<Response> => {
    got.push(request)
    return answer(request)
  }
  return { got, send }
}

/** A page where Alice has just signed in, and calls an API. */
async function signedInWith(send: SceneOptions['send']): Promise<Scene> {
  const before = await createScene({ options })
  await before.auth.login()
  const href = before.provider.signIn(before.platform.visited.at(-1) ?? '')
  const scene = await createScene({
    provider: before.provider,
    href,
    stored: before.platform.stored,
    options,
    ...(send && { send }),
  })
  await scene.auth.handleCallback()
  return scene
}

describe('auth.fetch', () => {
  it('attaches the access token, and changes nothing else', async () => {
    const { got, send } = createApi()
    const { auth } = await signedInWith(send)
    const response = await auth.fetch(`${url}?page=2`, {
      method: 'POST',
      headers: { 'x-app': 'a' },
      body: '{}',
    })
    expect(await response.json()).toEqual([])
    const [request] = got
    expect(request?.headers.get('authorization')).toBe(`Bearer ${await auth.getAccessToken()}`)
    expect(request?.headers.get('x-app')).toBe('a')
    expect([request?.method, request?.url, await request?.text()]).toEqual(['POST', `${url}?page=2`, '{}'])
  })

  it('follows no redirect, which would carry the token to an address that is not listed (API-05)', async () => {
    const { got, send } = createApi()
    const { auth } = await signedInWith(send)
    await auth.fetch(url, { redirect: 'follow' })
    expect(got[0]?.redirect).toBe('error')
  })

  it('takes what fetch takes', async () => {
    const { got, send } = createApi()
    const { auth } = await signedInWith(send)
    await auth.fetch(new URL(url))
    await auth.fetch(new Request(url, { method: 'DELETE' }))
    await auth.fetch(new Request(url), { method: 'PUT', body: 'x' })
    expect(got.map(({ method }) => method)).toEqual(['GET', 'DELETE', 'PUT'])
  })

  it('works taken apart', async () => {
    const { got, send } = createApi()
    const { fetch } = (await signedInWith(send)).auth
    await fetch(url)
    expect(got).toHaveLength(1)
  })

  it('sends nothing that says already who it is from (API-02)', async () => {
    const { got, send } = createApi()
    const { auth } = await signedInWith(send)
    const error = await rejectionOf(auth.fetch(url, { headers: { authorization: 'Bearer SENTINEL-mine' } }))
    expect(error).toMatchObject({ name: 'ConfigurationError', code: 'authorization_given' })
    expect(String(error)).not.toContain('SENTINEL')
    expect(got).toEqual([])
  })

  it('refreshes first where the token has expired', async () => {
    const { got, send } = createApi()
    const { auth, platform, provider } = await signedInWith(send)
    await platform.advance(300_000)
    await auth.fetch(url)
    expect(provider.count('/token')).toBe(2)
    expect(got[0]?.headers.get('authorization')).toBe(`Bearer ${await auth.getAccessToken()}`)
  })

  it.each([
    'https://evil.example/',
    'https://api.example/v2',
    'https://api.example/v1x',
    'http://other.example/',
  ])('refuses %s before anything is sent, and names the option', async (target) => {
    const { got, send } = createApi()
    const { auth, provider } = await signedInWith(send)
    const before = provider.seen.length
    const error = await rejectionOf(auth.fetch(target))
    expect(error).toBeInstanceOf(ConfigurationError)
    expect(error).toMatchObject({ code: 'url_not_allowed' })
    expect(error.message).toContain(new URL(target).origin)
    expect(error.message).toContain('"apis"')
    expect([got.length, provider.seen.length]).toEqual([0, before])
  })

  it('refuses every address where none is listed', async () => {
    const { auth } = await createSignedInScene()
    expect(await rejectionOf(auth.fetch(url))).toMatchObject({ code: 'url_not_allowed' })
  })

  it('goes without a token, and without waiting, where nobody is signed in', async () => {
    const { got, send } = createApi()
    const { auth, provider } = await createScene({ options, send })
    expect((await auth.fetch(url)).status).toBe(200)
    expect(got.map(({ headers }) => headers.has('authorization'))).toEqual([false])
    expect(provider.seen).toEqual([])
  })

  it('asks for somebody where nobody is signed in and the API wants somebody', async () => {
    const { send } = createApi(() => new Response(null, { status: 401 }))
    const { auth } = await createScene({ options, send })
    expect(await rejectionOf(auth.fetch(url))).toMatchObject({
      name: 'SignInRequiredError',
      code: 'not_signed_in',
      demand: {},
    })
  })

  it('waits while the session is looked for', async () => {
    const { got, send } = createApi()
    const scene = await goThroughLogin(await createScene({ options }))
    const { auth } = await createScene({
      provider: scene.provider,
      href: scene.platform.navigation.href(),
      stored: scene.platform.stored,
      options,
      send,
    })
    auth.start()
    const asked = auth.fetch(url)
    expect(got).toEqual([])
    expect((await asked).status).toBe(200)
    expect(got[0]?.headers.get('authorization')).toMatch(/^Bearer SENTINEL/)
  })

  it('sends nothing for whoever gave up while the session was looked for', async () => {
    const { got, send } = createApi()
    const scene = await goThroughLogin(await createScene({ options }))
    const { auth } = await createScene({
      provider: scene.provider,
      href: scene.platform.navigation.href(),
      stored: scene.platform.stored,
      options,
      send,
    })
    auth.start()
    const stop = new AbortController()
    const asked = auth.fetch(url, { signal: stop.signal })
    stop.abort('given up')
    await expect(asked).rejects.toBe('given up')
    await until(() => auth.getState().status === 'authenticated')
    await settle()
    expect(got).toEqual([])
  })

  it('passes the signal on to the request', async () => {
    const { got, send } = createApi(
      ({ signal }) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    )
    const { auth } = await signedInWith(send)
    const stop = new AbortController()
    const asked = auth.fetch(url, { signal: stop.signal })
    await until(() => got.length === 1)
    stop.abort('given up')
    await expect(asked).rejects.toBe('given up')
  })

  it('passes on what the network says', async () => {
    const failure = new TypeError('Failed to fetch')
    const { send } = createApi(() => Promise.reject(failure))
    const { auth } = await signedInWith(send)
    expect(await rejectionOf(auth.fetch(url))).toBe(failure)
    expect(auth.getState().status).toBe('authenticated')
  })
})
