import { describe, expect, it } from 'vitest'
import { createVaultBrowser } from '../../test/fake-vault.ts'
import { describeKeeperApis } from '../../test/keeper-apis-contract.ts'
import { createKeeperBrowser } from '../../test/keeper-pages.ts'
import { openWithFallback } from '../../test/vault-scene.ts'
import type { OpenIdOptions } from '../options/client-options.ts'
import { createPageKeeper } from './page-keeper.ts'
import { createKeeperWithFallback } from './with-fallback.ts'

describeKeeperApis('memory', () => createKeeperBrowser(() => ({ createKeeper: createPageKeeper })))
describeKeeperApis('vault', () =>
  createVaultBrowser({
    createKeeper: (context) => createKeeperWithFallback(context, async () => createPageKeeper(context)),
  }),
)

const orders = 'https://orders.example'

/** A page that has no vault, in the session of one that has. */
async function openLent() {
  const browser = await openWithFallback()
  const granted: Partial<OpenIdOptions> = { resources: [orders, 'urn:invoices'] }
  const inVault = browser.openPage(granted)
  await inVault.signIn()
  const worker = (): never => {
    throw new ReferenceError('SharedWorker is not defined')
  }
  const without = browser.openPage({ ...granted, vault: { worker } })
  await browser.inTime(without.keeper.restore())
  return { ...browser, inVault, without }
}

it('in a browser without locks, a page sends no refresh token twice for several APIs at once (REF-03, TAB-05)', async () => {
  const { browser, openPage, provider, inTime } = await createKeeperBrowser(() => ({
    createKeeper: createPageKeeper,
  }))
  browser.removeLocks()
  const { keeper, signIn } = openPage({ resources: [orders, 'urn:invoices'] })
  await signIn()
  const requests = [{ resource: orders }, { resource: 'urn:invoices' }, { forceRefresh: true }]
  const tokens = await inTime(Promise.all(requests.map((request) => keeper.getAccessToken(request))))
  expect(tokens.map((token) => provider.targetOf(token)?.resource)).toEqual([
    orders,
    'urn:invoices',
    undefined,
  ])
  expect([provider.count('/token'), provider.count('/revoke')]).toEqual([4, 0])
  expect(keeper.current()).toBeDefined()
})

describe('a page to which a vault lends the tokens', () => {
  it('is lent those for single APIs too, and has no refresh token', async () => {
    const { inVault, without, provider, inTime } = await openLent()
    const token = await inTime(without.keeper.getAccessToken({ resource: orders }))
    expect(provider.targetOf(token)?.resource).toBe(orders)
    expect(await inTime(inVault.keeper.getAccessToken({ resource: orders }))).toBe(token)
    expect(provider.count('/token')).toBe(2)
    expect(without.keeper.about()).toMatchObject({ kind: 'memory', fallback: 'no_shared_worker' })
  })

  it('gets another where an API has refused the one that it was lent', async () => {
    const { without, provider, inTime } = await openLent()
    const refused = await inTime(without.keeper.getAccessToken({ resource: orders }))
    const next = await inTime(without.keeper.getAccessToken({ resource: orders, forceRefresh: true }))
    expect(next).not.toBe(refused)
    expect(provider.targetOf(next)?.resource).toBe(orders)
  })

  it('gets two at once', async () => {
    const { without, provider, inTime } = await openLent()
    const [one, other] = await inTime(
      Promise.all([orders, 'urn:invoices'].map((resource) => without.keeper.getAccessToken({ resource }))),
    )
    expect([one, other].map((token) => provider.targetOf(token ?? '')?.resource)).toEqual([
      orders,
      'urn:invoices',
    ])
    expect(without.keeper.current()).toBeDefined()
  })
})
