import { describe, expect, it } from 'vitest'
import { createKeeperScene, createKeptSession } from '../../test/keeper-scene.ts'
import { turns } from '../../test/manual-clock.ts'
import {
  ConfigurationError,
  NetworkError,
  ProtocolError,
  ServerError,
  SignInRequiredError,
} from '../errors.ts'

const unreachable = new NetworkError('network_failed', 'It could not be reached.')

describe('createMemoryKeeper', () => {
  it('sets no timer and no listener by itself', async () => {
    const { keeper, clock, page } = await createKeptSession()
    expect(keeper.current()).toBeDefined()
    expect([clock.timerCount(), page.listenerCount()]).toEqual([0, 0])
  })

  it('tells of the session without a token in it', async () => {
    const { keeper, clock } = await createKeptSession()
    expect(keeper.current()).toEqual({
      epoch: expect.any(Number),
      claims: expect.objectContaining({ sub: 'alice' }),
      scope: 'openid',
      accessTokenExpiresAt: clock.now().epochMs + 300_000,
      hasRefreshToken: true,
    })
    expect(JSON.stringify(keeper.current())).not.toMatch(/access-|refresh-/)
  })

  it('gives what redeem gave as the current session', async () => {
    const scene = createKeeperScene()
    expect(await scene.signIn()).toEqual(scene.keeper.current())
  })
})

describe('getAccessToken while the token is valid', () => {
  it('gives the token at hand without a request', async () => {
    const { keeper, provider } = await createKeptSession()
    for (let count = 0; count < 100; count++) expect(await keeper.getAccessToken()).toBe('access-1')
    expect(provider.refreshes.calls).toHaveLength(0)
  })

  it.each([
    ['10 seconds of a long life', 300, 290],
    ['a fifth of a short life', 20, 16],
    ['a fifth of a very short life', 5, 4],
  ])('refreshes when less than %s is left', async (_what, lifetimeSeconds, goodForSeconds) => {
    const { keeper, provider, clock } = await createKeptSession({ lifetimeSeconds })
    await clock.advance(goodForSeconds * 1000)
    expect(await keeper.getAccessToken()).toBe('access-1')
    expect(provider.refreshes.calls).toHaveLength(0)
    await clock.advance(1)
    void keeper.getAccessToken()
    await turns()
    expect(provider.refreshes.calls).toHaveLength(1)
  })

  it('refreshes when less is left than the caller needs', async () => {
    const scene = await createKeptSession()
    await scene.clock.advance(100_000)
    expect(await scene.keeper.getAccessToken({ minValiditySeconds: 200 })).toBe('access-1')
    const asked = scene.keeper.getAccessToken({ minValiditySeconds: 201 })
    await turns()
    scene.provider.refreshes.last().resolve(scene.tokens())
    expect(await asked).toBe('access-2')
  })

  it('gives a token of any remaining life to a caller who needs none', async () => {
    const { keeper, clock } = await createKeptSession()
    await clock.advance(299_999)
    expect(await keeper.getAccessToken({ minValiditySeconds: 0 })).toBe('access-1')
  })

  it('gives a fresh token to a caller who needs more than any has, without a refresh', async () => {
    const { keeper, provider } = await createKeptSession()
    expect(await keeper.getAccessToken({ minValiditySeconds: 3600 })).toBe('access-1')
    expect(provider.refreshes.calls).toHaveLength(0)
  })

  it('refreshes at most once per call for a caller who needs more than any token has', async () => {
    const scene = await createKeptSession()
    scene.provider.refreshes.answer = () => scene.tokens()
    await scene.clock.advance(61_000)
    for (let count = 0; count < 50; count++) {
      expect(await scene.keeper.getAccessToken({ minValiditySeconds: 3600 })).toBe('access-2')
    }
    expect(scene.provider.refreshes.calls).toHaveLength(1)
  })

  it('gives the old token when the refresh fails while it lives', async () => {
    const { keeper, provider, clock, changes } = await createKeptSession()
    provider.refreshes.answer = () => Promise.reject(unreachable)
    await clock.advance(295_000)
    expect(await keeper.getAccessToken()).toBe('access-1')
    expect(changes).toMatchObject([{ type: 'refresh_failed', error: unreachable }])
  })

  it('gives the old token when the browser is offline while it lives', async () => {
    const { keeper, clock, page } = await createKeptSession()
    page.setOnline(false)
    await clock.advance(299_999)
    expect(await keeper.getAccessToken()).toBe('access-1')
  })

  it('gives no old token that expired while the refresh was failing', async () => {
    const { keeper, provider, clock } = await createKeptSession()
    await clock.advance(295_000)
    const asked = keeper.getAccessToken()
    await clock.advance(5000)
    provider.refreshes.last().reject(unreachable)
    await expect(asked).rejects.toBe(unreachable)
  })
})

describe('getAccessToken when the token has expired', () => {
  it('gives the refreshed token, and that one from then on', async () => {
    const scene = await createKeptSession()
    await scene.clock.advance(300_000)
    const asked = scene.keeper.getAccessToken()
    await turns()
    scene.provider.refreshes.last().resolve(scene.tokens())
    expect(await asked).toBe('access-2')
    expect(await scene.keeper.getAccessToken()).toBe('access-2')
    expect(scene.provider.refreshes.calls).toHaveLength(1)
  })

  it('refreshes with everything it has of the session', async () => {
    const { keeper, provider, clock, signIn, tokens } = createKeeperScene()
    const held = tokens()
    await signIn(held)
    await clock.advance(300_000)
    void keeper.getAccessToken()
    await turns()
    expect(provider.refreshes.last().request).toEqual(held)
  })

  it('rejects with what the refresh failed with, and keeps the session', async () => {
    const { keeper, provider, clock, changes } = await createKeptSession()
    provider.refreshes.answer = () => Promise.reject(unreachable)
    await clock.advance(300_000)
    await expect(keeper.getAccessToken()).rejects.toBe(unreachable)
    expect(keeper.current()).toBeDefined()
    expect(changes).toEqual([{ type: 'refresh_failed', error: unreachable, retryAt: expect.any(Number) }])
  })

  it('rejects where nobody is signed in', async () => {
    const { keeper, provider } = createKeeperScene()
    const error = await keeper.getAccessToken().catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(SignInRequiredError)
    expect(error).toMatchObject({ code: 'not_signed_in' })
    await expect(keeper.getAccessToken({ forceRefresh: true })).rejects.toMatchObject({
      code: 'not_signed_in',
    })
    expect(provider.refreshes.calls).toHaveLength(0)
  })
})

describe('getAccessToken with forceRefresh', () => {
  it('refreshes a token that looks good', async () => {
    const scene = await createKeptSession()
    const asked = scene.keeper.getAccessToken({ forceRefresh: true })
    await turns()
    scene.provider.refreshes.last().resolve(scene.tokens())
    expect(await asked).toBe('access-2')
  })

  it('does not fall back to the token that an API refused', async () => {
    const { keeper, provider } = await createKeptSession()
    provider.refreshes.answer = () => Promise.reject(unreachable)
    await expect(keeper.getAccessToken({ forceRefresh: true })).rejects.toBe(unreachable)
    expect(await keeper.getAccessToken()).toBe('access-1')
  })

  it('leaves callers without it the token at hand while it refreshes', async () => {
    const { keeper, provider } = await createKeptSession()
    void keeper.getAccessToken({ forceRefresh: true })
    await turns()
    expect(await keeper.getAccessToken()).toBe('access-1')
    expect(provider.refreshes.calls).toHaveLength(1)
  })

  it('shares one refresh between callers that force it together', async () => {
    const scene = await createKeptSession()
    const asked = [1, 2, 3].map(() => scene.keeper.getAccessToken({ forceRefresh: true }))
    await turns()
    scene.provider.refreshes.last().resolve(scene.tokens())
    expect(await Promise.all(asked)).toEqual(['access-2', 'access-2', 'access-2'])
    expect(scene.provider.refreshes.calls).toHaveLength(1)
  })
})

describe('getAccessToken without a refresh token', () => {
  it('gives the token to its last moment', async () => {
    const { keeper, clock, changes } = await createKeptSession({ refreshToken: null })
    await clock.advance(299_999)
    expect(await keeper.getAccessToken()).toBe('access-1')
    expect(await keeper.getAccessToken({ minValiditySeconds: 200 })).toBe('access-1')
    expect(changes).toEqual([])
  })

  it('ends the session when the token has expired', async () => {
    const { keeper, clock, changes } = await createKeptSession({ refreshToken: null })
    await clock.advance(300_000)
    const error = await keeper.getAccessToken().catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(SignInRequiredError)
    expect(error).toMatchObject({ code: 'session_expired' })
    expect(changes).toEqual([{ type: 'ended', reason: 'session_expired', error }])
    expect(keeper.current()).toBeUndefined()
    await expect(keeper.getAccessToken()).rejects.toMatchObject({ code: 'not_signed_in' })
  })

  it('ends it though the browser is offline: no network could bring it back', async () => {
    const { keeper, clock, page } = await createKeptSession({ refreshToken: null })
    page.setOnline(false)
    await clock.advance(300_000)
    await expect(keeper.getAccessToken()).rejects.toMatchObject({ code: 'session_expired' })
    expect(keeper.current()).toBeUndefined()
  })

  it('refuses a forced refresh without ending a session whose token lives', async () => {
    const { keeper, changes } = await createKeptSession({ refreshToken: null })
    await expect(keeper.getAccessToken({ forceRefresh: true })).rejects.toMatchObject({
      code: 'session_expired',
    })
    expect(await keeper.getAccessToken()).toBe('access-1')
    expect(changes).toEqual([])
  })
})

describe('what a refresh tells', () => {
  it('tells of new tokens once, without a token', async () => {
    const scene = await createKeptSession()
    scene.provider.refreshes.answer = () => scene.tokens()
    await Promise.all([1, 2, 3].map(() => scene.keeper.getAccessToken({ forceRefresh: true })))
    expect(scene.changes).toEqual([{ type: 'refreshed', session: scene.keeper.current() }])
    expect(JSON.stringify(scene.changes)).not.toMatch(/access-|refresh-\d/)
  })

  it.each([
    ['session_ended', 'session_ended'],
    ['subject_changed', 'subject_changed'],
  ] as const)('ends the session when the refresh says %s', async (code, reason) => {
    const { keeper, provider, changes } = await createKeptSession()
    const error = new SignInRequiredError(code, 'Over.')
    provider.refreshes.answer = () => Promise.reject(error)
    const asked = [1, 2, 3].map(() => keeper.getAccessToken({ forceRefresh: true }))
    for (const one of asked) await expect(one).rejects.toBe(error)
    expect(changes).toEqual([{ type: 'ended', reason, error }])
    expect(keeper.current()).toBeUndefined()
    await expect(keeper.getAccessToken()).rejects.toMatchObject({ code: 'not_signed_in' })
  })

  it('does not give a still living token out of a session that the refresh ended', async () => {
    const { keeper, provider, clock } = await createKeptSession()
    provider.refreshes.answer = () => Promise.reject(new SignInRequiredError('session_ended', 'Over.'))
    await clock.advance(295_000)
    await expect(keeper.getAccessToken()).rejects.toMatchObject({ code: 'session_ended' })
  })

  it.each([
    new NetworkError('timeout', 'It did not answer.'),
    new NetworkError('code_not_loaded', 'A part of the app could not be loaded.'),
    new ProtocolError('invalid_id_token', 'It was refused.'),
    new ServerError('token_request_failed', 'No.', { error: 'unknown_error' }),
    new ConfigurationError('client_rejected', 'It was refused.'),
  ])('keeps the session when the refresh fails with $name', async (error) => {
    const { keeper, provider, changes } = await createKeptSession()
    provider.refreshes.answer = () => Promise.reject(error)
    await expect(keeper.getAccessToken({ forceRefresh: true })).rejects.toBe(error)
    expect(changes).toMatchObject([{ type: 'refresh_failed', error }])
    expect(keeper.current()).toBeDefined()
  })

  it('keeps the session when something is thrown that is no error of ours, and passes it on', async () => {
    const scene = await createKeptSession()
    const bug = new TypeError('a bug')
    scene.provider.refreshes.answer = () => Promise.reject(bug)
    await expect(scene.keeper.getAccessToken({ forceRefresh: true })).rejects.toBe(bug)
    expect(scene.keeper.current()).toBeDefined()
    scene.provider.refreshes.answer = () => scene.tokens()
    expect(await scene.keeper.getAccessToken({ forceRefresh: true })).toBe('access-2')
  })

  it('stops telling a listener that has gone', async () => {
    const scene = await createKeptSession()
    const heard: string[] = []
    const stop = scene.keeper.onChange(({ type }) => heard.push(type))
    scene.provider.refreshes.answer = () => scene.tokens()
    await scene.keeper.getAccessToken({ forceRefresh: true })
    stop()
    await scene.keeper.getAccessToken({ forceRefresh: true })
    expect(heard).toEqual(['refreshed'])
  })
})
