import { afterEach, describe, expect, it } from 'vitest'
import { createDpopProvider, type DpopProvider } from '../../test/dpop-provider.ts'
import { createFakeApp, decided, type FakeApp, letNobodyAnswer, type Tab } from '../../test/fake-app.ts'
import { settle } from '../../test/fake-platform.ts'
import { json } from '../../test/fake-provider.ts'
import { createFakeVault, type FakeVault } from '../../test/fake-vault.ts'
import { holdUpAnswers } from '../../test/hold-up-answers.ts'
import { holdUpTokens } from '../../test/keeper-pages.ts'
import { destinationOf, holdUp } from '../../test/pages.ts'
import { until } from '../../test/until.ts'
import { passOn, windowOf } from '../../test/windows.ts'
import type { OpenIdOptions } from '../options/client-options.ts'
import { switchTo } from '../popup/index.ts'
import { createSessionRecordStore } from '../session-record.ts'
import { storageKeys } from '../storage-keys.ts'
import { dpop } from './dpop.ts'

const vaults: FakeVault[] = []

afterEach(() => {
  for (const vault of vaults.splice(0)) vault.close()
})

interface Scene {
  readonly app: FakeApp
  readonly provider: DpopProvider
  readonly tab: Tab
  readonly schemes: (string | undefined)[]
  readonly vault: FakeVault | undefined
}

async function signedIn({ isVault = false, required = true } = {}): Promise<Scene> {
  const provider = await createDpopProvider()
  const common: Partial<OpenIdOptions> = {
    binding: dpop({ required }),
    persist: 'bound',
    apis: ['https://api.example'],
  }
  const app = await createFakeApp({ provider, options: common })
  const schemes: (string | undefined)[] = []
  const send = async (request: Request): Promise<Response> => {
    schemes.push(request.headers.get('authorization')?.split(' ')[0])
    return new Response('[]')
  }
  const { browser } = app
  const vault = isVault
    ? createFakeVault({ browser, clock: app.open().platform.clock, fetch: provider.fetch, send })
    : undefined
  if (vault) vaults.push(vault)
  const options = vault && { vault: { worker: vault.createWorker } }
  const tab = await app.signIn({ send, ...(options && { options }) })
  return { app, provider, tab, schemes, vault }
}

/** A page of the app that is loaded once all others are gone, with what they had in memory. */
async function reloaded({ app, tab, vault }: Scene): Promise<Tab> {
  const asked = app.count('ask')
  tab.close()
  vault?.crash()
  const next = app.load({
    stored: tab.platform.stored,
    send: async () => new Response('[]'),
    ...(vault && { options: { vault: { worker: vault.createWorker } } }),
  })
  if (next.auth.getState().status === 'loading') {
    await letNobodyAnswer(app, asked + 1)
    // And again, when its turn has come.
    await letNobodyAnswer(app, asked + 2)
  }
  return next
}

const kept = ({ app }: Pick<Scene, 'app'>): string[] =>
  [...app.browser.durable.values()].flatMap((store) => [...store.keys()])

const refreshes = ({ provider }: Pick<Scene, 'provider'>): string[] =>
  provider.seen.flatMap(({ form }) => form.get('refresh_token') ?? [])

/** The provider has new keys, and takes for ever to give them. @returns whether they were asked for since the last time */
function holdUpKeys({ provider }: Scene): () => boolean {
  let isAsked = false
  provider.rotateKeys()
  provider.onRequest = ({ path }) => {
    if (path !== '/jwks') return undefined
    isAsked = true
    return new Promise<never>(() => undefined)
  }
  return () => {
    const wasAsked = isAsked
    isAsked = false
    return wasAsked
  }
}

describe.each([
  ['in memory', false],
  ['in a vault that dies', true],
] as const)('a session that rests, with tokens %s (STO-04)', (_where, isVault) => {
  it('is found with what it was switched to', async () => {
    const scene = await signedIn({ isVault })
    const { app, tab, provider } = scene
    const switched = switchTo(tab.auth, { params: { organization: 'b' } })
    passOn(app.browser, provider.signIn((await windowOf(tab)).url))
    await switched
    const next = await reloaded(scene)
    await decided(next)
    await next.auth.login()
    expect(destinationOf(next).searchParams.get('organization')).toBe('b')
  })

  it('is found by a reload, which no other page answers, with one request', async () => {
    const scene = await signedIn({ isVault })
    const before = scene.provider.count('/token')
    const next = await reloaded(scene)
    expect(await decided(next)).toMatchObject({
      status: 'authenticated',
      reason: 'restored',
      user: { sub: 'alice', name: 'Alice' },
    })
    expect(next.auth.explain().restore.at(-1)).toMatchObject({ rung: 'storage', outcome: 'restored' })
    expect(next.auth.explain().sentence).toContain('rests in this browser')
    await until(() => scene.provider.count('/token') === before + 1)
    expect(new Set(scene.provider.proofs.map(({ thumbprint }) => thumbprint)).size).toBe(1)
    expect((await next.auth.fetch('https://api.example/x')).status).toBe(200)
  })

  it('is found by the refresh token that came last, though the page was gone before the provider’s keys were there (REF-04)', async () => {
    const scene = await signedIn({ isVault })
    const { app, tab, provider } = scene
    const keysAsked = holdUpKeys(scene)
    await app.advance(300_000)
    void tab.auth.fetch('https://api.example/x').catch(() => undefined)
    await until(keysAsked)
    await settle()
    app.browser.dropLocks()
    // Nor by the page after it, which was gone just as soon.
    const second = await reloaded(scene)
    await until(keysAsked)
    await settle()
    app.browser.dropLocks()
    provider.onRequest = () => undefined
    const third = await reloaded({ ...scene, tab: second })
    expect(await decided(third)).toMatchObject({ status: 'authenticated', user: { sub: 'alice' } })
    const sent = refreshes(scene)
    expect(sent).toHaveLength(3)
    expect(new Set(sent).size).toBe(3)
    expect((await third.auth.fetch('https://api.example/x')).status).toBe(200)
  })

  it('is found again and again: no refresh token is sent twice', async () => {
    const scene = await signedIn({ isVault })
    let page = scene.tab
    for (let count = 0; count < 5; count++) {
      page = await reloaded({ ...scene, tab: page })
      expect((await decided(page)).status).toBe('authenticated')
    }
    const sent = refreshes(scene)
    expect(sent).toHaveLength(5)
    expect(new Set(sent).size).toBe(5)
  })

  it('leaves nothing behind where another sign-in takes its place, whose page is not the one that had it (STO-05)', async () => {
    const scene = await signedIn({ isVault })
    const { app, tab, vault, provider } = scene
    const before = kept(scene)
    tab.close()
    vault?.crash()
    provider.claims = { sub: 'bob' }
    const next = await app.signIn({
      stored: tab.platform.stored,
      ...(vault && { options: { vault: { worker: vault.createWorker } } }),
    })
    await until(() => kept(scene).length === 2)
    expect(kept(scene).filter((name) => before.includes(name))).toEqual([])
    await next.auth.logout({ local: true })
    await until(() => kept(scene).length === 0)
  })

  it('leaves nothing behind when the person signs out, or the provider ends it (STO-05)', async () => {
    const scene = await signedIn({ isVault })
    expect(
      kept(scene)
        .map((name) => name.split('.')[0])
        .sort(),
    ).toEqual(['key', 'session'])
    await scene.tab.auth.logout({ local: true })
    await until(() => kept(scene).length === 0)
    const again = await reloaded(scene)
    expect(again.auth.getState()).toMatchObject({ status: 'unauthenticated', reason: 'signed_out' })

    const other = await signedIn({ isVault })
    other.provider.onRequest = ({ path }) =>
      path === '/token' ? json(400, { error: 'invalid_grant' }) : undefined
    other.tab.platform.setVisible(false)
    await other.app.advance(300_000)
    await other.tab.auth.fetch('https://api.example/x').catch(() => undefined)
    await until(() => kept(other).length === 0)
  })
})

describe('what rests', () => {
  it('is the refresh token, and of no use to whoever copies it (STO-01)', async () => {
    const { app, provider } = await signedIn()
    const entries = [...app.browser.durable.values()].flatMap((store) => [...store])
    const text = JSON.stringify(entries)
    const shown = provider.secrets.filter((secret) => text.includes(secret))
    expect(shown.map((secret) => secret.replace(/-\d+$/, ''))).toEqual(['SENTINEL-refresh-token'])
    const [, entry] = entries.find(([name]) => name.startsWith('key.')) ?? []
    expect((entry as { keyPair: CryptoKeyPair }).keyPair.privateKey.extractable).toBe(false)
    // It is stored nowhere else.
    const others = JSON.stringify([...app.browser.storage.keys().map((key) => app.browser.storage.get(key))])
    for (const secret of provider.secrets) expect(others).not.toContain(secret)
  })

  it('is what a page goes on with whose refresh token another page has exchanged, which is gone (REF-04)', async () => {
    const scene = await signedIn()
    const { app, tab } = scene
    // Frozen: it hears nothing, and keeps what it has in memory.
    const next = await reloaded(scene)
    expect((await decided(next)).status).toBe('authenticated')
    next.close()
    await app.advance(300_000)
    tab.start()
    const answered = tab.auth.fetch('https://api.example/x')
    await app.advance(200)
    await until(() => app.count('ask') > 2)
    for (let step = 0; step < 10; step++) {
      await app.advance(100)
      await settle()
    }
    expect((await answered).status).toBe(200)
    const sent = refreshes(scene)
    expect(sent).toHaveLength(2)
    expect(new Set(sent).size).toBe(2)
  })

  it('is not given back where a slow page hands over what it has replaced', async () => {
    const scene = await signedIn()
    const { app, tab, provider } = scene
    tab.close()
    const tokens = holdUpTokens(provider)
    const next = app.load({ stored: tab.platform.stored, send: async () => new Response('[]') })
    await letNobodyAnswer(app, 1)
    await letNobodyAnswer(app, 2)
    await until(tokens.arrived)
    // It thaws, and hears only now what it was asked.
    tab.start()
    const isAsk = (message: unknown): boolean => (message as { kind?: unknown }).kind === 'ask'
    const asked = app.browser.messages.filter(isAsk).at(-1)
    app.browser.openChannel(`latchkey.${tab.auth.instanceId}`, () => undefined)?.post(asked)
    await until(() => app.count('answer') > 0)
    await settle()
    provider.onToken = () => undefined
    tokens.goOn()
    await until(() => app.count('tokens') > 0)
    expect((await decided(next)).status).toBe('authenticated')
    expect(provider.count('/revoke')).toBe(0)
    expect(kept(scene)).toHaveLength(2)
    await app.advance(300_000)
    for (const { auth } of [tab, next]) expect((await auth.fetch('https://api.example/x')).status).toBe(200)
    expect(new Set(refreshes(scene)).size).toBe(refreshes(scene).length)
  })

  it('is not waited for where a tab that is slow to answer hands the session over meanwhile', async () => {
    const { app, provider } = await signedIn()
    const { goOn } = holdUpAnswers(app)
    const exchange = holdUp({ provider }, '/token')
    const next = app.load({ send: async () => new Response('[]') })
    await letNobodyAnswer(app, 1)
    await letNobodyAnswer(app, 2)
    await exchange.arrived
    goOn()
    expect(await decided(next)).toMatchObject({ status: 'authenticated', reason: 'restored' })
    // Nor does it matter what comes of it.
    provider.onToken = (answer) => void Object.assign(answer, { status: 503, body: {} })
    exchange.goOn()
    await until(() => next.auth.explain().restore.some(({ rung }) => rung === 'storage'))
    await settle()
    expect(next.auth.explain().restore.at(-1)).toMatchObject({ rung: 'storage', outcome: 'failed' })
    expect(next.auth.getState()).toMatchObject({ status: 'authenticated', reason: 'restored' })
    await expect(next.auth.fetch('https://api.example/x')).resolves.toBeTruthy()
  })

  it('is found after any number of sign-ins that were abandoned', async () => {
    const scene = await signedIn()
    for (let count = 0; count < 21; count++) {
      await scene.app.advance(1)
      await scene.app.open().auth.login()
    }
    expect((await decided(await reloaded(scene))).status).toBe('authenticated')
  })

  it('is nothing where the provider has bound nothing', async () => {
    const provider = await createDpopProvider()
    provider.isAware = false
    const options = { binding: dpop({ required: false }), persist: 'bound' } as const
    const app = await createFakeApp({ provider, options })
    await app.signIn()
    expect(kept({ app }).some((name) => name.startsWith('session.'))).toBe(false)
  })

  it('is the last that there is, however many tabs renew it (REF-04)', async () => {
    const scene = await signedIn()
    const { app, tab, provider } = scene
    const other = app.load({ send: async () => new Response('[]') })
    await until(() => other.auth.getState().status === 'authenticated')
    await app.advance(300_000)
    await Promise.all([tab, other].map(({ auth }) => auth.fetch('https://api.example/x')))
    other.close()
    const next = await reloaded(scene)
    expect((await decided(next)).status).toBe('authenticated')
    expect(new Set(refreshes(scene)).size).toBe(refreshes(scene).length)
    expect(provider.proofs.every(({ path }) => path === '/token')).toBe(true)
  })

  it('is exchanged by one of two pages that are loaded at once', async () => {
    const scene = await signedIn()
    const { app, tab, provider } = scene
    tab.close()
    const before = provider.count('/token')
    const pages = [app.load(), app.load()]
    for (let step = 0; step < 30; step++) {
      await app.advance(100)
      await settle()
    }
    for (const page of pages) expect((await decided(page)).status).toBe('authenticated')
    expect(provider.count('/token')).toBe(before + 1)
  })

  it('is not waited for behind a tab that hangs, longer than leaves time for what else can be tried', async () => {
    const scene = await signedIn()
    const { app, tab } = scene
    const { instanceId } = tab.auth
    const { epoch } = createSessionRecordStore(app.browser.storage, storageKeys(instanceId).record).read()
    tab.close()
    const never = new AbortController().signal
    void app.browser.locks.run(
      `latchkey.${instanceId}.refresh.${epoch}`,
      never,
      () => new Promise(() => undefined),
    )
    const asked = app.count('ask')
    const next = app.load({ stored: tab.platform.stored })
    await letNobodyAnswer(app, asked + 1)
    await settle()
    await app.advance(5000)
    await until(() => next.auth.getState().reason === 'restore_failed')
    expect(next.auth.getState().error).toMatchObject({ name: 'NetworkError', code: 'timeout' })
    const report = next.auth.explain().restore.find(({ rung }) => rung === 'storage')
    expect(report).toEqual({ rung: 'storage', outcome: 'failed', why: 'timeout', tookMs: 5000 })
    // Nor is it still in line.
    const sent = refreshes(scene).length
    app.browser.dropLocks()
    await settle()
    expect(refreshes(scene)).toHaveLength(sent)
    expect(app.browser.held.size).toBe(0)
  })

  it('is not sent where another tab has exchanged it and could not write that down', async () => {
    const scene = await signedIn()
    const { app, tab } = scene
    const [store] = [...app.browser.durable.values()]
    const stale = [...(store ?? [])].find(([name]) => name.startsWith('session.'))
    await app.advance(300_000)
    await tab.auth.fetch('https://api.example/x')
    if (stale) store?.set(...stale)
    const sent = refreshes(scene).length
    const next = await reloaded(scene)
    expect(await decided(next)).toMatchObject({ status: 'unauthenticated', reason: 'no_session' })
    expect(refreshes(scene)).toHaveLength(sent)
    await until(() => kept(scene).length === 0)
  })

  it.each([
    ['the key is gone', (name: string) => name.startsWith('key.')],
    ['the token is gone', (name: string) => name.startsWith('session.')],
  ])('is no session where %s, and what is left is wiped (REST-07)', async (_, isGone) => {
    const scene = await signedIn()
    const sent = refreshes(scene).length
    for (const store of scene.app.browser.durable.values()) {
      for (const name of store.keys()) if (isGone(name)) store.delete(name)
    }
    const next = await reloaded(scene)
    expect((await decided(next)).status).toBe('unauthenticated')
    expect(refreshes(scene)).toHaveLength(sent)
    expect(kept(scene).filter((name) => name.startsWith('session.'))).toEqual([])
  })

  it.each([
    ['of another version', { version: 99 }],
    ['text', 'session'],
    ['a token without a key', { version: 1, refreshes: 0, rotation: 0, refreshToken: 'x', scope: '' }],
  ])('is wiped and not read where it is %s (STO-06)', async (_, value) => {
    const scene = await signedIn()
    for (const store of scene.app.browser.durable.values()) {
      for (const name of store.keys()) if (name.startsWith('session.')) store.set(name, value)
    }
    const next = await reloaded(scene)
    expect((await decided(next)).status).toBe('unauthenticated')
    expect(kept(scene).filter((name) => name.startsWith('session.'))).toEqual([])
  })

  it.each([
    ['cannot be asked', 503, {}],
    ['has no time just now', 400, { error: 'temporarily_unavailable' }],
    ['knows nothing of the client any more', 401, { error: 'invalid_client' }],
  ])('stays where the provider %s, and is asked for again (REST-09)', async (_, status, body) => {
    const scene = await signedIn()
    scene.provider.onRequest = ({ path }) => (path === '/token' ? json(status, body) : undefined)
    const next = await reloaded(scene)
    expect(await decided(next)).toMatchObject({ status: 'unauthenticated', reason: 'restore_failed' })
    expect(kept(scene).some((name) => name.startsWith('session.'))).toBe(true)
  })

  it('is no longer one once the provider refuses it, and that is not shown as an end', async () => {
    const scene = await signedIn()
    scene.provider.onRequest = ({ path }) =>
      path === '/token' ? json(400, { error: 'invalid_grant' }) : undefined
    const next = await reloaded(scene)
    expect(await decided(next)).toMatchObject({ status: 'unauthenticated', reason: 'no_session' })
    await until(() => kept(scene).length === 0)
  })

  it('is nothing where nothing can be kept: the session is in memory, as without it (STO-06)', async () => {
    const provider = await createDpopProvider()
    const app = await createFakeApp({ provider, options: { binding: dpop(), persist: 'bound' } })
    app.browser.blockDurable()
    const tab = await app.signIn()
    expect(tab.auth.getState().status).toBe('authenticated')
    expect(kept({ app })).toEqual([])
  })
})
