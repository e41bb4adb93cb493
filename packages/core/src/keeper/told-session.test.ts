import { describe, expect, it } from 'vitest'
import { settle } from '../../test/fake-platform.ts'
import type { KeeperPage } from '../../test/keeper-pages.ts'
import { createManualClock } from '../../test/manual-clock.ts'
import { holdUp, rejectionOf } from '../../test/pages.ts'
import { until } from '../../test/until.ts'
import { openVaultBrowser, openWithOneWorker, signedIn, type VaultBrowser } from '../../test/vault-scene.ts'
import { createMemoryStore } from '../platform/memory-store.ts'
import { createSessionRecordStore, type SessionRecord, signOutRecord } from '../session-record.ts'
import type { KeeperChange, Session } from './keeper.ts'
import { createToldSession } from './told-session.ts'

const here = { postLogoutRedirectUri: undefined }
const orders = 'https://orders.example'

/** Two pages of one vault, where somebody is signed in. */
async function openTwo(
  opened: Promise<VaultBrowser> = openVaultBrowser(),
): Promise<VaultBrowser & { readonly page: KeeperPage; readonly other: KeeperPage }> {
  const { page, ...browser } = await signedIn(opened)
  const other = browser.openPage()
  await other.keeper.restore()
  other.changes.length = 0
  return { ...browser, page, other }
}

/** A browser that lets its pages store nothing, nor hear each other. */
async function openWithoutStorage(): Promise<VaultBrowser> {
  const opened = await openVaultBrowser()
  opened.browser.removeChannels()
  Object.assign(opened.browser.storage, {
    set() {
      throw new DOMException('It is full.', 'QuotaExceededError')
    },
  })
  return opened
}

/** The page is in the back/forward cache, where nothing is said to it. */
async function putAside({ platform }: KeeperPage): Promise<void> {
  platform.setVisible(false)
  platform.fallAsleep('gone')
  await settle()
}

async function bringBack({ platform }: KeeperPage): Promise<void> {
  platform.setVisible(true)
  platform.wake('restored')
  await settle()
}

const tokensAsked = ({ vault }: VaultBrowser): number =>
  vault.heard.filter((said) => (said as { method?: unknown }).method === 'getAccessToken').length

describe('somebody who signs in while the vault is still being told of a sign-out', () => {
  /** Somebody signs out on one page, of which the provider is told for long, and somebody else signs in on another. */
  async function signedInMeanwhile() {
    const scene = await openTwo()
    const { page, other, provider } = scene
    const { arrived, goOn } = holdUp(scene, '/revoke')
    const ending = page.keeper.end(here)
    await arrived
    provider.claims = { sub: 'bob' }
    await other.signIn()
    await settle()
    return { ...scene, ending, goOn }
  }

  it('is who is signed in on that page too, also once the vault has answered', async () => {
    const { page, other, ending, goOn } = await signedInMeanwhile()
    expect(page.changes).toMatchObject([{ type: 'adopted', session: { claims: { sub: 'bob' } } }])
    goOn()
    await ending
    expect(page.keeper.current()?.claims?.sub).toBe('bob')
    expect(await page.keeper.getAccessToken()).toBe(await other.keeper.getAccessToken())
  })

  it('is found there by whoever looks, and not lost when the vault answers', async () => {
    const { page, ending, goOn } = await signedInMeanwhile()
    page.keeper.forget()
    await expect(page.keeper.restore()).resolves.toMatchObject({ claims: { sub: 'bob' } })
    goOn()
    await ending
    expect(page.keeper.current()?.claims?.sub).toBe('bob')
  })

  it('is signed out of it by the next sign-out elsewhere (invariant 8)', async () => {
    const { page, other } = await signedInMeanwhile()
    page.changes.length = 0
    void other.keeper.end(here)
    await settle()
    expect(page.changes).toEqual([{ type: 'ended', reason: 'signed_out_elsewhere' }])
    expect(page.keeper.current()).toBeUndefined()
  })
})

describe('a page of a vault that can store nothing', () => {
  it('hears from the vault, when it comes back, that somebody has signed out', async () => {
    const { page, other } = await openTwo(openWithoutStorage())
    await page.signIn()
    await putAside(other)
    await page.keeper.end(here)
    expect(other.changes.at(-1)).toMatchObject({ type: 'adopted' })
    await bringBack(other)
    expect(other.changes.at(-1)).toEqual({ type: 'ended', reason: 'signed_out_elsewhere' })
    expect(other.keeper.current()).toBeUndefined()
  })

  it('does not lose its session to the next vault, which knows of none', async () => {
    const { other, vault, inTime } = await openTwo(openWithoutStorage())
    vault.crash()
    expect(await inTime(other.keeper.restore())).toBeUndefined()
    expect(other.keeper.current()).toBeDefined()
    expect(other.changes).toEqual([])
  })
})

describe('what a vault says', () => {
  const session: Session = {
    epoch: 1.5,
    claims: undefined,
    scope: 'openid',
    accessTokenExpiresAt: undefined,
    hasRefreshToken: true,
  }
  const known: SessionRecord = { epoch: 1.5, status: 'signed_in', refreshes: 0, rotation: 0 }

  function createTold() {
    const told = createToldSession(
      createSessionRecordStore(createMemoryStore(), 'session'),
      createManualClock(),
    )
    const changes: KeeperChange[] = []
    told.onChange((change) => changes.push(change))
    return { ...told, changes }
  }

  it('does not bring back, as an answer to what was asked before, who has signed out since', () => {
    const { expect: expectAnswer, signOut, current } = createTold()
    const take = expectAnswer()
    signOut().settle()
    expect(take({ session, record: known })).toBeUndefined()
    expect(current()).toBeUndefined()
  })

  it('is no news where the page is in that sign-in already', () => {
    const { expect: expectAnswer, hear, changes } = createTold()
    expectAnswer()({ session, record: known })
    hear({ latchkey: 1, change: { type: 'adopted', session }, record: known })
    expect(changes).toEqual([])
  })

  it('counts after a sign-out that is over, though it stands before that, where nothing could be noted down', () => {
    const { expect: expectAnswer, signOut, hear, changes } = createTold()
    const ended = signOut()
    ended.settle()
    const record = { ...known, epoch: ended.epoch - 1 }
    expectAnswer()({ session, record })
    hear({ latchkey: 1, change: { type: 'refreshed', session }, record: { ...record, refreshes: 1 } })
    expect(changes).toEqual([{ type: 'refreshed', session }])
  })

  it('is all that is handed over by a page that was lent no token', () => {
    const { expect: expectAnswer, handOver } = createTold()
    expectAnswer()({ session, record: known })
    expect(handOver()).toEqual({ session, tokens: undefined })
  })
})

describe('a page that its vault tells of the session', () => {
  it('hears, when it comes back, who it is said to be by now, and keeps the token that it has', async () => {
    const { page, other, provider, ...browser } = await openTwo()
    const token = await other.keeper.getAccessToken()
    await putAside(other)
    provider.userInfo = { name: 'Alice Arnold' }
    await page.keeper.identify('user_info')
    await bringBack(other)
    expect(other.changes).toMatchObject([
      { type: 'described', session: { userInfo: { claims: { name: 'Alice Arnold' } } } },
    ])
    const asked = tokensAsked({ ...browser, provider })
    expect(await other.keeper.getAccessToken()).toBe(token)
    expect(tokensAsked({ ...browser, provider })).toBe(asked)
  })

  it('asks once for the token of an API, for as long as it is good', async () => {
    const { openPage, ...browser } = await openVaultBrowser()
    const page = openPage({ resources: [orders] })
    await page.signIn()
    const token = await page.keeper.getAccessToken({ resource: orders })
    expect(await page.keeper.getAccessToken({ resource: orders })).toBe(token)
    expect(tokensAsked({ openPage, ...browser })).toBe(1)
  })

  it('keeps on record what the vault is behind of, and does not know (RFC 9700 §4.14.2)', async () => {
    const { page } = await signedIn(openVaultBrowser())
    const renewed = { ...page.record.read(), refreshes: 5, rotation: 5 }
    page.record.write(renewed)
    await page.keeper.restore()
    expect(page.record.read()).toEqual(renewed)
  })
})

describe('a page whose vault is gone', () => {
  it.each<[what: string, after: (known: SessionRecord) => SessionRecord]>([
    ['a later sign-in and does not have it', (known) => ({ ...known, epoch: known.epoch + 1 })],
    ['an older sign-out alone', () => signOutRecord(0.95)],
  ])('stays in its session, where the next vault knows of %s', async (_what, after) => {
    const { page, vault, inTime } = await signedIn(openVaultBrowser())
    const known = page.record.read()
    vault.crash()
    page.record.write(after(known))
    expect(await inTime(page.keeper.restore())).toBeUndefined()
    expect(page.keeper.current()?.claims?.sub).toBe('alice')
    expect(page.changes).toEqual([])
  })

  /** Signs in, is lent a token, and does without the vault from then on. */
  async function goOnWithout(browser: VaultBrowser) {
    browser.provider.expiresIn = 60
    const page = browser.openPage()
    await page.hide()
    const { response, grant } = await page.answer()
    await page.keeper.redeem(response, grant, { identify: 'user_info' })
    const token = await page.keeper.getAccessToken()
    const known = page.keeper.current()
    browser.vault.crash()
    await browser.time.advance(30_000)
    const asked = page.keeper.getAccessToken({ minValiditySeconds: 40 })
    // The silence that a vault is given up for.
    await browser.time.advance(6000)
    expect(await browser.inTime(asked)).toBe(token)
    expect(page.keeper.about().kind).toBe('memory')
    return { page, known }
  }

  it('knows as much of the session as before', async () => {
    const browser = await openWithOneWorker()
    const { provider, time } = browser
    // The device's clock is an hour slow.
    provider.now = () => time.clock.now().epochMs / 1000 + 3600
    provider.userInfo = { name: 'Alice Arnold' }
    provider.sessionState = 's.1'
    const details = [{ type: 'payment_initiation' }]
    provider.onToken = ({ body }) =>
      void Object.assign(body as object, { scope: 'openid email', authorization_details: details })
    const { page, known } = await goOnWithout(browser)
    expect(known).toMatchObject({
      claims: { sub: 'alice' },
      userInfo: { claims: { name: 'Alice Arnold' } },
      scopeNotGranted: 'profile',
      clockSkewSeconds: 3600,
      authorizationDetails: details,
      providerSession: { state: 's.1' },
    })
    expect(page.keeper.current()).toEqual(known)
  })

  it('ends, when its token has run out, a session that nothing can renew', async () => {
    const browser = await openWithOneWorker()
    browser.provider.onToken = ({ body }) => void Object.assign(body as object, { refresh_token: undefined })
    const { page, known } = await goOnWithout(browser)
    expect(known?.hasRefreshToken).toBe(false)
    expect(page.keeper.current()).toEqual(known)
    await browser.time.advance(60_000)
    const error = await browser.inTime(rejectionOf(page.keeper.getAccessToken()))
    expect(error).toMatchObject({ code: 'session_expired' })
    await until(() => page.changes.length > 0)
    expect(page.changes).toEqual([{ type: 'ended', reason: 'session_expired', error }])
  })
})
