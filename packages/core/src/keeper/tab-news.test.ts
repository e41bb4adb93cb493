import { describe, expect, it } from 'vitest'
import { settle } from '../../test/fake-platform.ts'
import { json } from '../../test/fake-provider.ts'
import {
  createKeeperBrowser,
  holdUpTokens,
  type KeeperBrowser,
  type KeeperPage,
} from '../../test/keeper-pages.ts'
import { holdUp, rejectionOf } from '../../test/pages.ts'
import { refuseRefreshes } from '../../test/refuse-refreshes.ts'
import { until } from '../../test/until.ts'
import { openWithFallback, type VaultBrowser } from '../../test/vault-scene.ts'
import { createPageKeeper } from './page-keeper.ts'

const here = { postLogoutRedirectUri: undefined }

type Two = KeeperBrowser & {
  readonly page: KeeperPage
  readonly other: KeeperPage
  /** Says something to both, as another tab would. */
  say(message: object): Promise<void>
  countOf(kind: string): number
}

/** Two pages in one session, which nobody sees. */
async function openTwo(): Promise<Two> {
  let instanceId = ''
  const opened = await createKeeperBrowser(() => ({
    createKeeper(context) {
      instanceId = context.settings.instanceId
      return createPageKeeper(context)
    },
  }))
  const { browser, openPage } = opened
  const [page, other] = [openPage(), openPage()]
  for (const each of [page, other]) await each.hide()
  await page.signIn()
  await other.keeper.restore()
  other.changes.length = 0
  return {
    ...opened,
    page,
    other,
    async say(message) {
      browser.openChannel(`latchkey.${instanceId}`, () => undefined)?.post({ latchkey: 1, ...message })
      await settle()
    },
    countOf: (kind) =>
      browser.messages.filter((message) => (message as { kind?: unknown }).kind === kind).length,
  }
}

const renew = ({ keeper }: KeeperPage): Promise<string> => keeper.getAccessToken({ forceRefresh: true })

describe('a tab that hears of another', () => {
  it('leaves it to whoever signs out to tell the provider', async () => {
    const { page, other, provider } = await openTwo()
    await page.keeper.end(here)
    await settle()
    expect(other.changes).toEqual([{ type: 'ended', reason: 'signed_out_elsewhere' }])
    expect(provider.count('/revoke')).toBe(1)
  })

  it('does not try what another has just tried in vain, and forgets nothing for it', async () => {
    const { page, other, provider } = await openTwo()
    const record = other.record.read()
    provider.onRequest = () => json(503, {})
    await rejectionOf(renew(page))
    await settle()
    const sent = provider.count('/token')
    expect(await rejectionOf(renew(other))).toMatchObject({ code: 'server_unavailable' })
    expect(provider.count('/token')).toBe(sent)
    expect(other.record.read()).toEqual(record)
  })

  it('renews in the place of another that has tried in vain and is gone, while it was waiting for its own turn', async () => {
    const { page, other, provider, time } = await openTwo()
    for (const { platform } of [page, other]) {
      platform.setVisible(true)
      platform.wake('visible')
    }
    let refuse = (): void => undefined
    provider.onRequest = () =>
      new Promise((resolve) => {
        refuse = () => resolve(json(503, {}))
      })
    // Both are to renew in the same moment, and one has its turn.
    await time.advance(248_000)
    refuse()
    provider.onRequest = () => undefined
    await time.advance(100)
    expect([page.changes.length, other.changes.length, provider.count('/token')]).toEqual([1, 0, 2])
    page.stop()
    await time.advance(1000)
    await until(() => provider.count('/token') === 3)
  })

  it('goes on in its own sign-in where that of another has ended', async () => {
    const { page, other, provider } = await openTwo()
    provider.claims = { sub: 'bob' }
    await page.signIn()
    refuseRefreshes({ provider })
    expect(await rejectionOf(renew(page))).toMatchObject({ code: 'session_ended' })
    await settle()
    expect(other.keeper.current()?.claims?.sub).toBe('alice')
    expect(other.changes).toEqual([])
  })

  it('does not end what it has renewed since, where another was told that what was before is over', async () => {
    const { page, say } = await openTwo()
    await renew(page)
    const { epoch } = page.record.read()
    await say({ kind: 'ended', epoch, refreshes: 0, code: 'session_ended' })
    expect(page.keeper.current()).toBeDefined()
    await say({ kind: 'ended', epoch, refreshes: 1, code: 'session_ended' })
    expect(page.changes.at(-1)).toMatchObject({ type: 'ended', reason: 'session_ended' })
  })

  it('says nothing of who it is said to be, where it has asked later itself', async () => {
    const scene = await openTwo()
    const { page, other, provider, time } = scene
    provider.userInfo = { nickname: 'Al' }
    const { arrived, goOn } = holdUp(scene, '/userinfo')
    const asked = page.keeper.identify('user_info')
    await arrived
    provider.onRequest = () => undefined
    await time.advance(1000)
    const known = await other.keeper.identify('user_info')
    goOn()
    await asked
    await until(() => scene.countOf('described') === 2)
    await settle()
    expect(other.keeper.current()).toEqual(known)
    expect(other.changes).toEqual([])
  })

  it('takes note of how far a vault has renewed, and of no less afterwards (RFC 9700 §4.14.2)', async () => {
    const { page, say } = await openTwo()
    const { epoch, ...known } = page.record.read()
    await say({ kind: 'renewed', epoch, refreshes: 3, rotation: 3 })
    expect(page.record.read()).toEqual({ ...known, epoch, refreshes: 3, rotation: 3 })
    await say({ kind: 'renewed', epoch, refreshes: 2, rotation: 2 })
    expect(page.record.read()).toMatchObject({ refreshes: 3, rotation: 3 })
  })
})

describe('a tab that was frozen, and has heard nothing', () => {
  /** What happens while it is frozen; it looks for it once it is back. */
  async function thawedAfter(happened: (scene: Two) => unknown): Promise<Two> {
    const scene = await openTwo()
    const { other } = scene
    other.stop()
    await happened(scene)
    await settle()
    expect(other.changes).toEqual([])
    other.keeper.start()
    other.platform.wake('restored')
    await settle()
    return scene
  }

  it('finds that somebody has signed out', async () => {
    const { other, provider } = await thawedAfter(({ page }) => page.keeper.end(here))
    expect(other.changes).toEqual([{ type: 'ended', reason: 'signed_out_elsewhere' }])
    expect(provider.count('/revoke')).toBe(1)
  })

  it('finds that somebody else has signed in', async () => {
    const { page, other } = await thawedAfter(async ({ provider, page }) => {
      provider.claims = { sub: 'bob' }
      await page.signIn()
    })
    await until(() => other.changes.length > 0)
    expect(other.changes).toMatchObject([{ type: 'adopted', session: { claims: { sub: 'bob' } } }])
    expect(await other.keeper.getAccessToken()).toBe(await page.keeper.getAccessToken())
  })

  it('finds that the provider has ended the session', async () => {
    const { other } = await thawedAfter(async ({ provider, page }) => {
      refuseRefreshes({ provider })
      await rejectionOf(renew(page))
    })
    expect(other.changes).toMatchObject([
      { type: 'ended', reason: 'session_ended', error: { code: 'session_ended' } },
    ])
  })

  it.each<[what: string, happened: (scene: Two) => void]>([
    [
      'the end was of what it has renewed since',
      ({ page }) => page.record.write({ ...page.record.read(), refreshes: 0, status: 'ended' }),
    ],
    [
      'a later sign-in has ended',
      ({ page }) => page.record.write({ ...page.record.read(), epoch: 9.5, status: 'ended' }),
    ],
    ['what was stored is gone', ({ browser }) => browser.storage.keys().forEach(browser.storage.remove)],
  ])('goes on, and asks nobody, where %s', async (_, happened) => {
    const scene = await openTwo()
    const { other, countOf } = scene
    await renew(other)
    other.changes.length = 0
    happened(scene)
    other.platform.wake('restored')
    await settle()
    expect(other.changes).toEqual([])
    expect(other.keeper.current()).toBeDefined()
    expect(countOf('ask')).toBe(1)
  })
})

describe('a page to which a vault lends its tokens', () => {
  async function openLent(
    borrowers: number,
  ): Promise<VaultBrowser & { readonly inVault: KeeperPage; readonly without: readonly KeeperPage[] }> {
    const browser = await openWithFallback()
    const inVault = browser.openPage()
    await inVault.hide()
    await inVault.signIn()
    const worker = (): never => {
      throw new ReferenceError('SharedWorker is not defined')
    }
    const without = Array.from({ length: borrowers }, () => browser.openPage({ vault: { worker } }))
    for (const each of without) {
      await each.hide()
      await browser.inTime(each.keeper.restore())
    }
    return { ...browser, inVault, without }
  }

  it('waits for it, once it has said that it renews, for as long as that takes', async () => {
    const { provider, time, without, inTime } = await openLent(1)
    const [page] = without as [KeeperPage]
    const held = holdUpTokens(provider)
    const asked = renew(page)
    await time.advance(200)
    await until(held.arrived)
    await time.advance(5000)
    held.goOn()
    expect(await inTime(asked)).toMatch('SENTINEL')
    expect(provider.count('/token')).toBe(2)
  })

  it('has it renew them ahead of time, while it is seen', async () => {
    const { provider, time, without } = await openLent(1)
    const [{ platform }] = without as [KeeperPage]
    platform.setVisible(true)
    platform.wake('visible')
    await time.advance(260_000)
    await until(() => provider.count('/token') === 2)
  })

  it('has it renew the token that UserInfo refuses, and asks once more (RFC 6750 §3.1)', async () => {
    const { provider, without, inTime } = await openLent(1)
    const [page] = without as [KeeperPage]
    let refusals = 1
    provider.userInfo = { nickname: 'Al' }
    provider.onRequest = ({ path }) =>
      path === '/userinfo' && refusals-- > 0 ? json(401, { error: 'invalid_token' }) : undefined
    expect(await inTime(page.keeper.identify('user_info'))).toMatchObject({
      userInfo: { claims: { nickname: 'Al' } },
    })
    expect([provider.count('/userinfo'), provider.count('/token')]).toEqual([2, 2])
  })

  it('does not wait for others that borrow, where the vault is gone', async () => {
    const { vault, time, without, inTime } = await openLent(2)
    vault.crash()
    const startedAtMs = time.clock.now().epochMs
    const failed = await inTime(Promise.all(without.map((page) => rejectionOf(renew(page)))))
    expect(failed).toMatchObject([{ code: 'timeout' }, { code: 'timeout' }])
    expect(time.clock.now().epochMs - startedAtMs).toBeLessThan(5000)
  })

  it('hears of a sign-out that the vault is yet to be asked for', async () => {
    const { vault, inVault, without } = await openLent(1)
    const [page] = without as [KeeperPage]
    vault.crash()
    void inVault.keeper.end(here)
    await settle()
    expect(page.changes.at(-1)).toEqual({ type: 'ended', reason: 'signed_out_elsewhere' })
  })
})
