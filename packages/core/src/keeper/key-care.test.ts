import { describe, expect, it } from 'vitest'
import { createDpopProvider, type DpopProvider } from '../../test/dpop-provider.ts'
import { createFakeApp, decided, type FakeApp, letNobodyAnswer, type Tab } from '../../test/fake-app.ts'
import { settle } from '../../test/fake-platform.ts'
import { json } from '../../test/fake-provider.ts'
import { until } from '../../test/until.ts'
import { passOn, windowOf } from '../../test/windows.ts'
import { dpop } from '../dpop/dpop.ts'
import type { OpenIdOptions } from '../options/client-options.ts'
import { loginWithPopup } from '../popup/index.ts'

const url = 'https://api.example/x'

interface Scene {
  readonly app: FakeApp
  readonly provider: DpopProvider
}

async function open(options: Partial<OpenIdOptions> = { binding: dpop() }): Promise<Scene> {
  const provider = await createDpopProvider()
  return {
    provider,
    app: await createFakeApp({ provider, options: { apis: ['https://api.example'], ...options } }),
  }
}

const send = async (): Promise<Response> => new Response('[]')

/** What other pages, and later ones, find in this browser: keys, and what rests. */
const kept = ({ app }: Scene): string[] =>
  [...app.browser.durable.values()].flatMap((store) => [...store.keys()])

/** Another page, which is handed the session by those that have it. */
async function adopted({ app }: Scene): Promise<Tab> {
  const tab = app.load({ send })
  expect((await decided(tab)).status).toBe('authenticated')
  return tab
}

describe('a key', () => {
  it('is at hand in a page that was handed the session, which hands it on', async () => {
    const scene = await open()
    const first = await scene.app.signIn()
    const second = await adopted(scene)
    await settle()
    first.close()
    const third = await adopted(scene)
    expect((await third.auth.fetch(url)).status).toBe(200)
    expect(second.auth.getState().status).toBe('authenticated')
  })

  it('is nobody’s any more once somebody has signed in again on the same page (STO-05)', async () => {
    const scene = await open()
    const { app, provider } = scene
    const tab = await app.signIn({ send })
    const before = kept(scene)
    expect(before).toHaveLength(1)
    const again = loginWithPopup(tab.auth)
    passOn(app.browser, provider.signIn((await windowOf(tab)).url))
    await again
    await until(() => kept(scene).length === 1)
    expect(kept(scene)).not.toEqual(before)
    expect((await tab.auth.fetch(url)).status).toBe(200)
  })

  it('stays through a refresh, also where nothing is on record of the session, nor can be', async () => {
    const scene = await open({ binding: dpop(), persist: 'bound' })
    const { app, provider } = scene
    const tab = await app.signIn({ send })
    const before = kept(scene)
    const { storage } = app.browser
    for (const name of [...storage.keys()]) storage.remove(name)
    tab.platform.blockStorage()
    await app.advance(300_000)
    expect((await tab.auth.fetch(url)).status).toBe(200)
    expect(provider.count('/token')).toBe(2)
    await settle()
    expect(kept(scene)).toEqual(expect.arrayContaining(before))
  })

  it('stays where the session ends in one page alone', async () => {
    const scene = await open({ binding: dpop(), persist: 'bound' })
    const { app, provider } = scene
    await app.signIn()
    // Of a version of the app that asks who it is.
    const asking = app.load({ options: { userInfo: true } })
    expect((await decided(asking)).status).toBe('authenticated')
    provider.onRequest = ({ path }) => (path === '/userinfo' ? json(503, {}) : undefined)
    provider.claims = { sub: 'bob' }
    const next = await app.signIn({ send })
    await until(() => asking.auth.getState().reason === 'subject_changed')
    await settle()
    expect(kept(scene).filter((name) => name.startsWith('key.'))).toHaveLength(1)
    expect(kept(scene).filter((name) => name.startsWith('session.'))).toHaveLength(1)
    const later = await adopted(scene)
    next.close()
    expect((await later.auth.fetch(url)).status).toBe(200)
  })
})

describe('a key that is not there', () => {
  it('is nothing that other pages are to suffer for: the session ends where it is missing, and nowhere else', async () => {
    const scene = await open()
    const { app } = scene
    const first = await app.signIn({ send })
    for (const store of app.browser.durable.values()) store.clear()
    const other = await adopted(scene)
    await settle()
    first.platform.setVisible(false)
    await app.advance(300_000)
    await until(() => other.auth.getState().status === 'unauthenticated')
    expect(other.auth.getState().reason).toBe('session_lost')
    expect(first.auth.getState().status).toBe('authenticated')
    expect((await first.auth.fetch(url)).status).toBe(200)
  })

  it('is left behind by no sign-in that came to nothing (STO-05)', async () => {
    const scene = await open({ binding: dpop(), userInfo: true })
    const { app, provider } = scene
    provider.onRequest = ({ path }) => (path === '/userinfo' ? json(503, {}) : undefined)
    await expect(app.signIn()).rejects.toMatchObject({ name: 'NetworkError' })
    await until(() => kept(scene).length === 0)
  })

  it('keeps a page that knows of no keys from taking over what is bound to one', async () => {
    const { app } = await open({})
    await app.signIn({ options: { binding: dpop() } })
    const page = app.load()
    await until(() => app.count('answer') === 1)
    await settle()
    await letNobodyAnswer(app)
    expect((await decided(page)).status).toBe('unauthenticated')
  })
})

/** A session of one page, and whether it does in another, whose version of the app has other options. */
const sessions: [what: string, ofFirst: object, isAware: boolean, required: boolean, isUsed: boolean][] = [
  ['bound, and it has to be', { binding: dpop() }, true, true, true],
  ['bound, and it need not be', { binding: dpop() }, true, false, true],
  [
    'not bound by the provider, and it need not be',
    { binding: dpop({ required: false }) },
    false,
    false,
    true,
  ],
  ['not bound by the provider, and it has to be', { binding: dpop({ required: false }) }, false, true, false],
  ['without a key, and none is needed', {}, false, false, true],
  ['without a key, and one is needed', {}, false, true, false],
]

describe('a session of another page', () => {
  it.each(sessions)('that is %s', async (_what, ofFirst, isAware, required, isUsed) => {
    const { app, provider } = await open({})
    provider.isAware = isAware
    await app.signIn({ options: ofFirst })
    const page = app.load({ options: { binding: dpop({ required }) }, send })
    await until(() => app.count('answer') === 1)
    await settle()
    if (!isUsed) await letNobodyAnswer(app)
    expect((await decided(page)).status).toBe(isUsed ? 'authenticated' : 'unauthenticated')
    if (!isUsed) return
    expect((await page.auth.fetch(url)).status).toBe(200)
  })

  it('is handed on where it has no key and needs none', async () => {
    const { app, provider } = await open({ binding: dpop({ required: false }) })
    delete provider.metadata.dpop_signing_alg_values_supported
    const tab = await app.signIn()
    expect(tab.auth.explain().session).not.toHaveProperty('isBound')
    const other = app.load()
    expect((await decided(other)).status).toBe('authenticated')
  })

  it('is not offered where nobody else finds the key', async () => {
    const { app } = await open()
    app.browser.blockDurable()
    await app.signIn()
    const page = app.load()
    await letNobodyAnswer(app)
    expect((await decided(page)).status).toBe('unauthenticated')
    expect(app.count('answer')).toBe(0)
  })
})
