import { describe, expect, it } from 'vitest'
import type { FakeBrowser } from '../../test/fake-browser.ts'
import { settle } from '../../test/fake-platform.ts'
import { createKeeperBrowser, holdUpTokens } from '../../test/keeper-pages.ts'
import { createKeeperScene, createKeptSession, someGrant } from '../../test/keeper-scene.ts'
import { turns } from '../../test/manual-clock.ts'
import type { ScriptedCall } from '../../test/scripted-provider.ts'
import { until } from '../../test/until.ts'
import { dpop } from '../dpop/dpop.ts'
import { NetworkError, SignInRequiredError } from '../errors.ts'
import type { TokenSet } from '../protocol/token-set.ts'
import { createBoundParts } from './bound-parts.ts'
import type { EndRequest } from './keeper.ts'
import { createPageKeeper } from './page-keeper.ts'

const everywhere: EndRequest = { postLogoutRedirectUri: 'https://app.example/' }
const here: EndRequest = { postLogoutRedirectUri: undefined }
const unreachable = new NetworkError('network_failed', 'It could not be reached.')
const ended = new SignInRequiredError('session_ended', 'It is over.')

describe('end', () => {
  it('drops the tokens before anything else', async () => {
    const { keeper, provider } = await createKeptSession()
    provider.revocations.answer = undefined
    void keeper.end(everywhere)
    expect(keeper.current()).toBeUndefined()
    await expect(keeper.getAccessToken()).rejects.toMatchObject({ code: 'not_signed_in' })
  })

  it('revokes the tokens it dropped and gives the place to go', async () => {
    const { keeper, provider, signIn, tokens } = createKeeperScene()
    const held = tokens()
    await signIn(held)
    expect(await keeper.end(everywhere)).toEqual({
      url: 'https://id.example/logout',
      isRevoked: true,
      error: undefined,
    })
    expect(provider.revocations.calls.map(({ request }) => request)).toEqual([held])
  })

  it('asks nothing more where the revocation was answered', async () => {
    const { keeper, provider } = await createKeptSession()
    await keeper.end(everywhere)
    expect(provider.probes.calls).toHaveLength(0)
  })

  it('goes nowhere where the provider’s session is to be left alone', async () => {
    const { keeper } = await createKeptSession()
    expect(await keeper.end(here)).toEqual({ url: undefined, isRevoked: true, error: undefined })
  })

  it('goes nowhere where the provider offers no such place', async () => {
    const { keeper, provider } = await createKeptSession()
    provider.endSessionAt = undefined
    expect(await keeper.end(everywhere)).toEqual({ url: undefined, isRevoked: true, error: undefined })
  })

  it('still goes to the provider when the revocation fails and something else answers', async () => {
    const { keeper, provider } = await createKeptSession()
    provider.revocations.answer = () => Promise.reject(unreachable)
    expect(await keeper.end(everywhere)).toEqual({
      url: 'https://id.example/logout',
      isRevoked: false,
      error: unreachable,
    })
    expect(provider.probes.calls).toHaveLength(1)
  })

  it('goes nowhere when nothing of the provider answers', async () => {
    const { keeper, provider } = await createKeptSession()
    provider.revocations.answer = () => Promise.reject(unreachable)
    provider.probes.answer = () => Promise.reject(unreachable)
    expect(await keeper.end(everywhere)).toEqual({ url: undefined, isRevoked: false, error: unreachable })
  })

  it('tells why the provider could not be told also where nothing but the tokens was to end', async () => {
    const { keeper, provider } = await createKeptSession()
    provider.revocations.answer = () => Promise.reject(unreachable)
    expect(await keeper.end(here)).toEqual({ url: undefined, isRevoked: false, error: unreachable })
    expect(provider.probes.calls).toHaveLength(0)
  })

  it('finds out whether the provider is there where it has no revocation endpoint', async () => {
    const { keeper, provider } = await createKeptSession()
    provider.revocations.answer = () => false
    expect(await keeper.end(everywhere)).toMatchObject({ url: 'https://id.example/logout', isRevoked: false })
    expect(provider.probes.calls).toHaveLength(1)
  })

  it('asks the provider nothing offline', async () => {
    const { keeper, provider, page } = await createKeptSession()
    page.setOnline(false)
    expect(await keeper.end(everywhere)).toMatchObject({
      url: undefined,
      isRevoked: false,
      error: { code: 'network_failed' },
    })
    expect(provider.revocations.calls).toHaveLength(0)
    expect(keeper.current()).toBeUndefined()
  })

  it('revokes nothing where nobody is signed in, and still ends the provider’s session', async () => {
    const { keeper, provider } = createKeeperScene()
    expect(await keeper.end(everywhere)).toMatchObject({ url: 'https://id.example/logout', isRevoked: false })
    expect(provider.revocations.calls).toHaveLength(0)
  })

  it('never rejects, whatever the provider throws', async () => {
    const { keeper, provider } = await createKeptSession()
    provider.revocations.answer = () => Promise.reject(new TypeError('a bug'))
    provider.probes.answer = () => Promise.reject(new TypeError('a bug'))
    expect(await keeper.end(everywhere)).toMatchObject({ url: undefined, isRevoked: false })
  })

  it('revokes once when it is called twice', async () => {
    const { keeper, provider } = await createKeptSession()
    await Promise.all([keeper.end(everywhere), keeper.end(everywhere)])
    expect(provider.revocations.calls).toHaveLength(1)
  })

  it('leaves no timer behind', async () => {
    const { keeper, clock } = await createKeptSession()
    keeper.start()
    expect(clock.timerCount()).toBe(1)
    await keeper.end(everywhere)
    expect(clock.timerCount()).toBe(0)
  })
})

describe('a refresh that answers after its session has ended', () => {
  it('is discarded, and its tokens are revoked (RFC 7009 §2)', async () => {
    const scene = await createKeptSession()
    const asked = scene.keeper.getAccessToken({ forceRefresh: true })
    await turns()
    await scene.keeper.end(everywhere)
    const late = scene.tokens()
    scene.provider.refreshes.last().resolve(late)
    await expect(asked).rejects.toMatchObject({ code: 'not_signed_in' })
    expect(scene.provider.revocations.last().request).toBe(late)
    expect(scene.keeper.current()).toBeUndefined()
    expect(scene.changes).toEqual([])
    await expect(scene.keeper.getAccessToken()).rejects.toMatchObject({ code: 'not_signed_in' })
  })

  it('is discarded though its revocation fails', async () => {
    const scene = await createKeptSession()
    const asked = scene.keeper.getAccessToken({ forceRefresh: true })
    await turns()
    await scene.keeper.end(everywhere)
    scene.provider.revocations.answer = () => Promise.reject(unreachable)
    scene.provider.refreshes.last().resolve(scene.tokens())
    await expect(asked).rejects.toMatchObject({ code: 'not_signed_in' })
  })

  it('tells nothing when it fails', async () => {
    const { keeper, provider, changes } = await createKeptSession()
    const asked = keeper.getAccessToken({ forceRefresh: true })
    await turns()
    await keeper.end(everywhere)
    provider.refreshes.last().reject(unreachable)
    await expect(asked).rejects.toBe(unreachable)
    expect(changes).toEqual([])
  })

  it('gives no token to those who waited, though the session ends at the very news of it', async () => {
    const scene = await createKeptSession()
    scene.keeper.onChange((change) => {
      if (change.type === 'refreshed') void scene.keeper.end(here)
    })
    const asked = [1, 2].map(() => scene.keeper.getAccessToken({ forceRefresh: true }))
    await turns()
    const late = scene.tokens()
    scene.provider.refreshes.last().resolve(late)
    for (const one of asked) await expect(one).rejects.toMatchObject({ code: 'not_signed_in' })
    expect(scene.provider.revocations.last().request).toBe(late)
  })
})

describe('a refresh that answers after somebody signed in anew', () => {
  it('is discarded and revoked, and the new session stays', async () => {
    const scene = await createKeptSession()
    const asked = scene.keeper.getAccessToken({ forceRefresh: true })
    await turns()
    await scene.signIn(scene.tokens({ sub: 'bob' }))
    const late = scene.tokens()
    scene.provider.refreshes.last().resolve(late)
    await expect(asked).rejects.toMatchObject({ code: 'subject_changed' })
    expect(scene.provider.revocations.calls.map(({ request }) => request)).toEqual([late])
    expect(scene.keeper.current()?.claims?.sub).toBe('bob')
    expect(await scene.keeper.getAccessToken()).toBe('access-2')
    expect(scene.changes).toEqual([])
  })

  it.each([
    ['the same person', 'alice'],
    ['another', 'bob'],
  ])(
    'ends nothing when it was refused, and blocks nothing when it failed, where it was %s',
    async (_, sub) => {
      const scene = await createKeptSession()
      const asked = scene.keeper.getAccessToken({ forceRefresh: true })
      await turns()
      await scene.signIn(scene.tokens({ sub }))
      scene.provider.refreshes.last().reject(unreachable)
      if (sub === 'alice') expect(await asked).toBe('access-2')
      else await expect(asked).rejects.toBe(unreachable)
      expect(scene.keeper.current()).toBeDefined()
      expect(scene.changes).toEqual([])
      scene.provider.refreshes.answer = () => scene.tokens()
      expect(await scene.keeper.getAccessToken({ forceRefresh: true })).toBe('access-3')
    },
  )

  it.each([
    ['it succeeds', (refresh) => refresh.resolve],
    ['the provider has ended what was before (RFC 6749 §5.2)', (refresh) => () => refresh.reject(ended)],
  ] satisfies [string, (refresh: ScriptedCall<unknown, TokenSet>) => (tokens: TokenSet) => void][])(
    'serves whoever waits with the new session’s token where it is the same person and %s',
    async (_, settle) => {
      const scene = await createKeptSession()
      const asked = [1, 2].map(() => scene.keeper.getAccessToken({ forceRefresh: true }))
      await turns()
      await scene.signIn()
      settle(scene.provider.refreshes.last())(scene.tokens())
      expect(await Promise.all(asked)).toEqual(['access-2', 'access-2'])
      expect(scene.provider.refreshes.calls).toHaveLength(1)
      expect(scene.changes).toEqual([])
      await expect(scene.keeper.getAccessToken()).resolves.toBe('access-2')
    },
  )

  it('does not stand in the way of the new session’s own refresh', async () => {
    const scene = await createKeptSession()
    const old = scene.keeper.getAccessToken({ forceRefresh: true })
    await turns()
    const [first] = scene.provider.refreshes.calls
    await scene.signIn()
    const fresh = [1, 2].map(() => scene.keeper.getAccessToken({ forceRefresh: true }))
    await turns()
    first?.reject(unreachable)
    expect(await old).toBe('access-2')
    fresh.push(scene.keeper.getAccessToken({ forceRefresh: true }))
    await turns()
    scene.provider.refreshes.last().resolve(scene.tokens())
    expect(await Promise.all(fresh)).toEqual(['access-3', 'access-3', 'access-3'])
    expect(scene.provider.refreshes.calls).toHaveLength(2)
  })
})

describe('a sign-in that answers after a sign-out', () => {
  it('brings no session, and its tokens are revoked', async () => {
    const scene = createKeeperScene()
    const signingIn = scene.signIn()
    void scene.keeper.end(here)
    await expect(signingIn).rejects.toMatchObject({ name: 'SignInRequiredError' })
    expect(scene.keeper.current()).toBeUndefined()
    expect(scene.provider.revocations.calls).toHaveLength(1)
  })

  it('does not bring the session back that was renewed by signing in again', async () => {
    const scene = await createKeptSession()
    const signingIn = scene.signIn()
    void scene.keeper.end(here)
    await expect(signingIn).rejects.toMatchObject({ name: 'SignInRequiredError' })
    await expect(scene.keeper.getAccessToken()).rejects.toMatchObject({ code: 'not_signed_in' })
    expect(scene.provider.revocations.calls).toHaveLength(2)
  })

  it('brings none either where the sign-out could not be noted down', async () => {
    const scene = createKeeperScene()
    scene.page.blockStorage()
    const signingIn = scene.signIn()
    void scene.keeper.end(here)
    await expect(signingIn).rejects.toMatchObject({ code: 'not_signed_in' })
    expect(scene.keeper.current()).toBeUndefined()
    expect(scene.provider.revocations.calls).toHaveLength(1)
  })

  it('keeps nobody from signing in later', async () => {
    const scene = await createKeptSession()
    await scene.keeper.end(here)
    await scene.signIn()
    expect(await scene.keeper.getAccessToken()).toBe('access-2')
  })

  it('keeps nobody from signing in later where nothing can be noted down', async () => {
    const scene = createKeeperScene()
    scene.page.blockStorage()
    await scene.signIn()
    await scene.keeper.end(here)
    await scene.signIn()
    expect(await scene.keeper.getAccessToken()).toBe('access-2')
  })
})

describe('a sign-in under way', () => {
  async function openTwo() {
    const browser = await createKeeperBrowser(() => ({ createKeeper: createPageKeeper }))
    const [page, other] = [browser.openPage(), browser.openPage()]
    await other.signIn()
    await page.keeper.restore()
    const { response, grant } = await page.answer()
    const tokens = holdUpTokens(browser.provider)
    const signingIn = page.keeper.redeem(response, grant)
    signingIn.catch(() => undefined) // looked at by the test
    await until(tokens.arrived)
    browser.provider.onToken = () => undefined
    return { ...browser, page, other, signingIn, ...tokens }
  }

  it('brings no session where somebody has signed out in another tab, and its tokens are revoked', async () => {
    const { page, other, provider, signingIn, goOn } = await openTwo()
    await other.keeper.end(here)
    const revoked = provider.count('/revoke')
    goOn()
    await expect(signingIn).rejects.toMatchObject({ code: 'not_signed_in' })
    expect(page.keeper.current()).toBeUndefined()
    await until(() => provider.count('/revoke') > revoked)
  })

  it('brings none either where they have signed in again there', async () => {
    const { page, other, provider, signingIn, goOn } = await openTwo()
    await other.keeper.end(here)
    provider.claims = { sub: 'bob' }
    const { epoch } = await other.signIn()
    const revoked = provider.count('/revoke')
    goOn()
    await expect(signingIn).rejects.toMatchObject({ code: 'not_signed_in' })
    expect(page.record.read()).toMatchObject({ epoch, status: 'signed_in' })
    await until(() => provider.count('/revoke') > revoked)
  })

  it.each(['here', 'in another tab'])(
    'brings none where somebody signs out %s while it is put to rest, and its tokens are revoked once',
    async (where) => {
      const { provider, browser, openPage } = await createKeeperBrowser(() => ({
        createKeeper: (context) => createPageKeeper(context, createBoundParts),
        options: { binding: dpop(), persist: 'bound' },
      }))
      provider.onToken = ({ body }) => void Object.assign(body as object, { token_type: 'DPoP' })
      const { openDurable } = browser
      let write = (): void => undefined
      const isWritten = new Promise<void>((resolve) => {
        write = resolve
      })
      Object.assign(browser, {
        openDurable(name) {
          const store = openDurable(name)
          const set: typeof store.set = async (key, value) => {
            if (key.startsWith('session.')) await isWritten
            await store.set(key, value)
          }
          return { ...store, set }
        },
      } satisfies Partial<FakeBrowser>)
      const [page, other] = [openPage(), openPage()]
      const { response, grant } = await page.answer()
      const signingIn = page.keeper.redeem(response, grant)
      signingIn.catch(() => undefined) // looked at by the test
      await until(() => page.keeper.current() !== undefined)
      void (where === 'here' ? page : other).keeper.end(here)
      await until(() => page.keeper.current() === undefined)
      write()
      await expect(signingIn).rejects.toMatchObject({ code: 'not_signed_in' })
      await until(() => provider.count('/revoke') > 0)
      await settle()
      expect(provider.count('/revoke')).toBe(1)
      expect([...browser.durable.values()].flatMap((store) => [...store.keys()])).toEqual([])
    },
  )

  it('is the last one, where somebody has signed in in another tab meanwhile', async () => {
    const { page, other, signingIn, goOn } = await openTwo()
    const { epoch } = await other.signIn()
    goOn()
    const last = await signingIn
    expect(last.epoch).toBeGreaterThan(epoch)
    expect(page.keeper.current()).toEqual(last)
    expect(page.record.read()).toMatchObject({ epoch: last.epoch, status: 'signed_in' })
  })
})

describe('a listener that asks for a token at the news', () => {
  it('gets the new token when it was refreshed', async () => {
    const scene = await createKeptSession()
    const given: Promise<string>[] = []
    scene.keeper.onChange(() => given.push(scene.keeper.getAccessToken()))
    scene.provider.refreshes.answer = () => scene.tokens()
    await scene.keeper.getAccessToken({ forceRefresh: true })
    expect(await Promise.all(given)).toEqual(['access-2'])
  })

  it('shares the failure when the refresh failed, without another request', async () => {
    const { keeper, provider, clock } = await createKeptSession()
    const given: Promise<unknown>[] = []
    keeper.onChange(() => given.push(keeper.getAccessToken().catch((error: unknown) => error)))
    provider.refreshes.answer = () => Promise.reject(unreachable)
    await clock.advance(300_000)
    await expect(keeper.getAccessToken()).rejects.toBe(unreachable)
    expect(await Promise.all(given)).toEqual([unreachable])
    expect(provider.refreshes.calls).toHaveLength(1)
  })

  it('shares the failure when the browser is offline, and is not told again for it', async () => {
    const { keeper, clock, page, changes } = await createKeptSession()
    let answers = 0
    keeper.onChange(() => {
      if (changes.length > 100) throw new Error('This goes on for ever.')
      keeper.getAccessToken().catch(() => {
        answers += 1
      })
    })
    page.setOnline(false)
    await clock.advance(300_000)
    await expect(keeper.getAccessToken()).rejects.toMatchObject({ code: 'network_failed' })
    await turns()
    expect(changes).toHaveLength(1)
    expect(answers).toBe(1)
  })
})

describe('a sign-out that comes to an end late', () => {
  it('leaves alone, and unrevoked, what somebody has signed in to since', async () => {
    const { keeper, provider } = await createKeptSession()
    expect(await keeper.end({ ...everywhere, epoch: 0.95 })).toMatchObject({ isRevoked: false })
    expect(keeper.current()).toBeDefined()
    expect(provider.revocations.calls).toHaveLength(0)
  })

  it('does not undo a sign-in under way that began after it', async () => {
    const { keeper, provider, tokens } = await createKeptSession()
    await keeper.end(here)
    const signingIn = keeper.redeem(new URLSearchParams(), someGrant)
    await turns()
    // An older sign-out, which a page has only now brought to an end.
    await keeper.end({ ...here, epoch: 1.95 })
    provider.redemptions.last().resolve(tokens())
    await expect(signingIn).resolves.toMatchObject({ claims: { sub: 'alice' } })
    expect(keeper.current()).toBeDefined()
  })
})
