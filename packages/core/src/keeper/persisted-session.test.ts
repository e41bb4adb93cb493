import { describe, expect, it } from 'vitest'
import { createFakeBrowser } from '../../test/fake-browser.ts'
import { createManualClock } from '../../test/manual-clock.ts'
import type { DurableStore } from '../platform/ports.ts'
import type { TokenSet } from '../protocol/token-set.ts'
import type { HeldTokens } from './held-tokens.ts'
import { createPersistedSession, type PersistedSession } from './persisted-session.ts'

const clock = createManualClock()

const bound = {
  accessToken: 'access',
  tokenType: 'dpop',
  refreshToken: 'refresh',
  keyId: 'key of 2',
  requestedAt: clock.now(),
  expiresAt: clock.now().epochMs + 300_000,
  scope: 'openid',
  claims: { iss: 'https://id.example', sub: 'alice', aud: 'app', exp: 2, iat: 1 },
  clockSkewSeconds: 5,
  providerSession: { state: 'S', frameUrl: 'https://id.example/session' },
} satisfies TokenSet

const { refreshToken: _, ...withoutRefreshToken } = bound
const { keyId: __, ...withoutKey } = bound
const { claims: ___, clockSkewSeconds: ____, providerSession: _____, ...least } = bound

/** The tokens of the sign-in whose epoch is 2. */
function held({ tokens, ...others }: Partial<HeldTokens> = {}): HeldTokens {
  return { tokens: tokens ?? bound, epoch: 2, refreshes: 3, rotation: 1, isLent: false, ...others }
}

interface Scene extends PersistedSession {
  readonly store: DurableStore
  /** The keys that nobody is to find any more. */
  readonly forgotten: string[]
}

function createScene({
  isGone = () => false,
  set,
}: {
  isGone?: () => boolean
  set?: DurableStore['set']
} = {}): Scene {
  const opened = createFakeBrowser().openDurable('app')
  const store = { ...opened, ...(set && { set }) }
  const forgotten: string[] = []
  const proofs = { kept: store, forget: (keyId: string) => void forgotten.push(keyId) }
  return { ...createPersistedSession(proofs, isGone), store: opened, forgotten }
}

describe('a session at rest', () => {
  it('is all that is known of it, but for the access token, which is none', async () => {
    const { write, read } = createScene()
    await write(held({ switchedTo: { organization: 'b' } }))
    expect(await read(2)).toEqual({
      ...held({ switchedTo: { organization: 'b' } }),
      tokens: { ...bound, accessToken: '', requestedAt: { epochMs: 0, monotonicMs: 0 }, expiresAt: 0 },
    })
    expect(await read(1)).toBeUndefined()
  })

  it('knows no more than was known', async () => {
    const { write, read } = createScene()
    await write(held({ tokens: least }))
    const names = Object.keys((await read(2))?.tokens ?? {}).sort()
    expect(names).toEqual(
      ['accessToken', 'expiresAt', 'keyId', 'refreshToken', 'requestedAt', 'scope', 'tokenType'].sort(),
    )
  })

  it.each<[what: string, tokens: TokenSet]>([
    ['no refresh token', withoutRefreshToken],
    ['tokens that are not bound', { ...bound, tokenType: 'bearer' }],
    ['no key', withoutKey],
  ])('is none where there is %s, nor is what was before (STO-04)', async (_what, tokens) => {
    const { write, read, store } = createScene()
    await write(held())
    await write(held({ tokens }))
    expect(await read(2)).toBeUndefined()
    expect(await store.keys()).toEqual([])
  })

  it.each<[what: string, changed: Record<string, unknown>]>([
    ['of another version', { version: 2 }],
    ['without a key', { keyId: undefined }],
    ['refreshed by text', { refreshes: '3' }],
    ['of nobody', { claims: {} }],
    [
      'with a page of the provider’s that nobody should open',
      { providerSession: { state: 'S', frameUrl: 'javascript:alert(1)' } },
    ],
  ])('is removed, and not read, where it is %s (STO-06)', async (_what, changed) => {
    const { write, read, store } = createScene()
    await write(held())
    await store.set('session.2', { ...((await store.get('session.2')) as object), ...changed })
    expect(await read(2)).toBeUndefined()
    expect(await store.keys()).toEqual([])
  })

  it('is not left behind where somebody has signed out while it was written', async () => {
    const { write, store } = createScene({ isGone: () => true })
    await write(held())
    expect(await store.keys()).toEqual([])
    await write(held(), () => false)
    expect(await store.keys()).toEqual(['session.2'])
  })

  it('is gone where what comes after it cannot be written: it is spent (RFC 9700 §4.14.2)', async () => {
    const { write, store } = createScene({
      set: () => Promise.reject(new DOMException('It is full.', 'QuotaExceededError')),
    })
    await store.set('session.2', 'what was before')
    await write(held())
    expect(await store.keys()).toEqual([])
  })
})

describe('removing what rests', () => {
  it('takes the keys along, and leaves later sign-ins alone, and what is none (STO-05)', async () => {
    const { write, clear, store, forgotten } = createScene()
    for (const epoch of [1.5, 2, 3.25]) {
      await write(held({ epoch, tokens: { ...bound, keyId: `key of ${epoch}` } }))
    }
    await store.set('session.1', 'session')
    await store.set('key.2', 'a key')
    await clear(2)
    expect((await store.keys()).sort()).toEqual(['key.2', 'session.3.25'])
    expect(forgotten.sort()).toEqual(['key of 1.5', 'key of 2'])
  })
})

describe('the latest of a session that is held', () => {
  it('has the refresh token that another page was given for its own', async () => {
    const { write, latest } = createScene()
    await write(held({ refreshes: 4, rotation: 4, tokens: { ...bound, refreshToken: 'next' } }))
    expect(await latest(held())).toEqual(
      held({ refreshes: 4, rotation: 4, tokens: { ...bound, refreshToken: 'next' } }),
    )
  })

  it.each([2, 3])(
    'is what is held, where what rests was refreshed %d times and it was 3 times',
    async (refreshes) => {
      const { write, latest } = createScene()
      await write(held({ refreshes, tokens: { ...bound, refreshToken: 'before' } }))
      const now = held()
      expect(await latest(now)).toBe(now)
    },
  )

  it('is what is held, where nothing rests', async () => {
    const now = held()
    expect(await createScene().latest(now)).toBe(now)
  })
})
