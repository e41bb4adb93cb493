import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFakePlatform, settle } from '../../test/fake-platform.ts'
import { formsOf } from '../../test/no-secrets.ts'
import { rejectionOf } from '../../test/pages.ts'
import { until } from '../../test/until.ts'
import { openVaultBrowser, signedIn, type VaultBrowser } from '../../test/vault-scene.ts'
import { toApiRequest } from '../api/api-request.ts'
import { parseOptions } from '../options/parse-options.ts'
import { createVaultServer } from './serve.ts'

const record = { epoch: 0, status: 'ended', refreshes: 0, rotation: 0 }

/** Settings as a page sends them, for the client that the pages of the tests are. */
function settingsOf(
  { provider }: Pick<VaultBrowser, 'provider'>,
  other: Record<string, unknown> = {},
): unknown {
  const { params, vault, redirectUri, ...settings } = parseOptions({
    issuer: provider.issuer,
    clientId: 'app',
    redirectUri: '/callback',
  })
  return { ...settings, isSealed: false, apis: [], ...other }
}

/** Somebody on a port who says what they like. */
interface Stranger {
  readonly answers: unknown[]
  post(message: unknown): void
  close(): void
  ask(id: number, method: string, params?: unknown): Promise<Record<string, unknown>>
}

function strangerAt({ vault }: VaultBrowser): Stranger {
  const port = vault.connect()
  const answers: unknown[] = []
  port.onmessage = ({ data }) => answers.push(data)
  const find = (id: number): Record<string, unknown> | undefined =>
    (answers as Record<string, unknown>[]).find((answer) => answer.id === id)
  return {
    answers,
    post: (message) => port.postMessage(message),
    close: () => port.close(),
    async ask(id, method, params) {
      port.postMessage({ latchkey: 1, id, method, params })
      await until(() => find(id) !== undefined)
      return find(id) as Record<string, unknown>
    },
  }
}

/** Something that is not answered. */
function said(method: string, params?: unknown): unknown {
  return { latchkey: 1, id: 9, method, params }
}

/** Every request that a page may make, in the shape that it may have. */
const wholeRequests: Record<string, unknown> = {
  hello: {
    record,
    settings: {
      instanceId: 'i',
      isSealed: false,
      apis: [],
      protocol: 'oidc',
      issuer: 'https://id.example',
      clientId: 'app',
      scope: 'openid',
      pushedAuthorization: 'auto',
      requestTimeoutMs: 1000,
      clockToleranceSeconds: 30,
    },
  },
  ping: undefined,
  restore: { record },
  authorize: { redirectUri: 'https://app.example/callback', scope: 'openid', statePrefix: 'p.', extra: {} },
  redeem: {
    response: 'code=c',
    record,
    grant: { state: 's', codeVerifier: 'v', nonce: 'n', redirectUri: 'r', scope: 'openid' },
  },
  getAccessToken: {},
  send: { epoch: 1, url: 'https://api.example/', method: 'GET', headers: [], body: undefined, init: {} },
  end: { postLogoutRedirectUri: undefined, record },
  page: { isVisible: true, record },
  bye: undefined,
}

describe('a port of the vault', () => {
  it.each([
    ['nothing', undefined],
    ['null', null],
    ['text', 'hello'],
    ['an empty object', {}],
    ['no version', { id: 1, method: 'ping' }],
    ['a version that is no number', { latchkey: '1', id: 1, method: 'ping' }],
    ['no number to answer to', { latchkey: 1, method: 'ping' }],
    ['no method', { latchkey: 1, id: 1 }],
    ['an unknown method', { latchkey: 1, id: 1, method: 'dump' }],
    ['a method of every object', { latchkey: 1, id: 1, method: 'toString' }],
    ['the prototype', { latchkey: 1, id: 1, method: '__proto__' }],
    ['a request of another version', { latchkey: 2, id: 1, method: 'getAccessToken', params: {} }],
    ['settings without a client', { latchkey: 1, id: 1, method: 'hello', params: { settings: {}, record } }],
    [
      'an unknown state of a session',
      { latchkey: 1, id: 1, method: 'restore', params: { record: { ...record, status: 'x' } } },
    ],
    [
      'an epoch that is no count',
      { latchkey: 1, id: 1, method: 'restore', params: { record: { ...record, epoch: -1 } } },
    ],
    [
      'an endless epoch',
      { latchkey: 1, id: 1, method: 'restore', params: { record: { ...record, epoch: 1 / 0 } } },
    ],
    [
      'headers that are no pairs',
      {
        latchkey: 1,
        id: 1,
        method: 'send',
        params: { epoch: 1, url: 'https://api.example/', method: 'GET', headers: [['a']], init: {} },
      },
    ],
    [
      'a parameter that is no text',
      {
        latchkey: 1,
        id: 1,
        method: 'authorize',
        params: { redirectUri: '/', scope: '', statePrefix: '', extra: { prompt: 1 } },
      },
    ],
  ])('does not answer %s', async (_what, message) => {
    const browser = await openVaultBrowser()
    const stranger = strangerAt(browser)
    stranger.post(message)
    await stranger.ask(99, 'ping')
    expect(stranger.answers).toHaveLength(1)
  })

  it('answers nothing but whole requests, whatever is said', async () => {
    const browser = await openVaultBrowser()
    const stranger = strangerAt(browser)
    const value = fc.anything({ withBigInt: true, withDate: true, withTypedArray: true })
    const message = fc.oneof(
      value,
      fc.record({
        latchkey: fc.constantFrom(0, 2, '1', null),
        id: fc.nat(),
        method: fc.constantFrom(...Object.keys(wholeRequests)).filter((name) => name !== 'hello'),
        params: value,
      }),
      fc.record({ latchkey: fc.constant(1), id: fc.nat(), method: fc.string(), params: value }),
      // One field of a whole request is nothing.
      fc
        .tuple(fc.constantFrom('hello', 'restore', 'authorize', 'redeem', 'send', 'end', 'page'), fc.nat())
        .map(([method, at]) => {
          const params = wholeRequests[method] as Record<string, unknown>
          const names = Object.keys(params)
          return {
            latchkey: 1,
            id: 1,
            method,
            params: { ...params, [names[at % names.length] as string]: null },
          }
        }),
    )
    fc.assert(
      fc.property(message, (said) => {
        stranger.post(structuredCloneOr(said))
      }),
      { numRuns: 1000 },
    )
    await stranger.ask(1e9, 'ping')
    expect(stranger.answers).toHaveLength(1)
  })

  it.each([
    ['getAccessToken', { minValiditySeconds: '60' }],
    ['authorize', { redirectUri: 1 }],
    ['dump', undefined],
    ['toString', {}],
  ])('tells a page that has said who it is that its "%s" cannot be read', async (method, params) => {
    const browser = await openVaultBrowser()
    const stranger = strangerAt(browser)
    await stranger.ask(1, 'hello', { settings: settingsOf(browser), record })
    const answer = await browser.inTime(stranger.ask(2, method, params))
    expect(answer).toMatchObject({ error: { name: 'ConfigurationError', code: 'invalid_option' } })
    expect((answer.error as Error).message).toContain(`"${method}"`)
  })

  it('says that it is there to a client that asks, and nothing else', async () => {
    const browser = await openVaultBrowser()
    const stranger = strangerAt(browser)
    await stranger.ask(1, 'hello', { settings: settingsOf(browser), record })
    expect(await stranger.ask(2, 'ping')).toEqual({ latchkey: 1, id: 2, result: undefined })
  })

  const refreshedOnce = { epoch: 4, status: 'signed_in', refreshes: 1, rotation: 1 }
  const refreshedMore = { ...refreshedOnce, refreshes: 3, rotation: 2 }
  const signedOut = { epoch: 5, status: 'signed_out', refreshes: 0, rotation: 0 }

  it.each([
    ['a refresh', { latest: refreshedMore, before: refreshedOnce }],
    ['a sign-out', { latest: signedOut, before: refreshedMore }],
  ])('does not forget %s that a page has seen, whichever of them speaks first', async (_what, seen) => {
    for (const order of [
      [seen.before, seen.latest],
      [seen.latest, seen.before],
    ]) {
      const browser = await openVaultBrowser()
      const settings = settingsOf(browser)
      for (const known of order) await strangerAt(browser).ask(1, 'hello', { settings, record: known })
      // What is spent by then must not be sent (RFC 9700 §4.14.2), nor what somebody has signed out of be gone on with.
      const { result } = await strangerAt(browser).ask(1, 'hello', { settings, record })
      expect(result).toMatchObject({ session: undefined, record: seen.latest })
    }
  })

  it('tells another version which one it is, and serves it nothing', async () => {
    const browser = await openVaultBrowser()
    await browser.openPage().signIn()
    const stranger = strangerAt(browser)
    stranger.post({ latchkey: 2, id: 7, method: 'hello', params: { settings: settingsOf(browser), record } })
    await until(() => stranger.answers.length > 0)
    expect(stranger.answers).toEqual([{ latchkey: 1, id: 7, result: undefined }])
    expect(await stranger.ask(8, 'getAccessToken', {})).toMatchObject({ error: { code: 'vault_lost' } })
  })

  it.each(Object.keys(wholeRequests).filter((name) => name !== 'hello' && name !== 'bye'))(
    'does nothing about "%s" for whoever has not said which client it is',
    async (method) => {
      const browser = await openVaultBrowser()
      await browser.openPage().signIn()
      const before = browser.provider.seen.length
      const answer = await strangerAt(browser).ask(1, method, wholeRequests[method])
      expect(answer).toMatchObject({
        latchkey: 1,
        id: 1,
        error: { name: 'NetworkError', code: 'vault_lost' },
      })
      expect(browser.provider.seen).toHaveLength(before)
    },
  )

  it('belongs to one client for good', async () => {
    const browser = await openVaultBrowser()
    await browser.openPage().signIn()
    const stranger = strangerAt(browser)
    const mine = settingsOf(browser, { clientId: 'another', instanceId: 'another' })
    expect(await stranger.ask(1, 'hello', { settings: mine, record })).toMatchObject({
      result: { session: undefined },
    })
    expect(await stranger.ask(2, 'hello', { settings: settingsOf(browser), record })).toMatchObject({
      error: { name: 'ConfigurationError', code: 'invalid_option' },
    })
    expect(await stranger.ask(3, 'getAccessToken', {})).toMatchObject({ error: { code: 'not_signed_in' } })
  })

  it.each([
    ['hidden', 'page', { isVisible: false, record }],
    ['gone', 'bye', undefined],
  ])('does not answer that a page is %s, even where it has not said which client it is', async (...said) => {
    const [, method, params] = said
    const browser = await openVaultBrowser()
    const stranger = strangerAt(browser)
    stranger.post({ latchkey: 1, id: 1, method, params })
    await stranger.ask(2, 'ping')
    expect(stranger.answers).toHaveLength(1)
  })

  it.each([
    ['is hidden', (page: Stranger) => page.post(said('page', { isVisible: false, record }))],
    ['says goodbye', (page: Stranger) => page.post(said('bye'))],
    [
      'asks for something after its goodbye',
      async (page: Stranger) => {
        page.post(said('bye'))
        await page.ask(7, 'ping')
      },
    ],
    ['is closed without a word', (page: Stranger) => page.close()],
  ])('does not have the session renewed ahead of time for a page that %s', async (_what, leave) => {
    const { page, ...browser } = await signedIn(openVaultBrowser(), { isHidden: true })
    const other = strangerAt(browser)
    await other.ask(1, 'hello', { settings: settingsOf(browser), record: page.record.read() })
    await other.ask(2, 'page', { isVisible: true, record: page.record.read() })
    await leave(other)
    await settle()
    await browser.time.advance(290_000)
    await settle()
    expect(browser.provider.count('/token')).toBe(1)
  })

  it('has the session renewed ahead of time for a page that is seen', async () => {
    const { page, ...browser } = await signedIn(openVaultBrowser(), { isHidden: true })
    const other = strangerAt(browser)
    await other.ask(1, 'hello', { settings: settingsOf(browser), record: page.record.read() })
    await other.ask(2, 'page', { isVisible: true, record: page.record.read() })
    await browser.time.advance(290_000)
    await until(() => browser.provider.count('/token') === 2)
  })

  it('tells the other pages of a sign-out at once, however long the provider takes to hear of it (invariant 8)', async () => {
    const opened = openVaultBrowser()
    // Nor do the pages hear each other.
    ;(await opened).browser.removeChannels()
    const { page, ...browser } = await signedIn(opened)
    const other = browser.openPage()
    await other.keeper.restore()
    browser.provider.onRequest = ({ path }) => (path === '/revoke' ? new Promise(() => undefined) : undefined)
    void page.keeper.end({ postLogoutRedirectUri: undefined })
    await until(() => browser.provider.count('/revoke') === 1)
    await settle()
    expect(other.changes.at(-1)).toEqual({ type: 'ended', reason: 'signed_out_elsewhere' })
    expect(other.keeper.current()).toBeUndefined()
  })

  it('tells nobody of the end of a session that there was not', async () => {
    const browser = await openVaultBrowser()
    const [one, other] = [strangerAt(browser), strangerAt(browser)]
    for (const page of [one, other]) await page.ask(1, 'hello', { settings: settingsOf(browser), record })
    await one.ask(2, 'end', { postLogoutRedirectUri: undefined, record })
    await settle()
    expect(other.answers).toHaveLength(1)
  })

  it('tells of a sign-out once that one page has seen and the vault has not', async () => {
    const { page, ...browser } = await signedIn(openVaultBrowser())
    const known = page.record.read()
    const [one, other] = [strangerAt(browser), strangerAt(browser)]
    for (const each of [one, other])
      await each.ask(1, 'hello', { settings: settingsOf(browser), record: known })
    const seen = { ...record, epoch: known.epoch + 1, status: 'signed_out' }
    await browser.inTime(one.ask(2, 'restore', { record: seen }))
    await settle()
    expect(other.answers.slice(1)).toMatchObject([
      { change: { type: 'ended', reason: 'signed_out_elsewhere' } },
    ])
  })

  it('does not end a session that began after the sign-out that it is asked for, nor tells of it', async () => {
    const { page, ...browser } = await signedIn(openVaultBrowser())
    const { epoch } = page.record.read()
    const other = strangerAt(browser)
    await other.ask(1, 'hello', { settings: settingsOf(browser), record })
    await other.ask(2, 'end', { postLogoutRedirectUri: undefined, epoch: epoch - 0.25, record })
    await settle()
    expect(page.changes).toEqual([])
    expect(page.keeper.current()).toBeDefined()
    expect(await page.keeper.getAccessToken()).toMatch('SENTINEL')
    await other.ask(3, 'end', { postLogoutRedirectUri: undefined, epoch: epoch + 0.25, record })
    await until(() => page.changes.length > 0)
    expect(page.changes).toEqual([{ type: 'ended', reason: 'signed_out_elsewhere' }])
  })

  it('gives up a session that is signed out of, though whoever does it has lost the way to this vault', async () => {
    const { page, ...browser } = await signedIn(openVaultBrowser())
    const { epoch } = page.record.read()
    const { instanceId } = settingsOf(browser) as { instanceId: string }
    const channel = page.platform.openChannel(`latchkey.${instanceId}`, () => undefined)
    channel?.post({ latchkey: 1, kind: 'signing_out', epoch: epoch + 0.25 })
    await settle()
    // It may yet be asked to, and would need what it holds.
    expect(browser.provider.count('/revoke')).toBe(0)
    await browser.time.advance(10_000)
    await until(() => browser.provider.count('/revoke') === 1)
  })

  it('says nothing to a page that may be in the back/forward cache by then', async () => {
    const browser = await openVaultBrowser()
    // Nor does it hear other tabs.
    browser.browser.removeChannels()
    const [page, other] = [browser.openPage(), browser.openPage()]
    await page.signIn()
    await other.keeper.restore()
    await settle()
    browser.vault.said.length = 0
    const timers = browser.time.timerCount()
    other.platform.setVisible(false)
    other.platform.fallAsleep('hidden')
    other.platform.fallAsleep('gone')
    // As Chromium does, on the way to another page.
    other.platform.fallAsleep('hidden')
    await settle()
    await settle()
    expect(browser.vault.said).toEqual([])
    expect(browser.time.timerCount()).toBe(timers)
    // Nor are there news for it.
    await page.keeper.end({ postLogoutRedirectUri: undefined })
    await settle()
    expect(browser.vault.said.filter((message) => 'change' in (message as object))).toEqual([])
    expect(other.changes).toEqual([])
  })

  it('speaks no more to a page that is gone', async () => {
    const browser = await openVaultBrowser()
    const [page, other] = [browser.openPage(), browser.openPage()]
    await page.signIn()
    await other.keeper.restore()
    other.platform.fallAsleep('gone')
    await settle()
    const said = browser.vault.said.length
    await page.keeper.getAccessToken({ forceRefresh: true })
    await settle()
    // The news and the answer, to the one page that is there.
    expect(browser.vault.said.length - said).toBe(2)
  })
})

/** What cannot be posted at all says nothing. */
function structuredCloneOr(value: unknown): unknown {
  try {
    return structuredClone(value)
  } catch {
    return undefined
  }
}

describe('the clients of one vault', () => {
  const elsewhere = {
    authorization: 'https://evil.example/auth',
    token: 'https://evil.example/token',
    jwks: 'https://evil.example/jwks',
    revocation: 'https://evil.example/revoke',
  }

  it.each([
    ['other endpoints', { endpoints: elsewhere }],
    ['another issuer', { issuer: 'https://evil.example' }],
    ['another client id', { clientId: 'evil' }],
    ['another protocol', { protocol: 'oauth2' }],
    ['another name', { instanceId: 'another' }],
    ['no request in the open', { pushedAuthorization: 'always' }],
    ['tokens that are bound to a key', { binding: { required: false, persists: false } }],
    ['a seal', { isSealed: true, apis: [{ url: 'https://evil.example/' }] }],
  ])('do not meet where one has %s', async (_what, other) => {
    const { page, ...browser } = await signedIn(openVaultBrowser())
    await page.keeper.getAccessToken()
    const stranger = strangerAt(browser)
    const known = page.record.read()
    const hello = await stranger.ask(1, 'hello', { settings: settingsOf(browser, other), record: known })
    expect(hello).toMatchObject({ result: { session: undefined } })
    const asked = stranger.ask(2, 'restore', { record: known })
    expect(await browser.inTime(asked)).toMatchObject({ result: { session: undefined } })
    await stranger.ask(3, 'getAccessToken', {})
    await settle()
    expect(JSON.stringify(stranger.answers)).not.toContain('SENTINEL')
    expect(page.keeper.current()).toBeDefined()
    expect(await page.keeper.getAccessToken()).toMatch('SENTINEL')
  })

  it('are all signed out with one of them, where they are of one app: it has added an API, say', async () => {
    const browser = await openVaultBrowser({ sealed: true, apis: ['https://api.example'] })
    const page = browser.openPage()
    await page.signIn()
    const later = browser.openPage({ apis: ['https://api.example', 'https://more.example'] })
    await later.signIn()
    await page.keeper.end({ postLogoutRedirectUri: undefined })
    await until(() => later.changes.length > 0)
    expect(later.changes).toEqual([{ type: 'ended', reason: 'signed_out_elsewhere' }])
    // At once, what both held: nobody will ask the other one to.
    await until(() => browser.provider.count('/revoke') === 2)
    await page.signIn()
    await later.signIn()
    await later.keeper.end({ postLogoutRedirectUri: undefined })
    await until(() => page.keeper.current() === undefined)
    await until(() => browser.provider.count('/revoke') === 4)
    expect(page.changes.at(-1)).toEqual({ type: 'ended', reason: 'signed_out_elsewhere' })
    // That is all that the second one says or hears there.
    const kinds = browser.browser.messages.map((message) => (message as { kind: string }).kind)
    expect(kinds.filter((kind) => ['answer', 'tokens', 'renew'].includes(kind))).toEqual([])
  })

  it('ask the tabs of the same name for nothing, where their settings came second', async () => {
    const { page, ...browser } = await signedIn(openVaultBrowser())
    const stranger = strangerAt(browser)
    const settings = settingsOf(browser, { endpoints: elsewhere })
    await stranger.ask(1, 'hello', { settings, record })
    browser.browser.messages.length = 0
    await browser.inTime(stranger.ask(2, 'restore', { record: page.record.read() }))
    expect(browser.browser.messages).toEqual([])
  })

  it('hear nothing but sign-outs by that name, where their settings came second', async () => {
    const browser = await openVaultBrowser({ sealed: true, apis: ['https://api.example'] })
    await browser.openPage().signIn()
    const later = browser.openPage({ apis: ['https://api.example', 'https://more.example'] })
    await later.signIn()
    const { epoch } = later.record.read()
    const { instanceId } = settingsOf(browser) as { instanceId: string }
    const channel = later.platform.openChannel(`latchkey.${instanceId}`, () => undefined)
    channel?.post({ latchkey: 1, kind: 'ended', epoch, refreshes: 0, code: 'session_ended' })
    await settle()
    expect(later.changes).toEqual([])
    channel?.post({ latchkey: 1, kind: 'signed_out', epoch: epoch + 1 })
    await until(() => later.changes.length > 0)
    expect(later.changes).toEqual([{ type: 'ended', reason: 'signed_out_elsewhere' }])
  })

  it('give up what is signed out of by whoever has lost the way to them, where their settings came second', async () => {
    const browser = await openVaultBrowser({ sealed: true, apis: ['https://api.example'] })
    await browser.openPage().signIn()
    const later = browser.openPage({ apis: ['https://api.example', 'https://more.example'] })
    await later.signIn()
    const { epoch } = later.record.read()
    const { instanceId } = settingsOf(browser) as { instanceId: string }
    const channel = later.platform.openChannel(`latchkey.${instanceId}`, () => undefined)
    channel?.post({ latchkey: 1, kind: 'signing_out', epoch: epoch + 0.25 })
    await settle()
    const revoked = browser.provider.count('/revoke')
    await browser.time.advance(10_000)
    // The first one's session, and theirs.
    await until(() => browser.provider.count('/revoke') === revoked + 2)
  })

  it('share their session with the tabs of their name, where that is another than who came first has', async () => {
    const browser = await openVaultBrowser()
    await browser.openPage().signIn()
    const page = browser.openPage({ name: 'another' })
    await page.signIn()
    browser.vault.deploy()
    const next = browser.openPage({ name: 'another' })
    expect(await browser.inTime(next.keeper.restore())).toMatchObject({ claims: { sub: 'alice' } })
    expect(await next.keeper.getAccessToken()).toBe(await page.keeper.getAccessToken())
  })

  it('are one, whatever APIs they list, where nothing is sealed', async () => {
    const { page, ...browser } = await signedIn(openVaultBrowser())
    const settings = settingsOf(browser, { apis: [{ url: 'https://more.example/' }] })
    const hello = await strangerAt(browser).ask(1, 'hello', { settings, record: page.record.read() })
    expect(hello).toMatchObject({ result: { session: { claims: { sub: 'alice' } } } })
  })

  it('that agree in all of it are one', async () => {
    const browser = await openVaultBrowser()
    await browser.openPage().signIn()
    const stranger = strangerAt(browser)
    const hello = await stranger.ask(1, 'hello', { settings: settingsOf(browser), record })
    expect(hello).toMatchObject({ result: { session: { claims: { sub: 'alice' } } } })
  })

  it('do not share what a seal keeps, with whoever lists other APIs', async () => {
    const browser = await openVaultBrowser({ sealed: true, apis: ['https://api.example'] })
    await browser.openPage().signIn()
    const stranger = strangerAt(browser)
    const mine = { url: 'https://api.example/' }
    for (const [id, apis] of [
      [{ url: 'https://evil.example/' }],
      [mine, { url: 'https://evil.example/' }],
      [{ ...mine, target: { resource: 'https://evil.example/' } }],
    ].entries()) {
      const other = strangerAt(browser)
      const settings = settingsOf(browser, { isSealed: true, apis })
      expect(await other.ask(id, 'hello', { settings, record })).toMatchObject({
        result: { session: undefined },
      })
    }
    const same = settingsOf(browser, { isSealed: true, apis: [mine] })
    expect(await stranger.ask(1, 'hello', { settings: same, record })).toMatchObject({
      result: { session: { claims: { sub: 'alice' } } },
    })
  })
})

describe('what the vault says', () => {
  const isVerifierOf = (message: unknown): boolean =>
    typeof (message as { result?: { codeVerifier?: unknown } }).result?.codeVerifier === 'string'

  it.each([
    ['an open', false],
    ['a sealed', true],
  ])(
    'never holds a refresh token or a verifier, through the whole session of %s vault',
    async (_what, sealed) => {
      const browser = await openVaultBrowser({
        sealed,
        apis: ['https://api.example'],
        send: async () => new Response('ok'),
      })
      const { provider, vault, openPage, time } = browser
      const page = openPage()
      const other = openPage()
      const { response, grant } = await page.answer()
      await page.keeper.redeem(response, grant)
      await other.keeper.restore()
      if (sealed) await page.keeper.send?.(toApiRequest('https://api.example/', undefined))
      else await page.keeper.getAccessToken({ forceRefresh: true })
      await page.hide()
      await other.hide()
      await time.advance(300_000)
      await (sealed
        ? page.keeper.send?.(toApiRequest('https://api.example/', undefined))
        : other.keeper.getAccessToken())
      // A page without a vault of its own asks the other tabs.
      await browser.inTime(openPage({ name: 'another' }).keeper.restore())
      provider.onRequest = ({ path }) =>
        path === '/token' ? new Response('refused', { status: 503 }) : undefined
      await time.advance(300_000)
      await rejectionOf(
        sealed
          ? (page.keeper.send?.(toApiRequest('https://api.example/', undefined)) as Promise<unknown>)
          : page.keeper.getAccessToken(),
      )
      provider.onRequest = () => undefined
      await time.advance(600_000)
      await other.keeper.end({ postLogoutRedirectUri: 'https://app.example/' })
      await page.signIn()
      await settle()

      const hidden = provider.secrets.filter((secret) =>
        sealed ? /refresh-token|access-token/.test(secret) : secret.includes('refresh-token'),
      )
      expect(hidden.length).toBeGreaterThan(sealed ? 3 : 1)
      const forms = [...hidden, grant.codeVerifier].flatMap(formsOf)
      const told = [...vault.said.filter((message) => !isVerifierOf(message)), ...browser.browser.messages]
      const text = told.map(everything).join('\n')
      expect(text.length).toBeGreaterThan(500)
      expect(forms.filter((form) => text.includes(form))).toEqual([])
      // The verifier goes where it has to, and would be found elsewhere.
      expect(vault.said.filter(isVerifierOf)).toHaveLength(2)
    },
  )
})

/** A message as text, its bytes as they are and as what they may spell. */
function everything(message: unknown): string {
  return JSON.stringify(message, (_name, value) => {
    if (value instanceof ArrayBuffer) return new TextDecoder('latin1').decode(value)
    if (ArrayBuffer.isView(value)) return new TextDecoder('latin1').decode(value)
    return value
  })
}

describe('createVaultServer', () => {
  it('makes nothing before a page says which client it is', async () => {
    let made = 0
    const serve = createVaultServer(() => {
      made += 1
      return createFakePlatform()
    })
    const { port1, port2 } = new MessageChannel()
    serve(port2)
    port1.postMessage({ latchkey: 1, id: 1, method: 'ping' })
    await new Promise((resolve) => {
      port1.onmessage = resolve
    })
    expect(made).toBe(0)
    port1.close()
  })
})
