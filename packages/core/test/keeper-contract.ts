import { afterEach, describe, expect, it } from 'vitest'
import {
  type AnyAuthError,
  ConfigurationError,
  NetworkError,
  ProtocolError,
  ServerError,
  SignInRequiredError,
} from '../src/errors.ts'
import type { RedeemRequest } from '../src/keeper/keeper.ts'
import type { OpenIdOptions } from '../src/options/client-options.ts'
import type { StandardSchema } from '../src/standard-schema.ts'
import type { User } from '../src/user.ts'
import { settle } from './fake-platform.ts'
import { demandPush, json } from './fake-provider.ts'
import { holdUpTokens, type KeeperBrowser, type KeeperPage } from './keeper-pages.ts'
import { rejectionOf } from './pages.ts'
import { until } from './until.ts'

const nobodyFits: StandardSchema<User> = {
  '~standard': { version: 1, vendor: 'test', validate: () => ({ issues: [{ message: 'nobody does' }] }) },
}

async function failToSay(): Promise<never> {
  throw new NetworkError('user_not_loaded', 'Nobody knows who this is.')
}

/** What every keeper does, wherever it keeps the tokens. */
export function describeKeeper(name: string, createBrowser: () => Promise<KeeperBrowser>): void {
  const browsers: KeeperBrowser[] = []

  async function open(): Promise<KeeperBrowser> {
    const browser = await createBrowser()
    browsers.push(browser)
    return browser
  }

  async function openSignedIn(): Promise<KeeperBrowser & { readonly page: KeeperPage }> {
    const browser = await open()
    const page = browser.openPage()
    await page.signIn()
    return { ...browser, page }
  }

  /** Two pages in one session. */
  async function openTwo(): Promise<
    KeeperBrowser & { readonly page: KeeperPage; readonly other: KeeperPage }
  > {
    const browser = await openSignedIn()
    const other = browser.openPage()
    await other.keeper.restore()
    other.changes.length = 0
    return { ...browser, other }
  }

  afterEach(() => {
    for (const browser of browsers.splice(0)) browser.close()
  })

  describe(`a keeper: ${name}`, () => {
    describe('signing in', () => {
      it('starts with an address at the provider, and what its answer will be checked against', async () => {
        const { provider, openPage } = await open()
        const { keeper } = openPage()
        const { url, ...secrets } = await keeper.authorize({
          redirectUri: 'https://app.example/callback',
          scope: 'openid',
          statePrefix: 'prefix.',
          extra: { prompt: 'login' },
        })
        expect(url).toMatch(`${provider.issuer}/auth?`)
        expect(new URL(url).searchParams.get('prompt')).toBe('login')
        expect(Object.keys(secrets).sort()).toEqual(['codeVerifier', 'nonce', 'state'])
        expect(secrets.state).toMatch(/^prefix\./)
      })

      it('is pushed where the provider demands it, and never sent in the open instead (RFC 9126)', async () => {
        const { provider, openPage } = await open()
        demandPush(provider)
        const page = openPage()
        await expect(page.signIn()).resolves.toMatchObject({ claims: { sub: 'alice' } })
        expect(provider.count('/par')).toBe(1)
        provider.onRequest = ({ path }) =>
          path === '/par' ? json(400, { error: 'invalid_request', error_description: 'No.' }) : undefined
        expect(await rejectionOf(page.answer())).toMatchObject({
          name: 'ServerError',
          code: 'authorization_failed',
          error: 'invalid_request',
          status: 400,
        })
        expect(page.keeper.current()).toMatchObject({ claims: { sub: 'alice' } })
      })

      it('ends with a session that tells who it is, and no token', async () => {
        const { provider, openPage, time } = await open()
        const page = openPage()
        const session = await page.signIn()
        expect(session).toEqual({
          epoch: expect.any(Number),
          claims: expect.objectContaining({ sub: 'alice', name: 'Alice' }),
          scope: 'openid profile email',
          accessTokenExpiresAt: time.clock.now().epochMs + 300_000,
          hasRefreshToken: true,
        })
        expect(page.keeper.current()).toEqual(session)
        expect(JSON.stringify(session)).not.toContain('token-')
        expect(provider.count('/token')).toBe(1)
      })

      it('says what was asked for and not granted, in every page, for as long as it lasts', async () => {
        const { openPage, provider } = await open()
        const page = openPage()
        provider.onToken = ({ body }) =>
          void (typeof body === 'object' && Object.assign(body, { scope: 'openid email' }))
        expect(await page.signIn()).toMatchObject({ scope: 'openid email', scopeNotGranted: 'profile' })
        await page.keeper.getAccessToken({ forceRefresh: true })
        expect((await openPage().keeper.restore())?.scopeNotGranted).toBe('profile')
      })

      it('tells nobody here of what was asked for here', async () => {
        const { page } = await openSignedIn()
        await settle()
        expect(page.changes).toEqual([])
      })

      it('is told to other pages by what they store', async () => {
        const { page } = await openSignedIn()
        expect(page.record.read()).toMatchObject({ status: 'signed_in', refreshes: 0 })
        expect(page.record.read().epoch).toBeGreaterThan(0)
      })

      it('keeps nothing of a sign-in that the provider refuses', async () => {
        const { provider, openPage } = await open()
        const page = openPage()
        const { response, grant } = await page.answer()
        provider.onToken = (answer) => {
          answer.status = 400
          answer.body = { error: 'not_today', error_description: 'Not that one.' }
        }
        const error = await rejectionOf(page.keeper.redeem(response, grant))
        expect(error).toBeInstanceOf(ServerError)
        expect(error).toMatchObject({
          name: 'ServerError',
          code: 'token_request_failed',
          error: 'not_today',
          description: 'Not that one.',
          status: 400,
        })
        expect(page.keeper.current()).toBeUndefined()
      })

      it('keeps nothing of an answer that breaks a rule', async () => {
        const { provider, openPage } = await open()
        const page = openPage()
        const { response, grant } = await page.answer()
        const error = await rejectionOf(page.keeper.redeem(response, { ...grant, nonce: 'another' }))
        expect(error).toBeInstanceOf(ProtocolError)
        expect(error).toMatchObject({ name: 'ProtocolError', code: 'invalid_id_token' })
        expect(error.message.length).toBeGreaterThan(20)
        expect(page.keeper.current()).toBeUndefined()
        expect(provider.count('/token')).toBe(1)
      })

      it('passes on that the registration is wrong', async () => {
        const { provider, openPage } = await open()
        const page = openPage()
        const { response, grant } = await page.answer()
        provider.onToken = (answer) => {
          answer.status = 401
          answer.body = { error: 'invalid_client' }
        }
        const error = await rejectionOf(page.keeper.redeem(response, grant))
        expect(error).toBeInstanceOf(ConfigurationError)
        expect(error).toMatchObject({ name: 'ConfigurationError', code: 'client_rejected' })
      })
    })

    describe('getAccessToken', () => {
      it('is refused while nobody is signed in', async () => {
        const { openPage } = await open()
        const error = await rejectionOf(openPage().keeper.getAccessToken())
        expect(error).toBeInstanceOf(SignInRequiredError)
        expect(error).toMatchObject({ name: 'SignInRequiredError', code: 'not_signed_in' })
      })

      it('gives a token that is good without a request', async () => {
        const { page, provider } = await openSignedIn()
        const token = await page.keeper.getAccessToken()
        expect(token).toMatch('SENTINEL-access-token')
        const before = provider.seen.length
        for (let count = 0; count < 50; count++) expect(await page.keeper.getAccessToken()).toBe(token)
        expect(provider.seen).toHaveLength(before)
      })

      it('sends one request for 200 callers who find it expired', async () => {
        const { page, provider, time } = await openSignedIn()
        const old = await page.keeper.getAccessToken()
        await page.hide()
        await time.advance(300_000)
        provider.seen.length = 0
        const tokens = await Promise.all(Array.from({ length: 200 }, () => page.keeper.getAccessToken()))
        expect(new Set(tokens).size).toBe(1)
        expect(tokens).not.toContain(old)
        expect(provider.count('/token')).toBe(1)
      })

      it('refreshes where the caller says that the token was refused', async () => {
        const { page, provider } = await openSignedIn()
        const old = await page.keeper.getAccessToken()
        const token = await page.keeper.getAccessToken({ forceRefresh: true })
        expect(token).not.toBe(old)
        expect(await page.keeper.getAccessToken()).toBe(token)
        expect(provider.count('/token')).toBe(2)
      })

      it('refreshes where less is left than the caller needs', async () => {
        const { page, provider, time } = await openSignedIn()
        const old = await page.keeper.getAccessToken()
        await time.advance(100_000)
        expect(await page.keeper.getAccessToken({ minValiditySeconds: 200 })).toBe(old)
        expect(await page.keeper.getAccessToken({ minValiditySeconds: 201 })).not.toBe(old)
        expect(provider.count('/token')).toBe(2)
      })

      it.each([Number.POSITIVE_INFINITY, Number.NaN, -1])(
        'settles whoever asks for %s seconds',
        async (seconds) => {
          const { page } = await openSignedIn()
          expect(await page.keeper.getAccessToken({ minValiditySeconds: seconds })).toMatch('SENTINEL')
        },
      )

      it('asks nobody where the caller has given up before', async () => {
        const { page, provider, time } = await openSignedIn()
        await page.hide()
        await time.advance(300_000)
        const asked = page.keeper.getAccessToken({ signal: AbortSignal.abort('given up') })
        await expect(asked).rejects.toBe('given up')
        await settle()
        expect(provider.count('/token')).toBe(1)
      })

      it('lets one caller give up, and serves the other', async () => {
        const { page, provider, time } = await openSignedIn()
        await page.hide()
        await time.advance(300_000)
        const stop = new AbortController()
        const held = holdUpTokens(provider)
        const impatient = page.keeper.getAccessToken({ signal: stop.signal })
        const patient = page.keeper.getAccessToken()
        await until(held.arrived)
        stop.abort('given up')
        await expect(impatient).rejects.toBe('given up')
        held.goOn()
        expect(await patient).toMatch('SENTINEL')
        expect(provider.count('/token')).toBe(2)
      })

      it('gives the old token where it still lives and no other can be had', async () => {
        const { page, provider, time } = await openSignedIn()
        const old = await page.keeper.getAccessToken()
        provider.onRequest = () => json(503, {})
        await time.advance(295_000)
        expect(await page.keeper.getAccessToken()).toBe(old)
      })

      it('says with every detail why no token can be had, and keeps the session', async () => {
        const { page, provider, time } = await openSignedIn()
        await page.hide()
        await time.advance(300_000)
        provider.onRequest = () => json(503, {}, { 'retry-after': '7' })
        const error = await rejectionOf(page.keeper.getAccessToken())
        expect(error).toBeInstanceOf(NetworkError)
        expect(error).toMatchObject({
          name: 'NetworkError',
          code: 'server_unavailable',
          status: 503,
          retryAfterSeconds: 7,
        })
        expect(page.keeper.current()).toBeDefined()
      })
    })

    describe('that forgets its session', () => {
      it('has none, tells nobody, and leaves it to the other pages', async () => {
        const { page, other, provider } = await openTwo()
        const record = page.record.read()
        page.keeper.forget()
        expect(page.keeper.current()).toBeUndefined()
        expect(await rejectionOf(page.keeper.getAccessToken())).toMatchObject({ code: 'not_signed_in' })
        await settle()
        expect([...page.changes, ...other.changes]).toEqual([])
        expect(page.record.read()).toEqual(record)
        await expect(other.keeper.getAccessToken({ forceRefresh: true })).resolves.toBeTruthy()
        expect(provider.count('/revoke')).toBe(0)
        await expect(page.keeper.restore()).resolves.toMatchObject({ claims: { sub: 'alice' } })
      })

      it('leaves them what it was renewing it with, too', async () => {
        const { page, other, provider } = await openTwo()
        const tokens = holdUpTokens(provider)
        const renewed = rejectionOf(page.keeper.getAccessToken({ forceRefresh: true }))
        await until(tokens.arrived)
        page.keeper.forget()
        provider.onToken = () => undefined
        tokens.goOn()
        expect(await renewed).toMatchObject({ name: 'SignInRequiredError' })
        await until(() => other.record.read().refreshes === 1)
        await expect(other.keeper.getAccessToken({ forceRefresh: true })).resolves.toBeTruthy()
        expect(provider.count('/revoke')).toBe(0)
        expect(other.keeper.current()).toBeDefined()
      })
    })

    describe('asked who this is', () => {
      it('knows it before there is a session, where it is to', async () => {
        const { provider, openPage } = await open()
        provider.userInfo = { nickname: 'Al' }
        const page = openPage()
        const { response, grant } = await page.answer()
        const session = await page.keeper.redeem(response, grant, { identify: 'user_info' })
        expect(session.userInfo?.claims).toEqual({ sub: 'alice', nickname: 'Al' })
        expect(page.keeper.current()).toEqual(session)
        expect(page.changes).toEqual([])
      })

      it('keeps nothing of a sign-in where it does not become known, and gives the tokens back', async () => {
        const { provider, openPage } = await open()
        provider.userInfo = { sub: 'bob' }
        const page = openPage()
        const { response, grant } = await page.answer()
        const error = await rejectionOf(page.keeper.redeem(response, grant, { identify: 'user_info' }))
        expect(error).toBeInstanceOf(ProtocolError)
        expect(error).toMatchObject({ code: 'invalid_user_info' })
        expect(page.keeper.current()).toBeUndefined()
        expect(page.record.read().epoch).toBe(0)
        await until(() => provider.count('/revoke') === 1)
      })

      it('asks the provider, and tells every other page and nobody here', async () => {
        const { page, other, provider } = await openTwo()
        provider.userInfo = { nickname: 'Al' }
        const session = await page.keeper.identify('user_info')
        expect(session).toMatchObject({ claims: { sub: 'alice' }, userInfo: { claims: { nickname: 'Al' } } })
        expect(page.keeper.current()).toEqual(session)
        await until(() => other.changes.length > 0)
        expect(other.changes).toEqual([{ type: 'described', session }])
        expect(other.keeper.current()).toEqual(session)
        expect(page.changes).toEqual([])
        expect(provider.count('/userinfo')).toBe(1)
      })

      it('hands it over with the session, to a page that is loaded later', async () => {
        const { page, provider, openPage } = await openSignedIn()
        provider.userInfo = { nickname: 'Al' }
        await page.keeper.identify('user_info')
        await expect(openPage().keeper.restore()).resolves.toMatchObject({
          userInfo: { claims: { sub: 'alice', nickname: 'Al' } },
        })
        expect(provider.count('/userinfo')).toBe(1)
      })

      it('still knows it after a refresh, but for what the ID token says now', async () => {
        const { page, other, provider } = await openTwo()
        provider.userInfo = { name: 'Alice of UserInfo', nickname: 'Al' }
        await page.keeper.identify('user_info')
        provider.claims = { name: 'Alicia' }
        await page.keeper.getAccessToken({ forceRefresh: true })
        await until(() => other.keeper.current()?.claims?.name === 'Alicia')
        for (const { keeper } of [page, other]) {
          expect(keeper.current()?.userInfo?.claims).toEqual({ sub: 'alice', nickname: 'Al' })
        }
      })

      it('asks by a way of the app’s own, with the access token', async () => {
        const { page, other, time } = await openTwo()
        const asked: string[] = []
        const session = await page.keeper.identify(async (accessToken) => {
          asked.push(accessToken)
          return { claims: { sub: 'alice', team: 7 }, askedAtMs: time.clock.now().epochMs }
        })
        expect(asked).toEqual([await page.keeper.getAccessToken()])
        expect(session.userInfo?.claims).toEqual({ sub: 'alice', team: 7 })
        await until(() => other.changes.length > 0)
        expect(other.keeper.current()).toEqual(session)
      })

      it('keeps nothing of a sign-in where the app’s own way fails', async () => {
        const { openPage } = await open()
        const page = openPage()
        const { response, grant } = await page.answer()
        const failing = page.keeper.redeem(response, grant, { identify: failToSay })
        expect(await rejectionOf(failing)).toMatchObject({ code: 'user_not_loaded' })
        expect(page.keeper.current()).toBeUndefined()
      })

      it.each<[why: string, options: Partial<OpenIdOptions>, request: RedeemRequest, code: string]>([
        ['UserInfo speaks of somebody else', {}, { identify: 'user_info' }, 'invalid_user_info'],
        ['the app’s own way fails', {}, { identify: failToSay }, 'user_not_loaded'],
        ['the claims do not fit the app', { claims: nobodyFits }, {}, 'claims_rejected'],
        [
          'what the app’s own way says does not fit',
          { claims: nobodyFits },
          { identify: async () => ({ claims: { sub: 'alice' }, askedAtMs: 0 }) },
          'claims_rejected',
        ],
      ])('leaves the session that there was as it is, in every page, where %s', async (...given) => {
        const [, options, request, code] = given
        const browser = await open()
        const { provider, openPage } = browser
        const page = openPage(options)
        const before = await openPage().signIn()
        const other = openPage()
        await page.keeper.restore()
        await other.keeper.restore()
        for (const { changes } of [page, other]) changes.length = 0
        const token = await page.keeper.getAccessToken()
        const record = page.record.read()
        provider.userInfo = { sub: 'bob' }
        const { response, grant } = await page.answer()
        expect(await rejectionOf(page.keeper.redeem(response, grant, request))).toMatchObject({ code })
        await until(() => provider.count('/revoke') === 1)
        await settle()
        expect(page.record.read()).toEqual(record)
        for (const { keeper, changes } of [page, other]) {
          expect(changes).toEqual([])
          expect(keeper.current()).toEqual(before)
          expect(await keeper.getAccessToken()).toBe(token)
        }
        // What was revoked is what came, so that this one can still be renewed.
        await expect(page.keeper.getAccessToken({ forceRefresh: true })).resolves.not.toBe(token)
      })

      it('shows the app’s own schema what its own way said', async () => {
        const { openPage } = await open()
        const seen: unknown[] = []
        const page = openPage({ claims: { '~standard': { ...nobodyFits['~standard'], validate } } })
        function validate(value: unknown) {
          seen.push((value as { readonly team?: unknown }).team)
          return { value: value as User }
        }
        const { response, grant } = await page.answer()
        await page.keeper.redeem(response, grant, {
          identify: async () => ({ claims: { sub: 'alice', team: 7 }, askedAtMs: 0 }),
        })
        expect(seen).toEqual([7])
      })

      it('renews the access token where it is refused, and asks once more (RFC 6750 §3.1)', async () => {
        const { page, provider } = await openSignedIn()
        let refusals = 1
        provider.userInfo = { nickname: 'Al' }
        provider.onRequest = ({ path }) =>
          path === '/userinfo' && refusals-- > 0 ? json(401, { error: 'invalid_token' }) : undefined
        await expect(page.keeper.identify('user_info')).resolves.toMatchObject({
          userInfo: { claims: { nickname: 'Al' } },
        })
        expect([provider.count('/userinfo'), provider.count('/token')]).toEqual([2, 2])
        refusals = 10
        const error = await rejectionOf(page.keeper.identify('user_info'))
        expect(error).toBeInstanceOf(ServerError)
        expect(error).toMatchObject({ code: 'user_info_failed', error: 'invalid_token', status: 401 })
        expect([provider.count('/userinfo'), provider.count('/token')]).toEqual([4, 3])
        expect(page.keeper.current()).toBeDefined()
      })

      it('is refused while nobody is signed in', async () => {
        const { openPage } = await open()
        expect(await rejectionOf(openPage().keeper.identify('user_info'))).toMatchObject({
          code: 'not_signed_in',
        })
      })

      it('says nothing of somebody who has signed out meanwhile', async () => {
        const { page, provider } = await openSignedIn()
        let answer = (): void => undefined
        provider.onRequest = ({ path }) =>
          path === '/userinfo'
            ? new Promise((resolve) => {
                answer = () => resolve(json(200, { sub: 'alice', nickname: 'Al' }))
              })
            : undefined
        const asked = rejectionOf(page.keeper.identify('user_info'))
        await until(() => provider.count('/userinfo') === 1)
        await page.keeper.end({ postLogoutRedirectUri: undefined })
        answer()
        expect(await asked).toMatchObject({ code: 'not_signed_in' })
        expect(page.keeper.current()).toBeUndefined()
      })
    })

    describe('onChange', () => {
      it('tells of a refresh, with the session as it is now', async () => {
        const { page, time } = await openSignedIn()
        await page.keeper.getAccessToken({ forceRefresh: true })
        expect(page.changes).toEqual([{ type: 'refreshed', session: page.keeper.current() }])
        expect(page.keeper.current()?.accessTokenExpiresAt).toBe(time.clock.now().epochMs + 300_000)
        expect(page.record.read()).toMatchObject({ status: 'signed_in', refreshes: 1, rotation: 1 })
      })

      it('tells of a refresh that failed, and when it is tried again', async () => {
        const { page, provider, time } = await openSignedIn()
        provider.onRequest = () => json(503, {})
        const asked = rejectionOf(page.keeper.getAccessToken({ forceRefresh: true }))
        const error = await asked
        const [change] = page.changes
        expect(change).toMatchObject({
          type: 'refresh_failed',
          error: { code: 'server_unavailable', status: 503 },
        })
        expect(change?.type === 'refresh_failed' && change.error).toBeInstanceOf(NetworkError)
        expect(change?.type === 'refresh_failed' && change.retryAt).toBeGreaterThan(time.clock.now().epochMs)
        expect(error).toBeInstanceOf(NetworkError)
        page.stop()
      })

      it('tells of an end, once, however many wait', async () => {
        const { page, provider } = await openSignedIn()
        provider.onToken = (answer) => {
          answer.status = 400
          answer.body = { error: 'invalid_grant' }
        }
        const errors = await Promise.all(
          Array.from({ length: 5 }, () => rejectionOf(page.keeper.getAccessToken({ forceRefresh: true }))),
        )
        for (const error of errors) {
          expect(error).toBeInstanceOf(SignInRequiredError)
          expect((error as AnyAuthError).code).toMatch(/session_ended|not_signed_in/)
        }
        await settle()
        expect(page.changes).toEqual([
          { type: 'ended', reason: 'session_ended', error: expect.any(SignInRequiredError) },
        ])
        expect(page.keeper.current()).toBeUndefined()
        expect(page.record.read().status).toBe('ended')
      })

      it('tells nothing any more to whoever has stopped listening', async () => {
        const { page } = await openSignedIn()
        let heard = 0
        const stop = page.keeper.onChange(() => {
          heard += 1
        })
        stop()
        await page.keeper.getAccessToken({ forceRefresh: true })
        expect([heard, page.changes.length]).toEqual([0, 1])
      })
    })

    describe('end', () => {
      it('drops the session before anything is awaited', async () => {
        const { page } = await openSignedIn()
        const ending = page.keeper.end({ postLogoutRedirectUri: undefined })
        expect(page.keeper.current()).toBeUndefined()
        expect(page.record.read().status).toBe('signed_out')
        const error = await rejectionOf(page.keeper.getAccessToken())
        expect(error).toMatchObject({ code: 'not_signed_in' })
        await ending
      })

      it('revokes, and says where to go', async () => {
        const { page, provider } = await openSignedIn()
        const { url, ...result } = await page.keeper.end({ postLogoutRedirectUri: 'https://app.example/' })
        expect(result).toEqual({ isRevoked: true, error: undefined })
        expect(url).toMatch(`${provider.issuer}/logout?`)
        expect(new URL(url ?? '').searchParams.get('id_token_hint')).toBeTruthy()
        expect(provider.count('/revoke')).toBeGreaterThan(0)
        expect(page.record.read().status).toBe('signed_out')
      })

      it('goes nowhere where only this app is to be left', async () => {
        const { page } = await openSignedIn()
        const { url, isRevoked } = await page.keeper.end({ postLogoutRedirectUri: undefined })
        expect([url, isRevoked]).toEqual([undefined, true])
      })

      it('tells the provider nothing where the tokens are not to be revoked', async () => {
        const { page, provider } = await openSignedIn()
        const before = provider.seen.length
        const result = await page.keeper.end({ postLogoutRedirectUri: undefined, revokes: false })
        await settle()
        expect(result).toEqual({ url: undefined, isRevoked: false, error: undefined })
        expect([page.keeper.current(), provider.seen.length]).toEqual([undefined, before])
      })

      it('is not told to whoever asked for it', async () => {
        const { page } = await openSignedIn()
        await page.keeper.end({ postLogoutRedirectUri: undefined })
        await settle()
        expect(page.changes).toEqual([])
      })

      it('never rejects, and says what kept the provider from being told', async () => {
        const { page, provider } = await openSignedIn()
        provider.onRequest = () => {
          throw new TypeError('Failed to fetch')
        }
        const result = await page.keeper.end({ postLogoutRedirectUri: 'https://app.example/' })
        expect(result).toMatchObject({ url: undefined, isRevoked: false, error: { code: 'network_failed' } })
        expect(result.error).toBeInstanceOf(NetworkError)
      })

      it('keeps nothing of a sign-in that is given up while its code is exchanged, and gives it back', async () => {
        const { page, provider } = await openSignedIn()
        const token = await page.keeper.getAccessToken()
        const { response, grant } = await page.answer()
        const held = holdUpTokens(provider)
        const stop = new AbortController()
        const redeemed = rejectionOf(page.keeper.redeem(response, grant, { signal: stop.signal }))
        await until(held.arrived)
        const reason = new Error('no longer')
        stop.abort(reason)
        expect(await redeemed).toBe(reason)
        held.goOn()
        await until(() => provider.count('/revoke') > 0)
        expect(page.changes).toEqual([])
        await expect(page.keeper.getAccessToken()).resolves.toBe(token)
      })

      it('discards and revokes what a sign-in brings that ends after it', async () => {
        const { provider, openPage, inTime } = await open()
        const page = openPage()
        const { response, grant } = await page.answer()
        const held = holdUpTokens(provider)
        const redeemed = rejectionOf(page.keeper.redeem(response, grant))
        await until(held.arrived)
        const ended = page.keeper.end({ postLogoutRedirectUri: undefined })
        await settle()
        held.goOn()
        expect(await redeemed).toMatchObject({ code: 'not_signed_in' })
        await ended
        await until(() => provider.count('/revoke') > 0)
        expect(await inTime(page.keeper.restore())).toBeUndefined()
        expect(page.keeper.current()).toBeUndefined()
      })

      it('discards and revokes what a refresh brings that ends after it', async () => {
        const { page, provider } = await openSignedIn()
        const held = holdUpTokens(provider)
        const asked = rejectionOf(page.keeper.getAccessToken({ forceRefresh: true }))
        await until(held.arrived)
        await page.keeper.end({ postLogoutRedirectUri: undefined })
        const revoked = provider.count('/revoke')
        held.goOn()
        expect(await asked).toMatchObject({ code: 'not_signed_in' })
        await until(() => provider.count('/revoke') > revoked)
        expect(page.keeper.current()).toBeUndefined()
        expect(page.changes).toEqual([])
      })
    })

    describe('start', () => {
      it('renews ahead of time while the page is seen', async () => {
        const { page, provider, time } = await openSignedIn()
        await settle()
        await time.advance(260_000)
        await until(() => page.changes.length > 0)
        expect(provider.count('/token')).toBe(2)
      })

      it('does not renew while nobody sees the page', async () => {
        const { page, provider, time } = await openSignedIn()
        await page.hide()
        await time.advance(290_000)
        expect(provider.count('/token')).toBe(1)
      })

      it('renews when the page is seen again', async () => {
        const { page, provider, time } = await openSignedIn()
        await page.hide()
        await time.advance(290_000)
        page.platform.setVisible(true)
        page.platform.wake('visible')
        await until(() => provider.count('/token') === 2)
      })

      it('leaves neither a timer nor a listener once stopped', async () => {
        const { page, time } = await openSignedIn()
        await page.hide()
        page.stop()
        await settle()
        expect([page.platform.listenerCount(), page.platform.timerCount()]).toEqual([0, 0])
        await time.advance(400_000)
        expect(time.timerCount()).toBe(0)
      })

      it('can be started again', async () => {
        const { page, provider, time } = await openSignedIn()
        page.stop()
        const stop = page.keeper.start()
        await settle()
        await time.advance(260_000)
        await until(() => provider.count('/token') === 2)
        stop()
      })
    })

    describe('two pages of one browser', () => {
      it('share a session without a request to the provider', async () => {
        const { page, provider, openPage } = await openSignedIn()
        const before = provider.seen.length
        const other = openPage()
        expect(await other.keeper.restore()).toEqual(page.keeper.current())
        expect(other.keeper.current()).toEqual(page.keeper.current())
        expect(await other.keeper.getAccessToken()).toBe(await page.keeper.getAccessToken())
        expect(provider.seen).toHaveLength(before)
      })

      it('know what the session was switched to, when it is refreshed too', async () => {
        const { openPage } = await open()
        const page = openPage()
        const { response, grant } = await page.answer()
        const switchedTo = { organization: 'b' }
        await page.keeper.redeem(response, { ...grant, switchedTo })
        const other = openPage()
        expect((await other.keeper.restore())?.switchedTo).toEqual(switchedTo)
        await other.keeper.getAccessToken({ forceRefresh: true })
        expect(other.keeper.current()?.switchedTo).toEqual(switchedTo)
        expect(page.keeper.current()?.switchedTo).toEqual(switchedTo)
        await page.signIn()
        expect(page.keeper.current()?.switchedTo).toBeUndefined()
      })

      it('find nothing where there is nothing', async () => {
        const { provider, openPage, inTime } = await open()
        openPage()
        expect(await inTime(openPage().keeper.restore())).toBeUndefined()
        expect(provider.seen).toEqual([])
      })

      it('see each other sign in', async () => {
        const { openPage, inTime } = await open()
        const [page, other] = [openPage(), openPage()]
        expect(await inTime(other.keeper.restore())).toBeUndefined()
        await page.signIn()
        await other.keeper.restore()
        await until(() => other.changes.length > 0)
        expect(other.changes).toEqual([{ type: 'adopted', session: page.keeper.current() }])
      })

      it('see each other sign in as somebody else', async () => {
        const { page, other, provider } = await openTwo()
        provider.claims = { sub: 'bob' }
        await other.signIn()
        await page.keeper.restore()
        await until(() => page.changes.length > 0)
        expect(page.changes).toMatchObject([{ type: 'adopted', session: { claims: { sub: 'bob' } } }])
        expect(await page.keeper.getAccessToken()).toBe(await other.keeper.getAccessToken())
      })

      it('have each other’s refreshed tokens', async () => {
        const { page, other, provider } = await openTwo()
        const token = await page.keeper.getAccessToken({ forceRefresh: true })
        await until(() => other.changes.length > 0)
        expect(other.changes).toEqual([{ type: 'refreshed', session: page.keeper.current() }])
        expect(await other.keeper.getAccessToken()).toBe(token)
        expect(provider.count('/token')).toBe(2)
      })

      it('send one request where the token expires for both', async () => {
        const { page, other, provider, time, inTime } = await openTwo()
        await page.keeper.getAccessToken()
        await page.hide()
        await other.hide()
        await time.advance(300_000)
        provider.seen.length = 0
        const asked = Promise.all(
          [page, other].flatMap(({ keeper }) => [keeper.getAccessToken(), keeper.getAccessToken()]),
        )
        expect(new Set(await inTime(asked)).size).toBe(1)
        expect(provider.count('/token')).toBe(1)
      })

      it('see each other sign out', async () => {
        const { page, other } = await openTwo()
        await page.keeper.end({ postLogoutRedirectUri: undefined })
        await until(() => other.changes.length > 0)
        expect(other.changes).toEqual([{ type: 'ended', reason: 'signed_out_elsewhere' }])
        expect(other.keeper.current()).toBeUndefined()
        expect(await rejectionOf(other.keeper.getAccessToken())).toMatchObject({ code: 'not_signed_in' })
        expect(other.record.read().status).toBe('signed_out')
      })

      it('see what the other was told by the provider', async () => {
        const { page, other, provider } = await openTwo()
        provider.onToken = (answer) => {
          answer.status = 400
          answer.body = { error: 'invalid_grant' }
        }
        await rejectionOf(page.keeper.getAccessToken({ forceRefresh: true }))
        await until(() => other.changes.length > 0)
        expect(other.changes).toMatchObject([{ type: 'ended', reason: 'session_ended' }])
      })

      it('can sign in again after one of them signed out', async () => {
        const { page, other } = await openTwo()
        await page.keeper.end({ postLogoutRedirectUri: undefined })
        await until(() => other.changes.length > 0)
        await other.signIn()
        expect(await page.keeper.restore()).toEqual(other.keeper.current())
        expect(await page.keeper.getAccessToken()).toBe(await other.keeper.getAccessToken())
      })
    })
  })
}
