import { afterEach, describe, expect, it } from 'vitest'
import { ConfigurationError, NetworkError, SignInRequiredError } from '../src/errors.ts'
import type { AccessTokenRequest } from '../src/keeper/keeper.ts'
import { settle } from './fake-platform.ts'
import { json } from './fake-provider.ts'
import { holdUpTokens, type KeeperBrowser, type KeeperPage } from './keeper-pages.ts'
import { expectNoSecrets } from './no-secrets.ts'
import { rejectionOf } from './pages.ts'
import { until } from './until.ts'

const orders = 'https://orders.example'
const invoices = 'https://invoices.example'
const granted = { resources: [orders, invoices], scope: 'openid read write' }

/** What every keeper does for an app that calls several APIs (RFC 8707, REF-10), wherever it keeps the tokens. */
export function describeKeeperApis(name: string, createBrowser: () => Promise<KeeperBrowser>): void {
  const browsers: KeeperBrowser[] = []

  afterEach(() => {
    for (const browser of browsers.splice(0)) browser.close()
  })

  type Signed = KeeperBrowser & { readonly page: KeeperPage }

  async function openSignedIn(): Promise<Signed> {
    const browser = await createBrowser()
    browsers.push(browser)
    const page = browser.openPage(granted)
    await page.hide()
    await page.signIn()
    return { ...browser, page }
  }

  async function openTwo(): Promise<Signed & { readonly other: KeeperPage }> {
    const browser = await openSignedIn()
    const other = browser.openPage(granted)
    await other.hide()
    await browser.inTime(other.keeper.restore())
    return { ...browser, other }
  }

  /** Every refresh token that was sent, in order. */
  const sent = ({ provider }: Pick<KeeperBrowser, 'provider'>): (string | null)[] =>
    provider.seen.map(({ form }) => form.get('refresh_token')).filter((token) => token !== null)

  describe(`tokens for several APIs: ${name}`, () => {
    it('are got by one refresh token, and kept side by side', async () => {
      const { page, provider, inTime } = await openSignedIn()
      const ask = (request: AccessTokenRequest): Promise<string> =>
        inTime(page.keeper.getAccessToken(request))
      const own = await ask({})
      const forOrders = await ask({ resource: orders })
      const forInvoices = await ask({ resource: invoices, scope: 'read' })
      expect([own, forOrders, forInvoices].map(provider.targetOf)).toEqual([
        undefined,
        { resource: orders, scope: null },
        { resource: invoices, scope: 'read' },
      ])
      // None has taken another's place.
      expect(await ask({})).toBe(own)
      expect(await ask({ resource: orders })).toBe(forOrders)
      expect(await ask({ resource: invoices, scope: 'read' })).toBe(forInvoices)
      expect(provider.count('/token')).toBe(3)
      expect(new Set(sent({ provider })).size).toBe(2)
    })

    it('serve whoever asks for less, in whatever order, and only a wider one is asked for anew', async () => {
      const { page, provider, inTime } = await openSignedIn()
      const ask = (scope: string): Promise<string> =>
        inTime(page.keeper.getAccessToken({ resource: orders, scope }))
      const both = await ask('write read')
      expect(await ask('read')).toBe(both)
      expect(await ask('read  write')).toBe(both)
      expect(provider.count('/token')).toBe(2)
      expect(provider.targetOf(await ask('openid read write'))?.scope).toBe('openid read write')
      expect(provider.count('/token')).toBe(3)
    })

    it('are asked for by audience, where the provider names them so', async () => {
      const { page, provider, inTime } = await openSignedIn()
      await inTime(page.keeper.getAccessToken({ audience: 'orders', scope: 'read' }))
      expect(Object.fromEntries(provider.seen.at(-1)?.form ?? [])).toMatchObject({
        grant_type: 'refresh_token',
        audience: 'orders',
        scope: 'read',
      })
    })

    it('are got one after the other, however many want them at once: no refresh token is sent twice (RFC 9700 §4.14.2)', async () => {
      const { page, other, provider, inTime } = await openTwo()
      const requests = [{ resource: orders }, { resource: invoices }, { forceRefresh: true }]
      const calls = [page, other].flatMap(({ keeper }) =>
        requests.flatMap((request) => Array.from({ length: 5 }, () => keeper.getAccessToken(request))),
      )
      const tokens = await inTime(Promise.all(calls))
      const tokenOf = new Map<string, Set<string>>()
      for (const token of tokens) {
        const resource = provider.targetOf(token)?.resource ?? 'own'
        tokenOf.set(resource, (tokenOf.get(resource) ?? new Set()).add(token))
      }
      expect([...tokenOf.keys()].sort()).toEqual([invoices, orders, 'own'])
      expect([tokenOf.get(orders)?.size, tokenOf.get(invoices)?.size]).toEqual([1, 1])
      const used = sent({ provider })
      expect(new Set(used).size).toBe(used.length)
      expect([page, other].map(({ keeper }) => keeper.current() !== undefined)).toEqual([true, true])
      // Whatever came last is what is held: it is good for more.
      await inTime(other.keeper.getAccessToken({ forceRefresh: true }))
      expect(other.keeper.current()).toBeDefined()
    })

    it('are shared by all pages of a session, which ask for one once', async () => {
      const { page, other, provider, inTime } = await openTwo()
      const token = await inTime(page.keeper.getAccessToken({ resource: orders }))
      await until(() => provider.count('/token') === 2)
      expect(await inTime(other.keeper.getAccessToken({ resource: orders }))).toBe(token)
      expect(provider.count('/token')).toBe(2)
    })

    it('are renewed each by itself, when they are asked for', async () => {
      const { page, provider, time, inTime } = await openSignedIn()
      const own = await inTime(page.keeper.getAccessToken())
      const forOrders = await inTime(page.keeper.getAccessToken({ resource: orders }))
      await time.advance(200_000)
      const forInvoices = await inTime(page.keeper.getAccessToken({ resource: invoices }))
      await time.advance(120_000)
      const [newOrders, sameInvoices, newOwn] = [
        await inTime(page.keeper.getAccessToken({ resource: orders })),
        await inTime(page.keeper.getAccessToken({ resource: invoices })),
        await inTime(page.keeper.getAccessToken()),
      ]
      expect(newOrders).not.toBe(forOrders)
      expect(provider.targetOf(newOrders)?.resource).toBe(orders)
      expect(sameInvoices).toBe(forInvoices)
      expect(newOwn).not.toBe(own)
      expect(provider.targetOf(newOwn)).toBeUndefined()
    })

    it('are replaced one alone where an API has refused it', async () => {
      const { page, inTime } = await openSignedIn()
      const ask = (request?: AccessTokenRequest): Promise<string> =>
        inTime(page.keeper.getAccessToken(request))
      const [own, forInvoices, refused] = [
        await ask(),
        await ask({ resource: invoices }),
        await ask({ resource: orders }),
      ]
      const next = await ask({ resource: orders, forceRefresh: true })
      expect(next).not.toBe(refused)
      expect(await ask({ resource: orders })).toBe(next)
      expect([await ask(), await ask({ resource: invoices })]).toEqual([own, forInvoices])
    })

    it('survive the refresh of the session’s own', async () => {
      const { page, provider, inTime } = await openSignedIn()
      const forOrders = await inTime(page.keeper.getAccessToken({ resource: orders }))
      const own = await inTime(page.keeper.getAccessToken({ forceRefresh: true }))
      expect(provider.targetOf(own)).toBeUndefined()
      expect(await inTime(page.keeper.getAccessToken({ resource: orders }))).toBe(forOrders)
    })

    it.each([
      ['an API', { resource: 'https://payroll.example', scope: 'read' }, 'invalid_target'],
      ['a scope', { resource: orders, scope: 'delete' }, 'invalid_scope'],
    ])(
      'that were not granted, be it %s, are asked for by login(error.demand), and the session goes on',
      async (_, request, wire) => {
        const { page, provider, inTime } = await openSignedIn()
        const own = await inTime(page.keeper.getAccessToken())
        const error = await rejectionOf(inTime(page.keeper.getAccessToken(request)))
        expect(error).toBeInstanceOf(SignInRequiredError)
        expect(error).toMatchObject({
          code: 'consent_required',
          message: expect.stringContaining(wire),
          demand: {
            resource: request.resource,
            scope: [...new Set(['openid', 'read', 'write', request.scope])].join(' '),
          },
        })
        expectNoSecrets(error, provider.secrets)
        expect(await inTime(page.keeper.getAccessToken())).toBe(own)
        expect(
          provider.targetOf(await inTime(page.keeper.getAccessToken({ resource: orders }))),
        ).toBeDefined()
        expect(page.changes.filter(({ type }) => type !== 'refreshed')).toEqual([])
      },
    )

    it('are not asked for again by whoever waits for the same', async () => {
      const { page, provider, inTime } = await openSignedIn()
      const held = holdUpTokens(provider)
      const calls = Array.from({ length: 10 }, () =>
        rejectionOf(page.keeper.getAccessToken({ resource: 'urn:other' })),
      )
      await until(held.arrived)
      await settle()
      held.goOn()
      await inTime(Promise.all(calls))
      expect(provider.count('/token')).toBe(2)
    })

    it('end with the session: a dead refresh token is dead for all of them', async () => {
      const { page, provider, inTime } = await openSignedIn()
      await inTime(page.keeper.getAccessToken({ resource: orders }))
      provider.onToken = (answer) => {
        Object.assign(answer, { status: 400, body: { error: 'invalid_grant' } })
      }
      const error = await rejectionOf(inTime(page.keeper.getAccessToken({ resource: invoices })))
      expect(error).toMatchObject({ code: 'session_ended' })
      expect(await rejectionOf(inTime(page.keeper.getAccessToken({ resource: orders })))).toMatchObject({
        code: 'not_signed_in',
      })
    })

    it('keep the session where the provider does not understand what an API is', async () => {
      const { page, provider, inTime } = await openSignedIn()
      provider.onToken = (answer, form) => {
        if (form.has('resource')) Object.assign(answer, { status: 400, body: { error: 'invalid_request' } })
      }
      const error = await rejectionOf(inTime(page.keeper.getAccessToken({ resource: orders })))
      expect(error).toMatchObject({ name: 'ServerError', error: 'invalid_request' })
      expect(page.keeper.current()).toBeDefined()
    })

    it('wait like all others while the provider is down, and what lives is given out', async () => {
      const { page, provider, time, inTime } = await openSignedIn()
      const token = await inTime(page.keeper.getAccessToken({ resource: orders }))
      provider.onRequest = ({ path }) => (path === '/token' ? json(503, {}) : undefined)
      const request = { resource: orders, minValiditySeconds: 299 }
      await time.advance(100_000)
      expect(await inTime(page.keeper.getAccessToken(request))).toBe(token)
      const refused = await rejectionOf(inTime(page.keeper.getAccessToken({ resource: invoices })))
      expect(refused).toBeInstanceOf(NetworkError)
      expect(page.keeper.current()).toBeDefined()
    })

    it('need a refresh token', async () => {
      const browser = await createBrowser()
      browsers.push(browser)
      browser.provider.onToken = ({ body }) => {
        if (typeof body === 'object') body.refresh_token = undefined
      }
      const page = browser.openPage(granted)
      await page.signIn()
      const error = await rejectionOf(browser.inTime(page.keeper.getAccessToken({ resource: orders })))
      expect(error).toBeInstanceOf(ConfigurationError)
      expect(error).toMatchObject({ code: 'no_refresh_token' })
      expect(page.keeper.current()).toBeDefined()
    })

    it('are of whoever is signed in when they come', async () => {
      const { page, provider, inTime } = await openSignedIn()
      const held = holdUpTokens(provider)
      const asked = rejectionOf(page.keeper.getAccessToken({ resource: orders }))
      await until(held.arrived)
      const ended = page.keeper.end({ postLogoutRedirectUri: undefined })
      held.goOn()
      expect(await inTime(asked)).toMatchObject({ code: 'not_signed_in' })
      await inTime(ended)
      expect(page.keeper.current()).toBeUndefined()
    })
  })
}
