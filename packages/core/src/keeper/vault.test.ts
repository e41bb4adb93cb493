import { describe, expect, it, vi } from 'vitest'
import { createFakePlatform, settle } from '../../test/fake-platform.ts'
import { json } from '../../test/fake-provider.ts'
import { holdUpTokens, type KeeperPage } from '../../test/keeper-pages.ts'
import { rejectionOf } from '../../test/pages.ts'
import { until } from '../../test/until.ts'
import { openVaultBrowser, signedIn, type VaultBrowser } from '../../test/vault-scene.ts'
import type { User } from '../user.ts'
import { askPage } from '../vault/ask-page.ts'
import { createVaultAnswerer } from './answer-vault.ts'

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

const methodsOf = ({ vault }: VaultBrowser): string[] =>
  vault.heard.map((said) => (said as { method: string }).method)

describe('a page of a vault', () => {
  it('makes no worker before somebody wants something', async () => {
    const browser = await openVaultBrowser()
    const page = browser.openPage()
    page.platform.wake('visible')
    page.platform.fallAsleep('gone')
    expect(page.keeper.current()).toBeUndefined()
    await settle()
    expect(browser.vault.workerCount()).toBe(0)
  })

  it('makes none either for what nobody who is not signed in can have', async () => {
    const browser = await openVaultBrowser({ sealed: true, apis: ['https://api.example'] })
    const { keeper } = browser.openPage()
    const request = new Request('https://api.example/orders')
    for (const asked of [keeper.identify('user_info'), keeper.send?.({ request, isReplayable: true })]) {
      expect(await rejectionOf(asked as Promise<unknown>)).toMatchObject({ code: 'not_signed_in' })
    }
    expect(browser.vault.workerCount()).toBe(0)
  })

  it('gets its session back with the first word', async () => {
    const browser = await openVaultBrowser()
    await browser.openPage().signIn()
    browser.vault.heard.length = 0
    await browser.openPage().keeper.restore()
    expect(methodsOf(browser).filter((method) => method !== 'page')).toEqual(['hello'])
  })

  it('writes nothing that is recorded already: what another tab is just writing may be later', async () => {
    const { page } = await signedIn(openVaultBrowser())
    const write = vi.spyOn(page.platform.shared, 'set')
    await page.keeper.restore()
    expect(write).not.toHaveBeenCalled()
  })

  it('keeps on record how far the tokens of the sign-in before have come (RFC 9700 §4.14.2)', async () => {
    const { page } = await signedIn(openVaultBrowser())
    await page.keeper.getAccessToken({ forceRefresh: true })
    await until(() => page.record.read().refreshes === 1)
    const { epoch, refreshes, rotation } = page.record.read()
    await page.signIn()
    expect(page.record.read()).toMatchObject({ older: [{ epoch, refreshes, rotation }] })
  })

  it('keeps that on record where its own session has ended', async () => {
    const { page, provider } = await signedIn(openVaultBrowser())
    const { epoch, refreshes, rotation } = page.record.read()
    await page.signIn()
    provider.onToken = (answer) => {
      answer.status = 400
      answer.body = { error: 'invalid_grant' }
    }
    await rejectionOf(page.keeper.getAccessToken({ forceRefresh: true }))
    await until(() => page.record.read().status === 'ended')
    expect(page.record.read()).toMatchObject({ older: [{ epoch, refreshes, rotation }] })
  })

  it('asks the vault for a token once, for as long as it is good', async () => {
    const { page, ...browser } = await signedIn(openVaultBrowser())
    await page.keeper.getAccessToken()
    browser.vault.heard.length = 0
    for (let count = 0; count < 100; count++) await page.keeper.getAccessToken()
    expect(browser.vault.heard).toEqual([])
  })

  it('does not give a token out that has run out on its way, while the device slept', async () => {
    const { page, vault, time } = await signedIn(openVaultBrowser(), { isHidden: true })
    const lent: string[] = []
    const { push } = vault.said
    vault.said.push = (message) => {
      const { result } = message as { result?: { accessToken?: string } }
      if (result?.accessToken && lent.push(result.accessToken) === 1) time.freezeFor(86_400_000)
      return push.call(vault.said, message)
    }
    expect(await page.keeper.getAccessToken()).toBe(lent[1])
    expect(lent[1]).not.toBe(lent[0])
  })

  it('asks once for a token that is born without a lifetime', async () => {
    const browser = await openVaultBrowser()
    browser.provider.onToken = ({ body }) => void Object.assign(body as object, { expires_in: 0 })
    const { page } = await signedIn(Promise.resolve(browser), { isHidden: true })
    browser.vault.heard.length = 0
    expect(await page.keeper.getAccessToken({ minValiditySeconds: 0 })).toMatch('SENTINEL')
    expect(methodsOf(browser).filter((method) => method === 'getAccessToken')).toHaveLength(1)
  })

  it('does not give a token out that has run out, where there is no other', async () => {
    const { page, provider, time } = await signedIn(openVaultBrowser(), { isHidden: true })
    await page.keeper.getAccessToken()
    await time.advance(300_000)
    provider.onRequest = () => json(503, {})
    expect(await rejectionOf(page.keeper.getAccessToken())).toMatchObject({ code: 'server_unavailable' })
  })

  it('does not give a token out whose session is over by the time that there is no other', async () => {
    const { page, other, provider, time } = await openTwo()
    for (const each of [page, other]) await each.hide()
    await page.keeper.getAccessToken()
    await time.advance(200_000)
    const held = holdUpTokens(provider)
    const asked = rejectionOf(page.keeper.getAccessToken({ minValiditySeconds: 200 }))
    await until(held.arrived)
    await other.keeper.end({ postLogoutRedirectUri: undefined })
    await until(() => page.keeper.current() === undefined)
    held.goOn()
    expect(await asked).toMatchObject({ code: 'not_signed_in' })
  })

  it('does not give a token out that the vault has replaced', async () => {
    const { page, other } = await openTwo()
    const old = await other.keeper.getAccessToken()
    await page.keeper.getAccessToken({ forceRefresh: true })
    await until(() => other.changes.length > 0)
    expect(await other.keeper.getAccessToken()).not.toBe(old)
  })

  it.each([
    ['told by another vault', false],
    ['seen when it comes back, where it was stopped', true],
  ])('hears of a sign-out although its own vault is gone: %s (invariant 8)', async (_, isStopped) => {
    const { page, other, vault, inTime } = await openTwo()
    vault.crash()
    if (isStopped) other.stop()
    await inTime(page.keeper.end({ postLogoutRedirectUri: undefined }))
    await settle()
    expect(other.keeper.current() !== undefined).toBe(isStopped)
    other.keeper.start()
    expect(other.changes).toEqual([{ type: 'ended', reason: 'signed_out_elsewhere' }])
    expect(other.keeper.current()).toBeUndefined()
  })

  it('hears of a sign-out whose page is gone before it notices that the vault is (invariant 8)', async () => {
    const { page, other, vault } = await openTwo()
    vault.crash()
    void page.keeper.end({ postLogoutRedirectUri: undefined })
    page.stop()
    vault.mute()
    await settle()
    expect(other.changes).toEqual([{ type: 'ended', reason: 'signed_out_elsewhere' }])
    expect(other.keeper.current()).toBeUndefined()
  })

  it('keeps its session where it looks for a later one and the next vault has none, so that it hears of a sign-out', async () => {
    const { page, other, vault, inTime } = await openTwo()
    vault.crash()
    expect(await inTime(other.keeper.restore())).toBeUndefined()
    expect(other.keeper.current()).toBeDefined()
    expect(other.changes).toEqual([])
    void page.keeper.end({ postLogoutRedirectUri: undefined })
    await settle()
    expect(other.changes).toEqual([{ type: 'ended', reason: 'signed_out_elsewhere' }])
  })

  it('dates a sign-out once, however late a vault hears of it', async () => {
    const { page, vault, inTime, ...browser } = await signedIn(openVaultBrowser())
    vault.crash()
    const ending = page.keeper.end({ postLogoutRedirectUri: undefined })
    const { epoch } = page.record.read()
    // Somebody signs in, by another vault, before the first is given up.
    const other = browser.openPage()
    await other.signIn()
    await inTime(ending)
    await settle()
    expect(other.changes).toEqual([])
    expect(other.keeper.current()).toBeDefined()
    expect(other.record.read()).toMatchObject({ status: 'signed_in' })
    expect(other.record.read().epoch).toBeGreaterThan(epoch)
  })

  it('has the vault renew ahead of time while it is started, and no longer', async () => {
    const { page, provider, time } = await signedIn(openVaultBrowser())
    await time.advance(290_000)
    await until(() => provider.count('/token') === 2)
    page.stop()
    await settle()
    await time.advance(290_000)
    await settle()
    expect(provider.count('/token')).toBe(2)
  })

  it('hears what happens while nobody sees it', async () => {
    const { page, other } = await openTwo()
    await other.hide()
    await page.keeper.getAccessToken({ forceRefresh: true })
    await until(() => other.changes.length > 0)
    expect(other.changes).toMatchObject([{ type: 'refreshed' }])
  })

  it('leaves nothing in storage that a vault without the session did not say', async () => {
    const browser = await openVaultBrowser()
    const first = browser.openPage()
    await first.signIn()
    const known = first.record.read()
    browser.vault.crash()
    const page = browser.openPage()
    expect(await browser.inTime(page.keeper.restore())).toBeUndefined()
    // The ladder is not climbed yet: whether it is lost is for the ladder to say.
    expect(page.record.read()).toEqual(known)
    page.record.write({ ...known, status: 'lost' })
    // Nor does the vault's being told of it once make anybody look for it again.
    const next = browser.openPage()
    expect(await browser.inTime(next.keeper.restore())).toBeUndefined()
    expect(page.record.read().status).toBe('lost')
  })

  it('tells later pages of a sign-out, even where the vault dies of it', async () => {
    const { page, ...browser } = await signedIn(openVaultBrowser())
    const { epoch } = page.record.read()
    browser.vault.mute()
    void page.keeper.end({ postLogoutRedirectUri: undefined })
    expect(page.record.read()).toMatchObject({ status: 'signed_out' })
    expect(page.record.read().epoch).toBeGreaterThan(epoch)
  })

  it('does not hear of a session that the vault told it of before it heard of the sign-out', async () => {
    const { page, other, vault } = await openTwo()
    let ended: Promise<unknown> | undefined
    const { push } = vault.said
    vault.said.push = (...said) => {
      // The news are on the way, and nobody has read them.
      if (said.some((message) => 'change' in (message as object))) {
        ended ??= page.keeper.end({ postLogoutRedirectUri: undefined })
      }
      return push.apply(vault.said, said)
    }
    await other.signIn()
    await ended
    await settle()
    expect(ended).toBeDefined()
    expect(page.changes).toEqual([])
    expect(page.keeper.current()).toBeUndefined()
  })

  it('keeps no token of one person for another who signs in meanwhile', async () => {
    const { page, other, provider } = await openTwo()
    await page.hide()
    await other.hide()
    const held = holdUpTokens(provider)
    const asked = rejectionOf(page.keeper.getAccessToken({ forceRefresh: true }))
    await until(held.arrived)
    provider.onToken = () => undefined
    provider.claims = { sub: 'bob' }
    await other.signIn()
    held.goOn()
    expect((await asked).code).toMatch(/subject_changed|not_signed_in/)
    expect(page.keeper.current()?.claims?.sub).toBe('bob')
  })
})

describe('a page that was loaded ahead of time', () => {
  it('has the vault renew once somebody opens it', async () => {
    const { page, ...browser } = await signedIn(openVaultBrowser())
    await page.hide()
    const ahead = browser.openPage()
    await ahead.hide()
    await ahead.keeper.restore()
    await browser.time.advance(290_000)
    expect(browser.provider.count('/token')).toBe(1)
    ahead.platform.setVisible(true)
    ahead.platform.wake('activated')
    await until(() => browser.provider.count('/token') === 2)
  })
})

describe('a page that comes back', () => {
  /** The browser puts a page aside; nothing is said to it there. */
  async function putAside(page: KeeperPage): Promise<void> {
    page.platform.setVisible(false)
    page.platform.fallAsleep('hidden')
    page.platform.fallAsleep('gone')
    await settle()
  }

  async function bringBack(page: KeeperPage): Promise<void> {
    page.platform.setVisible(true)
    page.platform.wake('restored')
    await settle()
  }

  it('hears that it was signed out elsewhere', async () => {
    const opened = openVaultBrowser()
    // Nor does a page that is put aside hear other tabs.
    ;(await opened).browser.removeChannels()
    const { page, other } = await openTwo(opened)
    await putAside(other)
    await page.keeper.end({ postLogoutRedirectUri: undefined })
    await settle()
    expect(other.changes).toEqual([])
    await bringBack(other)
    expect(other.changes).toEqual([{ type: 'ended', reason: 'signed_out_elsewhere' }])
    expect(other.keeper.current()).toBeUndefined()
  })

  it('is told, where it asks for a token first, that nobody is signed in', async () => {
    const opened = openVaultBrowser()
    ;(await opened).browser.removeChannels()
    const { page, other } = await openTwo(opened)
    await putAside(other)
    await page.keeper.end({ postLogoutRedirectUri: undefined })
    expect(await rejectionOf(other.keeper.getAccessToken())).toMatchObject({ code: 'not_signed_in' })
    expect(other.changes).toEqual([{ type: 'ended', reason: 'signed_out_elsewhere' }])
  })

  it('hears that the provider ended the session', async () => {
    const { page, other, provider } = await openTwo()
    await putAside(other)
    provider.onToken = (answer) => {
      answer.status = 400
      answer.body = { error: 'invalid_grant' }
    }
    await rejectionOf(page.keeper.getAccessToken({ forceRefresh: true }))
    await bringBack(other)
    expect(other.changes).toMatchObject([
      {
        type: 'ended',
        reason: 'session_ended',
        error: { name: 'SignInRequiredError', code: 'session_ended' },
      },
    ])
  })

  it('hears that the session ran out, where nothing could renew it', async () => {
    const browser = await openVaultBrowser()
    browser.provider.onToken = ({ body }) => void Object.assign(body as object, { refresh_token: undefined })
    const { page, other } = await openTwo(Promise.resolve(browser))
    await putAside(other)
    await browser.time.advance(3_601_000)
    await rejectionOf(page.keeper.getAccessToken())
    await bringBack(other)
    expect(other.changes).toMatchObject([
      { type: 'ended', reason: 'session_expired', error: { code: 'session_expired' } },
    ])
  })

  it('hears that somebody else has signed in', async () => {
    const { page, other, provider } = await openTwo()
    await putAside(other)
    provider.claims = { sub: 'bob' }
    await page.signIn()
    await bringBack(other)
    expect(other.changes).toMatchObject([{ type: 'adopted', session: { claims: { sub: 'bob' } } }])
    expect(await other.keeper.getAccessToken()).toBe(await page.keeper.getAccessToken())
  })

  it('hears of a refresh, and forgets the old token', async () => {
    const { page, other } = await openTwo()
    const old = await other.keeper.getAccessToken()
    await putAside(other)
    const token = await page.keeper.getAccessToken({ forceRefresh: true })
    await bringBack(other)
    expect(other.changes).toMatchObject([{ type: 'refreshed' }])
    expect(await other.keeper.getAccessToken()).toBe(token)
    expect(token).not.toBe(old)
  })

  it('hears nothing where nothing has happened, and what happens then', async () => {
    const { page, other } = await openTwo()
    await putAside(other)
    await bringBack(other)
    expect(other.changes).toEqual([])
    await page.keeper.getAccessToken({ forceRefresh: true })
    await until(() => other.changes.length > 0)
    expect(other.changes).toMatchObject([{ type: 'refreshed' }])
  })

  it('has the vault try at once what was put off, where it is the network that is back', async () => {
    const { page, other, provider } = await openTwo()
    for (const each of [page, other]) await each.hide()
    provider.onRequest = () => json(503, {})
    await rejectionOf(page.keeper.getAccessToken({ forceRefresh: true }))
    provider.onRequest = () => undefined
    const putOff = await rejectionOf(page.keeper.getAccessToken({ forceRefresh: true }))
    expect(putOff).toMatchObject({ code: 'server_unavailable' })
    page.platform.wake('online')
    await settle()
    expect(await page.keeper.getAccessToken({ forceRefresh: true })).toMatch('SENTINEL')
  })

  it('does not keep the vault renewing while it is away', async () => {
    const { page, other, provider, time } = await openTwo()
    await putAside(page)
    await putAside(other)
    await time.advance(290_000)
    expect(provider.count('/token')).toBe(1)
  })
})

describe('a page that has heard nothing', () => {
  it('is not given a token of somebody else in place of the one it asked for', async () => {
    const { page, other, provider } = await openTwo()
    other.platform.fallAsleep('gone')
    provider.claims = { sub: 'bob' }
    await page.signIn()
    expect(await rejectionOf(other.keeper.getAccessToken())).toMatchObject({ code: 'subject_changed' })
    expect(other.changes).toMatchObject([{ type: 'adopted', session: { claims: { sub: 'bob' } } }])
    expect(await other.keeper.getAccessToken()).toBe(await page.keeper.getAccessToken())
  })

  it('is given the token of a later sign-in of the same person', async () => {
    const { page, other } = await openTwo()
    other.platform.fallAsleep('gone')
    await page.signIn()
    expect(await other.keeper.getAccessToken()).toBe(await page.keeper.getAccessToken())
  })

  it('goes on with the session there is, where nobody hands over the later one it knows of', async () => {
    const { page, ...browser } = await signedIn(openVaultBrowser())
    const later = { ...page.record.read(), epoch: page.record.read().epoch + 1 }
    page.record.write(later)
    const next = browser.openPage()
    await browser.inTime(next.keeper.restore())
    expect(await browser.inTime(next.keeper.getAccessToken())).toBe(await page.keeper.getAccessToken())
    // That there is a later one stays known.
    expect(page.record.read()).toEqual(later)
  })
})

describe('the vault of a page that is reloaded', () => {
  it('renews ahead of time for the new page', async () => {
    const { page, ...browser } = await signedIn(openVaultBrowser())
    page.platform.fallAsleep('gone')
    page.stop()
    await settle()
    // Its timer fires while there is no page.
    await browser.time.advance(250_000)
    expect(browser.provider.count('/token')).toBe(1)
    const next = browser.openPage()
    await next.keeper.restore()
    await until(() => browser.provider.count('/token') === 2)
  })
})

describe('pages that the vault does not know everything of', () => {
  it('bring along the sign-out that the vault has not seen', async () => {
    const { page, ...browser } = await signedIn(openVaultBrowser())
    const { epoch } = page.record.read()
    page.record.write({ epoch: epoch + 5, status: 'signed_out', refreshes: 0, rotation: 0 })
    const next = browser.openPage()
    expect(await browser.inTime(next.keeper.restore())).toBeUndefined()
    await until(() => page.changes.length > 0)
    expect(page.changes).toEqual([{ type: 'ended', reason: 'signed_out_elsewhere' }])
    // Nobody else had the refresh token.
    await until(() => browser.provider.count('/revoke') > 0)
  })

  it('tell the vault of it when they wake, too', async () => {
    const { page, other, provider } = await openTwo()
    const known = page.record.read()
    other.record.write({ epoch: known.epoch + 5, status: 'signed_out', refreshes: 0, rotation: 0 })
    other.platform.wake('visible')
    await until(() => page.changes.length > 0 && other.changes.length > 0)
    expect(page.changes).toEqual([{ type: 'ended', reason: 'signed_out_elsewhere' }])
    expect(other.changes).toEqual(page.changes)
    await until(() => provider.count('/revoke') > 0)
  })

  it('do not end a session by having thought it lost', async () => {
    const { page, ...browser } = await signedIn(openVaultBrowser())
    page.record.write({ ...page.record.read(), status: 'lost' })
    const next = browser.openPage()
    expect(await next.keeper.restore()).toEqual(page.keeper.current())
    expect(page.record.read().status).toBe('signed_in')
  })
})

describe('a sign-in that the page has a say in', () => {
  const anybody = {
    '~standard': {
      version: 1 as const,
      vendor: 'test',
      validate: (value: unknown) => ({ value: value as User }),
    },
  }

  it('changes nothing where the page is gone before it has said anything, and is given back', async () => {
    const browser = await signedIn(openVaultBrowser())
    const { page, provider, openPage, time } = browser
    const before = page.keeper.current()
    const leaving = openPage()
    await leaving.keeper.restore()
    const { response, grant } = await leaving.answer()
    const asked: string[] = []
    const redeemed = rejectionOf(
      leaving.keeper.redeem(response, grant, {
        identify: (accessToken) => {
          asked.push(accessToken)
          return new Promise(() => undefined)
        },
      }),
    )
    await until(() => asked.length === 1)
    await time.advance(15_000)
    expect(await redeemed).toMatchObject({ name: 'NetworkError', code: 'timeout' })
    await until(() => provider.count('/revoke') === 1)
    expect(page.keeper.current()).toEqual(before)
    expect(page.changes).toEqual([])
    await expect(page.keeper.getAccessToken()).resolves.not.toBe(asked[0])
  })

  it.each([
    ['an open', false],
    ['a sealed', true],
  ])('tells it who came, and no token of %s vault where none is needed for that', async (_what, sealed) => {
    const { openPage, vault, provider } = await openVaultBrowser({ sealed, apis: ['https://api.example'] })
    const page = openPage({ claims: anybody })
    await expect(page.signIn()).resolves.toMatchObject({ claims: { sub: 'alice' } })
    const asked = vault.said.filter((said) => !(said as { latchkey?: unknown }).latchkey)
    expect(asked).toEqual([{ session: expect.objectContaining({ claims: expect.anything() }) }])
    const tokens = provider.secrets.filter((secret) => /token/.test(secret))
    expect(tokens.length).toBeGreaterThan(0)
    expect(tokens.filter((token) => JSON.stringify(vault.said).includes(token))).toEqual([])
  })

  it.each([[undefined], ['who'], [{ session: 'nobody' }], [{ session: {}, accessToken: 1 }]])(
    'is not spoken of where the vault asks %j',
    async (question) => {
      const { port, refusal, close } = createVaultAnswerer({ claims: anybody, load: undefined })
      const answers: unknown[] = []
      port.onmessage = ({ data }) => answers.push(data)
      port.postMessage(question)
      port.postMessage({ session: { epoch: 0, claims: undefined, scope: '', hasRefreshToken: false } })
      await until(() => answers.length > 0)
      expect(answers).toEqual([{ isAccepted: true, userInfo: undefined }])
      expect(refusal()).toBeUndefined()
      close()
    },
  )

  it.each([[undefined], ['yes'], [{ isAccepted: 'yes' }], [{ isAccepted: true, userInfo: { claims: {} } }]])(
    'is none where the page answers %j',
    async (answer) => {
      const { port1: own, port2 } = new MessageChannel()
      own.onmessage = () => own.postMessage(answer)
      const session = {
        epoch: 0,
        claims: undefined,
        scope: '',
        accessTokenExpiresAt: 0,
        hasRefreshToken: false,
      }
      const { clock } = createFakePlatform()
      const refused = rejectionOf(askPage(port2, { session }, { clock, patienceMs: 1000 }))
      expect(await refused).toMatchObject({ code: 'user_not_loaded' })
    },
  )
})
