import { afterEach, describe, expect, it, vi } from 'vitest'
import { createDpopProvider, type DpopProvider } from '../../test/dpop-provider.ts'
import { createFakeApp, type FakeApp, type FakeAppOptions, type Tab } from '../../test/fake-app.ts'
import { createFakeVault, type FakeVault } from '../../test/fake-vault.ts'
import { expectNoSecrets } from '../../test/no-secrets.ts'
import { destinationOf, rejectionOf } from '../../test/pages.ts'
import { until } from '../../test/until.ts'
import { type VerifiedProof, verifyProof } from '../../test/verify-proof.ts'
import { createAuthorizationUrl } from '../index.ts'
import type { OpenIdOptions } from '../options/client-options.ts'
import { type DpopOptions, dpop } from './dpop.ts'

const url = 'https://api.example/orders?page=2'
const vaults: FakeVault[] = []

afterEach(() => {
  for (const vault of vaults.splice(0)) vault.close()
})

/** What an API got. */
interface ApiCall {
  readonly scheme: string
  readonly token: string
  readonly proof: VerifiedProof | undefined
  readonly request: Request
}

interface Scene {
  readonly app: FakeApp
  readonly provider: DpopProvider
  readonly calls: ApiCall[]
  /** Answers the API's calls, in order. */
  answer: (call: ApiCall, index: number) => Response | Promise<Response>
  readonly send: (request: Request) => Promise<Response>
}

async function open(options: DpopOptions = {}, setting: FakeAppOptions = {}): Promise<Scene> {
  const provider = await createDpopProvider(setting.issuer)
  const common = { apis: ['https://api.example'], binding: dpop(options), ...setting.options }
  const app = await createFakeApp({ ...setting, provider, options: common })
  const calls: ApiCall[] = []
  const scene: Scene = {
    app,
    provider,
    calls,
    answer: () => new Response('[]'),
    async send(request) {
      const [scheme = '', token = ''] = request.headers.get('authorization')?.split(' ') ?? []
      const given = request.headers.get('dpop')
      const call = { scheme, token, proof: given === null ? undefined : await verifyProof(given), request }
      calls.push(call)
      return scene.answer(call, calls.length - 1)
    },
  }
  return scene
}

async function signedIn(
  options?: DpopOptions,
  setting?: FakeAppOptions,
): Promise<Scene & { readonly tab: Tab }> {
  const scene = await open(options, setting)
  const tab = await scene.app.signIn({ send: scene.send })
  return Object.assign(scene, { tab })
}

/** The options of an app whose tokens are in a vault, which is made with the first page. */
function inVault({ app, send }: Scene): Partial<OpenIdOptions> {
  const { browser, provider } = app
  const { clock } = app.open().platform
  const vault = createFakeVault({ browser, clock, fetch: provider.fetch, send })
  vaults.push(vault)
  return { vault: { worker: vault.createWorker } }
}

describe('a sign-in with DPoP (RFC 9449)', () => {
  it('binds the code to the key that the tokens will be bound to (§10, AUTHZ-12)', async () => {
    const { tab, provider, app } = await signedIn()
    const jkt = destinationOf(tab).searchParams.get('dpop_jkt')
    expect(jkt).toBeNull() // that page is gone
    const [proof] = provider.proofs
    expect(proof).toMatchObject({ path: '/token', claims: { htm: 'POST', htu: 'https://id.example/token' } })
    const next = app.load()
    await next.auth.login()
    const asked = destinationOf(next).searchParams.get('dpop_jkt')
    expect(asked).toMatch(/^[\w-]{43}$/)
    // Each sign-in has a key of its own (STO-05).
    expect(asked).not.toBe(proof?.thumbprint)
  })

  it('shows who is signed in, and that the token is bound', async () => {
    const { tab, provider } = await signedIn()
    expect(tab.auth.getState()).toMatchObject({ status: 'authenticated', user: { sub: 'alice' } })
    expect(tab.auth.explain().session).toMatchObject({ isBound: true })
    expect(new Set(provider.proofs.map(({ thumbprint }) => thumbprint)).size).toBe(1)
  })

  it('gives the nonce that the provider asks for, in one more request', async () => {
    const scene = await open()
    scene.provider.nonce = 'n1'
    await scene.app.signIn()
    expect(scene.provider.proofs.map(({ claims }) => claims.nonce)).toEqual([undefined, 'n1'])
  })

  it('says what to do where the nonce cannot be read', async () => {
    const scene = await open()
    Object.assign(scene.provider, { nonce: 'n1', isReadable: false })
    expect(await rejectionOf(scene.app.signIn())).toMatchObject({ code: 'nonce_unreadable' })
  })

  it('is pushed with a proof where it is pushed', async () => {
    const scene = await open({}, { options: { pushedAuthorization: 'always' } })
    scene.provider.metadata.pushed_authorization_request_endpoint = 'https://id.example/par'
    const tab = scene.app.load()
    await tab.auth.login()
    const [push] = scene.provider.proofs
    expect(push?.path).toBe('/par')
    const pushed = scene.provider.seen.find(({ path }) => path === '/par')
    expect(pushed?.form.get('dpop_jkt')).toBe(push?.thumbprint)
  })

  it('is over where its key is gone, before anything is sent', async () => {
    const scene = await open()
    const left = scene.app.open()
    await left.auth.login()
    for (const kept of scene.app.browser.durable.values()) kept.clear()
    const back = scene.app.open({
      href: scene.provider.signIn(destinationOf(left).href),
      stored: left.platform.stored,
    })
    expect(await rejectionOf(back.auth.handleCallback())).toMatchObject({ code: 'sign_in_interrupted' })
    expect(scene.provider.count('/token')).toBe(0)
  })

  it('is finished without its key where the app has come back without a binding: the provider has the word', async () => {
    const scene = await open()
    const left = scene.app.open()
    await left.auth.login()
    const later = await createFakeApp({ provider: scene.provider })
    const back = later.open({
      href: scene.provider.signIn(destinationOf(left).href),
      stored: left.platform.stored,
    })
    await back.auth.handleCallback()
    expect(back.auth.getState()).toMatchObject({ status: 'authenticated', user: { sub: 'alice' } })
    expect(scene.provider.proofs).toEqual([])
  })

  it('goes without binding the code where the browser keeps no key', async () => {
    const scene = await open()
    scene.app.browser.blockDurable()
    const left = scene.app.open()
    await left.auth.login()
    expect(destinationOf(left).searchParams.has('dpop_jkt')).toBe(false)
    const back = scene.app.open({
      href: scene.provider.signIn(destinationOf(left).href),
      stored: left.platform.stored,
      send: scene.send,
    })
    await back.auth.handleCallback()
    await back.auth.fetch(url)
    expect(scene.calls[0]?.scheme).toBe('DPoP')
    // Nobody else could do anything with it.
    expect(scene.app.count('answer')).toBe(0)
  })

  it('keeps no token anywhere, and no key that could be read', async () => {
    const { app, provider, tab } = await signedIn()
    const stored = JSON.stringify([
      ...app.browser.storage.keys().map((key) => app.browser.storage.get(key)),
      ...tab.platform.stored.values(),
      ...[...app.browser.durable.values()].map((kept) => [...kept]),
    ])
    for (const secret of provider.secrets) expect(stored).not.toContain(secret)
    for (const kept of app.browser.durable.values()) {
      for (const value of kept.values()) {
        expect((value as { keyPair: CryptoKeyPair }).keyPair.privateKey.extractable).toBe(false)
      }
    }
  })
})

describe('a token that is not bound (TOK-05)', () => {
  it('is refused where binding is required, and given back', async () => {
    const scene = await open()
    scene.provider.isAware = false
    const error = await rejectionOf(scene.app.signIn())
    expect(error).toMatchObject({ name: 'ProtocolError', code: 'token_not_bound' })
    expectNoSecrets(error, scene.provider.secrets)
    await until(() => scene.provider.count('/revoke') === 1)
  })

  it('is refused of a refresh as well', async () => {
    const { tab, provider, app } = await signedIn()
    tab.platform.setVisible(false)
    await app.advance(300_000)
    provider.isAware = false
    expect(await rejectionOf(tab.auth.fetch(url))).toMatchObject({ code: 'token_not_bound' })
  })

  it('is used where binding is preferred, and so are bound ones', async () => {
    const scene = await open({ required: false })
    scene.provider.isAware = false
    const tab = await scene.app.signIn({ send: scene.send })
    await tab.auth.fetch(url)
    expect(scene.calls[0]).toMatchObject({ scheme: 'Bearer', proof: undefined })
    await expect(tab.auth.getAccessToken()).resolves.toBe(scene.calls[0]?.token)
    expect(tab.auth.explain().session).toMatchObject({ isBound: false })
    scene.provider.isAware = true
    const next = await scene.app.signIn({ send: scene.send })
    await next.auth.fetch(url)
    expect(scene.calls[1]?.scheme).toBe('DPoP')
  })

  it('is used from a vault as well, where binding is preferred', async () => {
    const scene = await open({ required: false })
    scene.provider.isAware = false
    const tab = await scene.app.signIn({ send: scene.send, options: inVault(scene) })
    expect(tab.auth.explain().keeper).toEqual({ kind: 'vault' })
    await tab.auth.fetch(url)
    expect(scene.calls[0]).toMatchObject({ scheme: 'Bearer', proof: undefined })
  })

  it('is all that there is where binding is preferred and the provider does not list it', async () => {
    const scene = await open({ required: false })
    delete scene.provider.metadata.dpop_signing_alg_values_supported
    await scene.app.signIn()
    expect(scene.provider.proofs).toEqual([])
  })

  it('is refused where it says to be bound, and no key was shown that it could be bound to', async () => {
    const scene = await open({ required: false })
    delete scene.provider.metadata.dpop_signing_alg_values_supported
    scene.provider.onToken = ({ body }) => void Object.assign(body as object, { token_type: 'DPoP' })
    expect(await rejectionOf(scene.app.signIn())).toMatchObject({ code: 'invalid_token_response' })
  })
})

describe('a refresh', () => {
  it('is signed with the key of the sign-in (REF-09), also on a page that comes later', async () => {
    const { app, provider, tab, send } = await signedIn()
    const other = app.load({ send })
    await until(() => other.auth.getState().status === 'authenticated')
    tab.close()
    await app.advance(300_000)
    await other.auth.fetch(url)
    expect(provider.proofs.map(({ path }) => path)).toEqual(['/token', '/token'])
    expect(new Set(provider.proofs.map(({ thumbprint }) => thumbprint)).size).toBe(1)
    expect(other.auth.getState().status).toBe('authenticated')
  })

  it('is dated by the provider’s clock, by as much as the sign-in has shown the device’s to be slow', async () => {
    const { app, provider } = await open()
    const left = app.open()
    await left.auth.login()
    const back = app.load({ href: provider.signIn(destinationOf(left).href), stored: left.platform.stored })
    provider.now = () => Math.floor(app.nowMs() / 1000) + 45
    const answeredAt: number[] = []
    provider.onToken = () => void answeredAt.push(provider.now())
    await back.auth.handleCallback()
    await app.advance(300_000)
    await until(() => answeredAt.length === 2)
    const lateBy = provider.proofs.map(({ claims }, index) => (answeredAt[index] ?? 0) - Number(claims.iat))
    expect(lateBy).toEqual([45, 0])
  })

  it('is not the end where the provider wants another nonce', async () => {
    const { tab, provider, app } = await signedIn()
    provider.nonce = 'rotated'
    await app.advance(300_000)
    await tab.auth.fetch(url)
    expect(provider.proofs.at(-1)?.claims.nonce).toBe('rotated')
    expect(tab.auth.getState().status).toBe('authenticated')
  })

  it('brings a bound token for each API', async () => {
    const orders = { url: 'https://orders.example', resource: 'urn:orders' }
    const scene = await signedIn({}, { options: { apis: [orders] } })
    await scene.tab.auth.fetch('https://orders.example/7')
    const [call] = scene.calls
    expect(call?.scheme).toBe('DPoP')
    expect(scene.provider.targetOf(call?.token ?? '')?.resource).toBe('urn:orders')
    expect(scene.provider.keyOf(call?.token ?? '')).toBe(call?.proof?.thumbprint)
  })
})

describe.each([
  ['the page', false],
  ['the vault', true],
] as const)('auth.fetch, from %s', (where, isVault) => {
  async function calling(): Promise<Scene & { readonly tab: Tab }> {
    const scene = await open()
    const options = isVault ? inVault(scene) : {}
    const tab = await scene.app.signIn({ send: scene.send, options })
    expect(tab.auth.explain().keeper).toEqual({ kind: isVault ? 'vault' : 'memory' })
    return Object.assign(scene, { tab })
  }

  it(`proves with every request that ${where} has the key (§7.1, API-03)`, async () => {
    const { tab, calls, provider } = await calling()
    await tab.auth.fetch(url, { method: 'POST', body: 'two', headers: { 'x-app': 'a' } })
    await tab.auth.fetch(url)
    expect(calls.map(({ scheme }) => scheme)).toEqual(['DPoP', 'DPoP'])
    const [first, second] = calls
    expect(first?.proof?.claims).toMatchObject({ htm: 'POST', htu: 'https://api.example/orders' })
    expect(first?.proof?.claims.ath).toBeTypeOf('string')
    expect(second?.proof?.claims.htm).toBe('GET')
    expect(first?.proof?.claims.jti).not.toBe(second?.proof?.claims.jti)
    expect(first?.proof?.thumbprint).toBe(provider.keyOf(first?.token ?? ''))
    expect(first?.request.headers.get('x-app')).toBe('a')
    expect(await first?.request.text()).toBe('two')
    expect(first?.request.redirect).toBe('error')
  })

  it('repeats a request with the nonce that the API wants (§9)', async () => {
    const scene = await calling()
    scene.answer = ({ proof }) =>
      proof?.claims.nonce === 'api'
        ? new Response('fine')
        : new Response('', {
            status: 401,
            headers: { 'www-authenticate': 'DPoP error="use_dpop_nonce"', 'dpop-nonce': 'api' },
          })
    const response = await scene.tab.auth.fetch(url, { method: 'POST', body: 'two' })
    expect(await response.text()).toBe('fine')
    expect(await Promise.all(scene.calls.map(({ request }) => request.text()))).toEqual(['two', 'two'])
    await scene.tab.auth.fetch(url)
    expect(scene.calls.map(({ proof }) => proof?.claims.nonce)).toEqual([undefined, 'api', 'api'])
    // It is the API's alone.
    expect(scene.provider.proofs.map(({ claims }) => claims.nonce)).toEqual([undefined])
  })

  it('renews a token that the API refuses', async () => {
    const scene = await calling()
    scene.answer = (_, index) =>
      index > 0
        ? new Response('fine')
        : new Response('', { status: 401, headers: { 'www-authenticate': 'DPoP error="invalid_token"' } })
    expect((await scene.tab.auth.fetch(url)).status).toBe(200)
    expect(scene.calls[0]?.token).not.toBe(scene.calls[1]?.token)
    expect(scene.calls[1]?.proof?.claims.ath).not.toBe(scene.calls[0]?.proof?.claims.ath)
  })

  it('is not sent once more where somebody has signed out meanwhile: the page has the refusal', async () => {
    const scene = await calling()
    scene.answer = async () => {
      await scene.tab.auth.logout({ local: true })
      return new Response('', { status: 401 })
    }
    expect((await scene.tab.auth.fetch(url)).status).toBe(401)
    expect(scene.calls).toHaveLength(1)
  })

  it('is the only way: getAccessToken() is refused', async () => {
    const { tab } = await calling()
    expect(await rejectionOf(tab.auth.getAccessToken())).toMatchObject({
      name: 'ConfigurationError',
      code: isVault ? 'token_sealed' : 'token_bound',
    })
  })

  it('signs out with a proof, and leaves no key behind (STO-05)', async () => {
    const { tab, provider, app } = await calling()
    await tab.auth.logout({ local: true })
    expect(provider.proofs.at(-1)?.path).toBe('/revoke')
    await until(() => [...app.browser.durable.values()].every(({ size }) => size === 0))
  })
})

describe('a stream', () => {
  it('is not sent twice for a nonce, and the next request has it', async () => {
    const scene = await signedIn()
    scene.answer = (_, index) =>
      index > 0
        ? new Response('fine')
        : new Response('', {
            status: 401,
            headers: { 'www-authenticate': 'DPoP error="use_dpop_nonce"', 'dpop-nonce': 'api' },
          })
    const stream = (): RequestInit =>
      ({ method: 'POST', body: new Blob(['x']).stream(), duplex: 'half' }) as RequestInit
    expect(await rejectionOf(scene.tab.auth.fetch(url, stream()))).toMatchObject({
      code: 'request_not_repeated',
    })
    expect((await scene.tab.auth.fetch(url, stream())).status).toBe(200)
  })
})

describe('a vault with a bound session', () => {
  it('has the key in it alone, once the sign-in is over', async () => {
    const scene = await open()
    const options = inVault(scene)
    const tab = await scene.app.signIn({ send: scene.send, options })
    expect([...scene.app.browser.durable.values()].every(({ size }) => size === 0)).toBe(true)
    const said = JSON.stringify(vaults.flatMap((vault) => vault.said))
    for (const secret of scene.provider.secrets) {
      if (!secret.includes('code')) expect(said).not.toContain(secret)
    }
    await tab.auth.fetch(url)
    expect(scene.calls[0]?.scheme).toBe('DPoP')
    expect(scene.app.count('answer')).toBe(0)
  })
})

describe('UserInfo', () => {
  it('is asked for with a proof (§7)', async () => {
    const scene = await signedIn({}, { options: { userInfo: true } })
    const asked = scene.provider.proofs.find(({ path }) => path === '/userinfo')
    expect(asked?.authorization).toMatch(/^DPoP /)
    expect(asked?.claims.ath).toBeTypeOf('string')
    expect(scene.tab.auth.getState().status).toBe('authenticated')
  })

  it('is asked for without one where the provider has bound nothing', async () => {
    const scene = await open({ required: false }, { options: { userInfo: true } })
    scene.provider.isAware = false
    const tab = await scene.app.signIn()
    const asked = scene.provider.seen.find(({ path }) => path === '/userinfo')
    const headers = new Headers(asked?.init.headers)
    expect(headers.get('authorization')).toMatch(/^Bearer /)
    expect(headers.has('dpop')).toBe(false)
    expect(tab.auth.getState().status).toBe('authenticated')
  })
})

describe('dpop()', () => {
  it.each([
    [{ requird: true }, /"dpop.requird" is unknown/],
    [{ required: 'yes' }, /"dpop.required" must be true or false/],
  ])('refuses %j', (options, message) => {
    expect(() => dpop(options as DpopOptions)).toThrow(message)
  })

  it('does nothing by itself', async () => {
    const { app } = await open()
    const spy = vi.spyOn(crypto.subtle, 'generateKey')
    app.open()
    expect(spy).not.toHaveBeenCalled()
    expect(app.browser.durable.size).toBe(0)
    spy.mockRestore()
  })

  it('is no option of the steps by hand', async () => {
    const options = { issuer: 'https://id.example', clientId: 'a', redirectUri: '/callback', binding: dpop() }
    expect(await rejectionOf(createAuthorizationUrl(options))).toMatchObject({ code: 'invalid_option' })
  })
})
