import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFakePlatform, type FakePlatform } from '../../test/fake-platform.ts'
import { createPendingStore, type PendingSignIn, type PendingStore } from './pending.ts'

const prefix = 'latchkey.me.sign-in.'
const minuteMs = 60_000

function signInWith(state: string, more: Partial<PendingSignIn> = {}): PendingSignIn {
  return {
    state,
    nonce: `SECRET-nonce-${state}`,
    codeVerifier: `SECRET-verifier-${state}`,
    redirectUri: 'https://app.example/callback',
    scope: 'openid',
    returnTo: `/from/${state}`,
    ...more,
  }
}

function later(platform: FakePlatform, ms: number): void {
  platform.setWallClock(platform.clock.now().epochMs + ms)
}

function createPending(stored?: Map<string, string>): { pending: PendingStore; platform: FakePlatform } {
  const platform = createFakePlatform(stored && { stored })
  return { pending: createPendingStore(platform.session, platform.clock, prefix), platform }
}

describe('a sign-in that is under way (AUTHZ-06)', () => {
  it('is found under its own state, as it was saved', () => {
    const { pending } = createPending()
    const signIn = signInWith('me.1', { maxAge: 60, acrValues: ['gold'], appState: { cart: [1, 2] } })
    pending.save(signIn)
    expect(pending.find('me.1')).toEqual({ kind: 'pending', signIn })
    for (const other of ['me.2', 'me.', '', 'ME.1', 'me.1 ', '__proto__', 'constructor']) {
      expect(pending.find(other)).toEqual({ kind: 'unknown' })
    }
  })

  it('is found on the next page of the tab', () => {
    const { pending, platform } = createPending()
    pending.save(signInWith('me.1'))
    expect(createPending(platform.stored).pending.find('me.1')).toMatchObject({ kind: 'pending' })
  })

  it('leaves others alone, begun before or after', () => {
    const { pending } = createPending()
    for (const state of ['me.1', 'me.2', 'me.3']) pending.save(signInWith(state))
    pending.bury('me.2', { outcome: 'finished', returnTo: '/' })
    expect(pending.find('me.1')).toEqual({ kind: 'pending', signIn: signInWith('me.1') })
    expect(pending.find('me.2')).toEqual({ kind: 'tombstone', outcome: 'finished', returnTo: '/' })
    expect(pending.find('me.3')).toEqual({ kind: 'pending', signIn: signInWith('me.3') })
  })

  it('is one of ten at most: the oldest goes', () => {
    const { pending, platform } = createPending()
    for (let number = 1; number <= 12; number++) {
      pending.save(signInWith(`me.${number}`))
      later(platform, 1)
    }
    const kinds = Array.from({ length: 12 }, (_, index) => pending.find(`me.${index + 1}`).kind)
    expect(kinds).toEqual([...Array(2).fill('unknown'), ...Array(10).fill('pending')])
    expect(platform.stored.size).toBe(10)
  })

  it.each([
    ['as they were written', (keys: string[]) => keys],
    ['the other way round', (keys: string[]) => keys.reverse()],
    ['by their names', (keys: string[]) => keys.sort()],
  ])('is as old as it says, where storage lists its records %s', (_, order) => {
    const { pending, platform } = createPending()
    for (let number = 1; number <= 10; number++) {
      pending.save(signInWith(`me.${number}`))
      later(platform, 1)
    }
    const listed = order([...platform.stored.keys()])
    const next = createPending(new Map(listed.map((key) => [key, platform.stored.get(key) ?? ''])))
    next.platform.setWallClock(platform.clock.now().epochMs)
    expect(next.pending.latest()).toEqual({ outcome: 'started', returnTo: '/from/me.10' })
    next.pending.save(signInWith('me.11'))
    const gone = Array.from({ length: 11 }, (_item, index) => `me.${index + 1}`).filter(
      (state) => next.pending.find(state).kind === 'unknown',
    )
    expect(gone).toEqual(['me.1'])
  })

  it('does not fill the storage, however often it is abandoned', () => {
    const { pending, platform } = createPending(new Map([['the app’s own', 'x']]))
    let most = 0
    for (let number = 0; number < 1000; number++) {
      later(platform, 1)
      pending.save(signInWith(`me.${number}`))
      most = Math.max(most, platform.stored.size)
    }
    expect(most).toBe(11)
    expect(pending.find('me.999').kind).toBe('pending')
    expect(platform.stored.get('the app’s own')).toBe('x')
  })

  it('expires after an hour, and still tells where it was to go for another', () => {
    const { pending, platform } = createPending()
    pending.save(signInWith('me.1'))
    later(platform, 60 * minuteMs)
    expect(pending.find('me.1').kind).toBe('pending')
    later(platform, 1)
    pending.save(signInWith('me.2'))
    expect(pending.find('me.1')).toEqual({ kind: 'expired', returnTo: '/from/me.1' })

    later(platform, 60 * minuteMs)
    pending.save(signInWith('me.3'))
    expect(pending.find('me.1')).toEqual({ kind: 'unknown' })
    expect(platform.stored.size).toBe(2)
  })

  it.each(['SECRET-nonce', 'SECRET-verifier'])('keeps no %s of a sign-in that was answered', (secret) => {
    const { pending, platform } = createPending()
    pending.save(signInWith('me.1'))
    expect([...platform.stored.values()].join()).toContain(secret)
    pending.bury('me.1', { outcome: 'started', returnTo: '/' })
    expect([...platform.stored].join()).not.toContain(secret)
  })

  it('loses its secrets even where a tombstone cannot be written', () => {
    const { pending, platform } = createPending()
    pending.save(signInWith('me.1'))
    platform.blockStorage()
    pending.bury('me.1', { outcome: 'started', returnTo: '/' })
    expect(platform.stored.size).toBe(0)
    expect(pending.find('me.1')).toEqual({ kind: 'unknown' })
  })

  it('is refused where storage cannot be written, in words that help', () => {
    const { pending, platform } = createPending()
    platform.blockStorage()
    const save = (): void => pending.save(signInWith('me.1'))
    expect(save).toThrow(
      expect.objectContaining({
        name: 'ConfigurationError',
        code: 'storage_unavailable',
        message: expect.stringContaining('sessionStorage'),
        cause: { name: 'QuotaExceededError', message: 'The quota has been exceeded.' },
      }),
    )
  })
})

describe('a tombstone', () => {
  it('is the last word on its sign-in', () => {
    const { pending } = createPending()
    pending.save(signInWith('me.1'))
    pending.bury('me.1', { outcome: 'started', returnTo: '/a' })
    pending.bury('me.1', { outcome: 'finished', returnTo: '/b' })
    expect(pending.find('me.1')).toEqual({ kind: 'tombstone', outcome: 'finished', returnTo: '/b' })
    expect(pending.latest()).toEqual({ outcome: 'finished', returnTo: '/b' })
  })

  it('is forgotten after ten minutes', () => {
    const { pending, platform } = createPending()
    pending.bury('me.1', { outcome: 'finished', returnTo: '/' })
    later(platform, 10 * minuteMs)
    expect(pending.find('me.1').kind).toBe('tombstone')
    expect(pending.latest()).toBeDefined()
    later(platform, 1)
    expect(pending.find('me.1').kind).toBe('unknown')
    expect(pending.latest()).toBeUndefined()
    pending.save(signInWith('me.2'))
    expect([...platform.stored.keys()]).toEqual([`${prefix}me.2`])
  })

  it('that was set last is told from older ones; a sign-in still awaited, newer than it, counts as started', () => {
    const { pending, platform } = createPending()
    expect(pending.latest()).toBeUndefined()
    pending.bury('me.2', { outcome: 'finished', returnTo: '/second' })
    later(platform, 1)
    pending.bury('me.1', { outcome: 'failed', returnTo: '/first' })
    later(platform, 1)
    expect(pending.latest()).toEqual({ outcome: 'failed', returnTo: '/first' })
    later(platform, 1)
    const signIn = signInWith('me.3')
    pending.save(signIn)
    expect(pending.latest()).toEqual({ outcome: 'started', returnTo: signIn.returnTo })
  })

  it('makes way for newer records like any other', () => {
    const { pending, platform } = createPending()
    for (let number = 0; number < 30; number++) {
      pending.bury(`me.${number}`, { outcome: 'finished', returnTo: '/' })
      later(platform, 1)
    }
    expect(platform.stored.size).toBe(10)
    expect(pending.find('me.29').kind).toBe('tombstone')
  })
})

describe('what somebody else wrote', () => {
  const whole = { at: 1_800_000_000_000, signIn: signInWith('me.1') }
  const without = (name: keyof PendingSignIn): unknown => ({
    ...whole,
    signIn: Object.fromEntries(Object.entries(whole.signIn).filter(([key]) => key !== name)),
  })

  it.each([
    ['nothing', ''],
    ['no JSON', '{"at":'],
    ['the word undefined', 'undefined'],
    ['null', 'null'],
    ['a number', '7'],
    ['a string', '"me.1"'],
    ['a list', '[]'],
    ['an empty object', '{}'],
    ['a time alone', '{"at":1800000000000}'],
    ['no time', JSON.stringify({ signIn: whole.signIn })],
    ['a time that is text', JSON.stringify({ ...whole, at: '1800000000000' })],
    ['a sign-in that is null', '{"at":1800000000000,"signIn":null}'],
    ['a sign-in that is text', '{"at":1800000000000,"signIn":"x"}'],
    ['no verifier', JSON.stringify(without('codeVerifier'))],
    ['no nonce', JSON.stringify(without('nonce'))],
    ['no state', JSON.stringify(without('state'))],
    ['no redirect URI', JSON.stringify(without('redirectUri'))],
    ['no scope', JSON.stringify(without('scope'))],
    ['no return address', JSON.stringify(without('returnTo'))],
    ...(['state', 'nonce', 'codeVerifier', 'redirectUri'] as const).map((name) => [
      `empty in its ${name}`,
      JSON.stringify({ ...whole, signIn: { ...whole.signIn, [name]: '' } }),
    ]),
    [
      'a verifier that is a number',
      JSON.stringify({ ...whole, signIn: { ...whole.signIn, codeVerifier: 1 } }),
    ],
    ['an older version’s flat record', JSON.stringify({ ...whole.signIn, createdAt: 1_800_000_000_000 })],
    ['a tombstone that is null', '{"at":1800000000000,"tombstone":null}'],
    ['a tombstone without an address', '{"at":1800000000000,"tombstone":{"outcome":"finished"}}'],
    ['a tombstone without an outcome', '{"at":1800000000000,"tombstone":{"returnTo":"/"}}'],
    ['a prototype', `{"__proto__":${JSON.stringify(whole)}}`],
    ['a prototype inside', `{"at":1800000000000,"signIn":{"__proto__":${JSON.stringify(whole.signIn)}}}`],
    ['a constructor', '{"constructor":{"prototype":{"at":1}}}'],
  ])('counts as absent where it is %s, and goes with the next sign-in', (_, value) => {
    const { pending, platform } = createPending(new Map([[`${prefix}me.1`, value]]))
    expect(pending.find('me.1')).toEqual({ kind: 'unknown' })
    expect(pending.latest()).toBeUndefined()
    pending.save(signInWith('me.2'))
    expect([...platform.stored.keys()]).toEqual([`${prefix}me.2`])
    expect(Object.prototype).not.toHaveProperty('at')
  })

  it('never makes anything throw, whatever it is', () => {
    const anything = fc.oneof(
      fc.string(),
      fc.json(),
      fc.anything().map((value) => JSON.stringify(value) ?? ''),
    )
    fc.assert(
      fc.property(fc.array(anything, { maxLength: 15 }), (values) => {
        const stored = new Map(values.map((value, index) => [`${prefix}me.${index}`, value]))
        const { pending } = createPending(stored)
        for (const index of values.keys()) pending.find(`me.${index}`)
        pending.latest()
        pending.save(signInWith('me.new'))
        pending.bury('me.new', { outcome: 'started', returnTo: '/' })
        expect(pending.find('me.new').kind).toBe('tombstone')
        expect(stored.size).toBeLessThanOrEqual(10)
      }),
    )
  })

  it('under another key is neither read nor touched', () => {
    const foreign = new Map([
      ['latchkey.you.sign-in.me.1', JSON.stringify(whole)],
      ['latchkey.me.signed-out', '1'],
      ['latchkey.me.sign-in', 'x'],
      ['oidc.user', '{}'],
      ['', 'x'],
    ])
    const { pending, platform } = createPending(new Map(foreign))
    expect(pending.find('me.1').kind).toBe('unknown')
    for (let number = 0; number < 20; number++) pending.save(signInWith(`me.${number}`))
    pending.bury('me.1', { outcome: 'finished', returnTo: '/' })
    expect([...platform.stored].filter(([key]) => !key.startsWith(prefix))).toEqual([...foreign])
  })
})
