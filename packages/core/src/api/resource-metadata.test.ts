import { describe, expect, it } from 'vitest'
import { createFakeApp, type Tab } from '../../test/fake-app.ts'
import { createFakePlatform } from '../../test/fake-platform.ts'
import { expectNoSecrets } from '../../test/no-secrets.ts'
import { rejectionOf } from '../../test/pages.ts'
import { until } from '../../test/until.ts'
import { type AnyAuthError, SignInRequiredError } from '../index.ts'
import { otherAuthorizationServer } from './resource-metadata.ts'

const url = 'https://api.example/v1/orders?page=2'
const wellKnown = 'https://api.example/.well-known/oauth-protected-resource/v1'
const other = 'https://other.example'

/** What the API says of itself, in the right form. */
const whole = { resource: 'https://api.example/v1', authorization_servers: [other] }

interface Called {
  readonly tab: Tab
  /** What was sent, in order. */
  readonly sent: Request[]
  readonly secrets: readonly string[]
  /** What became of a call. */
  readonly outcome: Promise<Response>
}

/** Somebody calls an API that takes no token of theirs, and says where its metadata is. */
async function call(
  metadata: () => Response | Promise<Response>,
  {
    metadataUrl = wellKnown,
    status = 401,
    error = 'invalid_token',
    isSignedIn = true,
  }: { metadataUrl?: string; status?: number; error?: string; isSignedIn?: boolean } = {},
): Promise<Called & { readonly app: Awaited<ReturnType<typeof createFakeApp>> }> {
  const app = await createFakeApp({ options: { apis: ['https://api.example/v1'] } })
  const sent: Request[] = []
  const send = async (request: Request): Promise<Response> => {
    sent.push(request)
    if (request.url === metadataUrl) return metadata()
    const challenge = `Bearer error="${error}", resource_metadata="${metadataUrl}"`
    return new Response('no', { status, headers: { 'www-authenticate': challenge } })
  }
  const tab = isSignedIn ? await app.signIn({ send }) : app.load({ send })
  const outcome = tab.auth.fetch(url)
  outcome.catch(() => undefined) // looked at by the test
  return { app, tab, sent, secrets: app.provider.secrets, outcome }
}

const refusalOf = async ({ outcome }: Called): Promise<AnyAuthError> => rejectionOf(outcome)

describe('an API that says whose tokens it takes (RFC 9728 §5)', () => {
  it('is one for another client, where that is not this client’s provider', async () => {
    const called = await call(() => Response.json(whole))
    const error = await refusalOf(called)
    expect(error).toMatchObject({
      name: 'SignInRequiredError',
      code: 'other_authorization_server',
      authorizationServers: [other],
      demand: {},
    })
    expect(error.message).toContain(other)
    expectNoSecrets(error, called.secrets)
    // Nobody is signed out for it.
    expect(called.tab.auth.getState().status).toBe('authenticated')
  })

  it('is asked without a token and without cookies, once', async () => {
    const called = await call(() => Response.json(whole))
    await refusalOf(called)
    const asked = called.sent.filter((request) => request.url === wellKnown)
    expect(asked).toHaveLength(1)
    expect(asked[0]?.headers.has('authorization')).toBe(false)
    expect(asked[0]?.credentials).toBe('omit')
    expect(asked[0]?.method).toBe('GET')
    expect(asked[0]?.headers.get('accept')).toBe('application/json')
  })

  it('may take the tokens of several: ten are told of, however many it names', async () => {
    const servers = Array.from({ length: 12 }, (_, index) => `https://${index}.example`)
    const called = await call(() => Response.json({ ...whole, authorization_servers: servers }))
    const error = await refusalOf(called)
    expect(error).toMatchObject({ authorizationServers: servers.slice(0, 10) })
    expect(error.message).toContain('https://0.example, https://1.example')
    expect(error.message).toContain('Sign in with a client whose "issuer" is that')
  })

  it.each([
    ['the whole host', 'https://api.example', 'https://api.example/.well-known/oauth-protected-resource'],
    ['the whole host', 'https://api.example/', 'https://api.example/.well-known/oauth-protected-resource'],
    [
      'what ends in a slash',
      'https://api.example/v1/',
      'https://api.example/.well-known/oauth-protected-resource/v1/',
    ],
  ])('may be %s, as its well-known place says (§3.1): %s', async (_, resource, metadataUrl) => {
    const called = await call(() => Response.json({ ...whole, resource }), { metadataUrl })
    expect(await refusalOf(called)).toMatchObject({ code: 'other_authorization_server' })
  })

  it('says so to who is not signed in either: to sign in would not help', async () => {
    const called = await call(() => Response.json(whole), { isSignedIn: false })
    expect(await refusalOf(called)).toMatchObject({ code: 'other_authorization_server' })
  })

  it('wants somebody, where it takes the tokens of this client’s provider too', async () => {
    const metadata = { ...whole, authorization_servers: [other, 'https://id.example'] }
    const called = await call(() => Response.json(metadata), { isSignedIn: false })
    expect(await refusalOf(called)).toMatchObject({ code: 'not_signed_in', authorizationServers: [] })
  })

  it('may say so in any of its challenges', async () => {
    const app = await createFakeApp({ options: { apis: ['https://api.example/v1'] } })
    const challenges = `Basic realm="api", DPoP algs="ES256", Bearer resource_metadata="${wellKnown}"`
    const send = async (request: Request): Promise<Response> =>
      request.url === wellKnown
        ? Response.json(whole)
        : new Response('no', { status: 401, headers: { 'www-authenticate': challenges } })
    const tab = await app.signIn({ send })
    expect(await rejectionOf(tab.auth.fetch(url))).toMatchObject({ code: 'other_authorization_server' })
  })

  it('may be the very resource that was asked for (§3.3)', async () => {
    const metadataUrl = 'https://api.example/about'
    const called = await call(() => Response.json({ ...whole, resource: url }), { metadataUrl })
    expect(await refusalOf(called)).toMatchObject({ code: 'other_authorization_server' })
  })

  it.each<[string, object | null, string?]>([
    ['this client’s provider', { ...whole, authorization_servers: ['https://id.example'] }],
    ['nobody', { ...whole, authorization_servers: [] }],
    ['nothing', { resource: whole.resource }],
    [
      'servers that are none',
      { ...whole, authorization_servers: [7, null, 'other', 'http://other.example'] },
    ],
    ['another resource', { ...whole, resource: 'https://api.example/v2' }],
    ['a resource of another host', { ...whole, resource: 'https://evil.example/v1' }],
    ['a resource that begins alike', { ...whole, resource: 'https://api.example/v1/ord' }],
    [
      'another resource, in that one’s own place',
      { ...whole, resource: 'https://api.example/v2' },
      'https://api.example/.well-known/oauth-protected-resource/v2',
    ],
    ['no resource', { authorization_servers: [other] }],
    ['a resource that is none', { ...whole, resource: 7 }],
    ['a resource that is no URL', { ...whole, resource: 'v1' }],
    ['its resource in a list', { ...whole, resource: [whole.resource] }],
    ['one server, and no list of them', { ...whole, authorization_servers: other }],
    ['servers in lists', { ...whole, authorization_servers: [[other]] }],
    ['no object', null],
    ['the right thing in a place that is not the resource’s', whole, 'https://api.example/about'],
    ['it in a place on another host', { ...whole, resource: url }, 'https://evil.example/about'],
    ['it in a place that is not safe', { ...whole, resource: url }, 'http://api.example/about'],
    ['it in no place', { ...whole, resource: url }, 'about'],
  ])('is answered as it is where it names %s', async (_, metadata, metadataUrl = wellKnown) => {
    const { outcome } = await call(() => Response.json(metadata), { metadataUrl })
    await expect(outcome).resolves.toMatchObject({ status: 401 })
  })

  it.each([
    ['cannot be had', () => Promise.reject(new TypeError('Failed to fetch'))],
    ['is no JSON', () => new Response('<p>Hello')],
    ['is not there', () => Response.json(whole, { status: 404 })],
  ])('is answered as it is where its metadata %s', async (_, metadata) => {
    const { outcome } = await call(metadata)
    await expect(outcome).resolves.toMatchObject({ status: 401 })
  })

  it('is answered as it is where its metadata takes longer than any request may', async () => {
    const { app, sent, outcome } = await call(() => new Promise(() => undefined))
    await until(() => sent.at(-1)?.url === wellKnown)
    await app.advance(10_000)
    await expect(outcome).resolves.toMatchObject({ status: 401 })
  })

  it('is not asked in the open, though it was called so', async () => {
    const { clock } = createFakePlatform()
    const sent: Request[] = []
    const send = async (request: Request): Promise<Response> => {
      sent.push(request)
      return Response.json({ ...whole, resource: request.url })
    }
    const context = { issuer: undefined, platform: { clock, send }, requestTimeoutMs: 10_000 }
    const place = 'http://api.example/v1'
    await expect(otherAuthorizationServer(place, place, context)).resolves.toBeUndefined()
    expect(sent).toEqual([])
    const local = 'http://localhost:3000/v1'
    await expect(otherAuthorizationServer(local, local, context)).resolves.toBeInstanceOf(SignInRequiredError)
  })

  it('is not asked where it refuses for another reason', async () => {
    const { sent, outcome } = await call(() => Response.json(whole), { status: 403, error: 'not_today' })
    await expect(outcome).resolves.toMatchObject({ status: 403 })
    expect(sent).toHaveLength(1)
  })
})
