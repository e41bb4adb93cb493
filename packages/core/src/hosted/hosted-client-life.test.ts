import { afterEach, describe, expect, it } from 'vitest'
import { createHostedApp, type HostedApp } from '../../test/hosted-app.ts'
import { until } from '../../test/until.ts'
import type { VaultWorker } from '../options/client-options.ts'
import { storagePrefix } from '../storage-keys.ts'

let app: HostedApp

afterEach(() => app.close())

const said = (kind: string): unknown[] =>
  app.messages.filter((message) => (message as { kind?: unknown }).kind === kind)

describe('the provider’s answer in the address bar', () => {
  it('stays there where it was not begun in this tab: it may be for somebody else', async () => {
    app = await createHostedApp()
    const href = 'https://example.com/callback?code=c&state=foreign'
    const { auth, platform } = app.open({ href })
    await expect(app.settled(auth.handleCallback())).rejects.toMatchObject({ name: 'SignInRequiredError' })
    expect(platform.replaced).toEqual([])
    expect(platform.navigation.href()).toBe(href)
  })

  it('is not looked for on any other page, whatever is in its address', async () => {
    app = await createHostedApp()
    const left = app.open()
    await app.settled(left.auth.login())
    const { searchParams } = new URL(app.provider.signIn(left.platform.visited.at(-1) ?? ''))
    const href = `https://example.com/orders?${searchParams}`
    const { auth, platform, start } = app.open({ href, stored: left.platform.stored })
    expect(auth.getState()).toEqual({ status: 'unauthenticated', reason: 'no_session' })
    start()
    await app.settled(auth.getAccessToken().catch(() => undefined))
    expect(platform.navigation.href()).toBe(href)
  })

  it('is dealt with by start(), without a component for it', async () => {
    app = await createHostedApp()
    const left = app.open()
    await app.settled(left.auth.login())
    const href = app.provider.signIn(left.platform.visited.at(-1) ?? '')
    const { auth, start, platform } = app.open({ href, stored: left.platform.stored })
    start()
    expect(platform.navigation.href()).toBe('https://example.com/callback')
    expect(await app.settled(auth.ready())).toMatchObject({ status: 'authenticated' })
  })
})

describe('a page that is started', () => {
  it('has the session renewed ahead of time while it is seen, and no longer than it is started', async () => {
    app = await createHostedApp()
    const { platform, close } = await app.signIn()
    const renewals = (): number => app.provider.count('/token') - 1
    await app.advance(290_000)
    await app.settled(until(() => renewals() === 1))
    platform.setVisible(false)
    platform.fallAsleep('hidden')
    await app.advance(290_000)
    expect(renewals()).toBe(1)
    platform.setVisible(true)
    platform.wake('visible')
    await app.settled(until(() => renewals() === 2))
    close()
    await app.advance(290_000)
    expect(renewals()).toBe(2)
    expect(platform.listenerCount()).toBe(0)
  })

  it('is started once, however often, and looked after again when it is started again', async () => {
    app = await createHostedApp()
    const { auth, platform, close } = await app.signIn()
    const stop = auth.start()
    close()
    close()
    expect(platform.listenerCount()).toBeGreaterThan(0)
    stop()
    expect([platform.listenerCount(), said('stop').length]).toEqual([0, 0])
    await until(() => said('stop').length === 1)
    auth.start()
    await until(() => said('start').length === 2)
    await app.advance(290_000)
    await app.settled(until(() => app.provider.count('/token') === 2))
  })

  it('tells nobody what other apps of the origin store, nor what other clients do', async () => {
    app = await createHostedApp()
    const { platform, noticeStored } = await app.signIn()
    platform.shared.set('latchkey.another', '"signed_in"')
    noticeStored('latchkey.another')
    for (const key of platform.shared.keys()) noticeStored(key)
    await app.advance(100)
    expect(said('stored').length).toBeGreaterThan(0)
    expect(JSON.stringify(said('stored'))).not.toContain('latchkey.another')
  })

  it('makes no worker for whatever else another tab stores: only for a sign-in', async () => {
    app = await createHostedApp()
    const { auth, start, noticeStored } = app.open()
    start()
    const { platform } = await app.signIn()
    const count = app.messages.length
    for (const key of platform.shared.keys()) if (!key.endsWith('.session')) noticeStored(key)
    await app.advance(100)
    expect([auth.getState().status, app.messages.length]).toEqual(['unauthenticated', count])
  })
})

describe('a host', () => {
  it('is not asked whether it is there by a page that expects nothing of it', async () => {
    app = await createHostedApp()
    await app.signIn()
    const { auth, start } = app.open()
    start()
    await app.settled(until(() => auth.getState().status === 'authenticated'))
    await app.advance(4000)
    const before = said('ping').length
    await app.advance(20_000)
    expect(said('ping')).toHaveLength(before)
  })

  it.each([
    ['left', 'gone', true],
    ['hidden', 'hidden', false],
  ] as const)('is told that a page is %s, and asked nothing for it', async (_how, cause, isVisible) => {
    app = await createHostedApp()
    const { platform } = await app.signIn()
    await app.advance(100)
    const [told, asked] = [said('life').length, said('call').length]
    platform.setVisible(isVisible)
    platform.fallAsleep(cause)
    await app.advance(1000)
    expect([said('life').length, said('call').length]).toEqual([told + 1, asked])
  })

  it('is told what else of the client another tab stores, and asked nothing for it', async () => {
    app = await createHostedApp()
    const { auth, platform, noticeStored } = await app.signIn()
    const key = `${storagePrefix(auth.instanceId)}other`
    platform.shared.set(key, '1')
    await app.advance(100)
    const [told, asked] = [said('stored').length, said('call').length]
    noticeStored(key)
    await app.advance(1000)
    expect([said('stored').length, said('call').length]).toEqual([told + 1, asked])
  })

  it('is not made for a sign-out in another tab, where nobody was signed in', async () => {
    app = await createHostedApp()
    let count = 0
    const worker = (): VaultWorker => {
      count += 1
      return app.workers.worker()
    }
    const { start, noticeStored } = app.open({ options: { worker } })
    start()
    const { auth, platform } = await app.signIn()
    await app.settled(auth.logout({ local: true }))
    expect(platform.shared.keys()).not.toEqual([])
    for (const key of platform.shared.keys()) noticeStored(key)
    await app.advance(1000)
    expect(count).toBe(0)
  })
})

describe('a session that is looked for', () => {
  const silent = (): VaultWorker => ({ port: new MessageChannel().port1, addEventListener: () => undefined })

  it('lets nobody wait longer than 3 seconds, whatever hangs (invariant 6)', async () => {
    app = await createHostedApp()
    await app.signIn()
    const { auth, platform, start } = app.open({
      options: { worker: silent, fallback: () => ({ ...silent(), ...deaf }) },
    })
    start()
    const before = platform.clock.now().monotonicMs
    const late = { status: 'unauthenticated', reason: 'restore_timeout' }
    expect(await app.settled(auth.ready())).toEqual(late)
    expect(platform.clock.now().monotonicMs - before).toBeLessThanOrEqual(3100)
    await app.settled(until(() => auth.getState().reason === 'restore_failed'))
    expect(auth.getState()).toMatchObject({ status: 'unauthenticated', error: { code: 'code_not_loaded' } })
  })

  it('is no reason to show nobody, where a worker died that had it', async () => {
    app = await createHostedApp()
    const { auth } = await app.signIn()
    const shown: string[] = []
    auth.subscribe(() => shown.push(auth.getState().status))
    app.crash()
    await app.settled(auth.getAccessToken().catch(() => undefined))
    await app.settled(auth.getAccessToken().catch(() => undefined))
    expect(shown).not.toContain('loading')
  })
})

const deaf = { postMessage: () => undefined, terminate: () => undefined, onmessage: null }
