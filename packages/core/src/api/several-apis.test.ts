import { afterEach, describe, expect, it } from 'vitest'
import { createFakeApp, type FakeApp, type Tab } from '../../test/fake-app.ts'
import { createFakeVault, type FakeVault } from '../../test/fake-vault.ts'
import { destinationOf, rejectionOf } from '../../test/pages.ts'
import type { AuthClientOptions } from '../options/client-options.ts'

const orders = 'https://orders.example'
const apis: NonNullable<AuthClientOptions['apis']> = [
  'https://api.example',
  { url: `${orders}/v2`, resource: orders, scope: 'orders:read' },
  { url: `${orders}/v2/admin`, resource: orders, scope: 'orders:admin' },
  { url: 'https://invoices.example', resource: 'urn:invoices' },
]

const vaults: FakeVault[] = []

afterEach(() => {
  for (const vault of vaults.splice(0)) vault.close()
})

interface Called {
  readonly app: FakeApp
  readonly tab: Tab
  /** The tokens that came, in order. */
  readonly tokens: string[]
}

/** An app that calls several APIs, with Alice signed in. */
async function calling(
  answer: (request: Request, index: number) => Response = () => new Response('[]'),
  { sealed = false }: { sealed?: boolean } = {},
): Promise<Called> {
  const tokens: string[] = []
  const send = async (request: Request): Promise<Response> => {
    tokens.push(request.headers.get('authorization')?.replace('Bearer ', '') ?? '')
    return answer(request, tokens.length - 1)
  }
  const app = await createFakeApp({ options: { apis } })
  const { browser, provider } = app
  const { clock } = app.open().platform
  const vault = createFakeVault({ browser, clock, fetch: provider.fetch, send })
  vaults.push(vault)
  const options = { vault: { worker: vault.createWorker, sealed } }
  const tab = await app.signIn({ send, ...(sealed && { options }) })
  expect(tab.auth.explain().keeper).toEqual({ kind: sealed ? 'vault' : 'memory' })
  return { app, tab, tokens }
}

describe.each([
  ['in the page', false],
  ['in a sealed vault', true],
] as const)('several APIs, with the tokens %s', (_where, sealed) => {
  it('get each its own token, by the longest prefix that is listed', async () => {
    const { app, tab, tokens } = await calling(undefined, { sealed })
    for (const url of [
      'https://api.example/x',
      `${orders}/v2/7`,
      `${orders}/v2/admin/7`,
      'https://invoices.example/',
      `${orders}/v2/8`,
    ]) {
      await tab.auth.fetch(url)
    }
    expect(tokens.map(app.provider.targetOf)).toEqual([
      undefined,
      { resource: orders, scope: 'orders:read' },
      { resource: orders, scope: 'orders:admin' },
      { resource: 'urn:invoices', scope: null },
      { resource: orders, scope: 'orders:read' },
    ])
    expect(tokens[4]).toBe(tokens[1])
    expect(await rejectionOf(tab.auth.fetch(`${orders}/v1`))).toMatchObject({ code: 'url_not_allowed' })
  })

  it('get another token each for themselves where they refuse it', async () => {
    const { app, tab, tokens } = await calling(
      ({ url }, index) => new Response('', { status: url.startsWith(orders) && index < 2 ? 401 : 200 }),
      { sealed },
    )
    await tab.auth.fetch('https://api.example/x')
    const response = await tab.auth.fetch(`${orders}/v2/7`)
    expect(response.status).toBe(200)
    await tab.auth.fetch('https://api.example/x')
    expect(tokens.slice(1, 3).map((token) => app.provider.targetOf(token)?.resource)).toEqual([
      orders,
      orders,
    ])
    expect(tokens[1]).not.toBe(tokens[2])
    expect(tokens[3]).toBe(tokens[0])
  })

  it('say what they lack by a demand that keeps all that was granted', async () => {
    const { tab } = await calling(
      () =>
        new Response('', {
          status: 403,
          headers: { 'www-authenticate': 'Bearer error="insufficient_scope", scope="orders:write"' },
        }),
      { sealed },
    )
    const error = await rejectionOf(tab.auth.fetch(`${orders}/v2/7`))
    expect(error).toMatchObject({
      code: 'insufficient_scope',
      demand: {
        scope: 'openid profile email orders:read orders:admin orders:write',
        resource: orders,
      },
    })
  })
})

it('an API that is known by its audience says what it lacks by a demand that names it', async () => {
  const audience = 'https://audience.example'
  const app = await createFakeApp({ options: { apis: [{ url: audience, audience }] } })
  const headers = { 'www-authenticate': 'Bearer error="insufficient_scope", scope="orders:write"' }
  const tab = await app.signIn({ send: async () => new Response('', { status: 403, headers }) })
  expect(await rejectionOf(tab.auth.fetch(audience))).toMatchObject({
    code: 'insufficient_scope',
    demand: { audience, scope: 'openid profile email orders:write' },
  })
})

describe('a sign-in for several APIs', () => {
  it('asks for all that the client lists, each by a parameter of its own (RFC 8707 §2)', async () => {
    const app = await createFakeApp({ options: { apis } })
    const tab = app.load()
    await tab.auth.login()
    const query = destinationOf(tab).searchParams
    expect(query.getAll('resource')).toEqual([orders, 'urn:invoices'])
    expect(query.get('scope')).toBe('openid profile email orders:read orders:admin')
  })

  it('leaves out what the client leaves for later, and the scopes that belong to it', async () => {
    const app = await createFakeApp({ options: { apis, resources: ['urn:invoices'] } })
    const tab = await app.signIn()
    const error = await rejectionOf(tab.auth.fetch(`${orders}/v2/7`))
    expect(error).toMatchObject({
      name: 'SignInRequiredError',
      code: 'consent_required',
      demand: { resource: orders, scope: 'openid profile email orders:read' },
    })
    expect(tab.auth.getState().status).toBe('authenticated')
    // And what it demands is what a sign-in takes.
    await tab.auth.login((error as unknown as { demand: object }).demand)
    const query = destinationOf(tab).searchParams
    expect(query.getAll('resource')).toEqual(['urn:invoices', orders])
    expect(query.get('scope')).toBe('openid profile email orders:read')
  })

  it('asks by audience where it is told to', async () => {
    const app = await createFakeApp({ options: { params: { audience: 'one' } } })
    const tab = app.load()
    await tab.auth.login({ audience: 'other', resources: [] })
    expect(destinationOf(tab).searchParams.getAll('audience')).toEqual(['other'])
    expect(destinationOf(tab).searchParams.has('resource')).toBe(false)
  })
})

describe('a token that is asked for by hand', () => {
  it('is for what is asked for', async () => {
    const { app, tab } = await calling()
    const token = await tab.auth.getAccessToken({ resource: orders, scope: 'orders:read' })
    expect(app.provider.targetOf(token)).toEqual({ resource: orders, scope: 'orders:read' })
  })

  it.each([
    [{ resource: '/orders' }, 'resource'],
    [{ resource: `${orders}#x` }, 'resource'],
    [{ scope: 7 as never }, 'scope'],
    [{ audience: '' }, 'audience'],
  ])('is not asked for with %j (CFG-07)', async (request, option) => {
    const { app, tab } = await calling()
    const error = await rejectionOf(tab.auth.getAccessToken(request))
    expect(error).toMatchObject({ code: 'invalid_option', message: expect.stringContaining(`"${option}"`) })
    expect(app.provider.count('/token')).toBe(1)
  })
})
