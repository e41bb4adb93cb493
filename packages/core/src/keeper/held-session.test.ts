import { describe, expect, it } from 'vitest'
import { createManualClock } from '../../test/manual-clock.ts'
import { SignInRequiredError } from '../errors.ts'
import { createMemoryStore } from '../platform/memory-store.ts'
import type { TokenSet, UserInfo } from '../protocol/token-set.ts'
import { createSessionRecordStore, type SessionRecordStore } from '../session-record.ts'
import { createHeldSession, type HeldSession } from './held-session.ts'
import type { HeldTokens } from './held-tokens.ts'
import type { KeeperChange } from './keeper.ts'

const clock = createManualClock()
const ended = new SignInRequiredError('session_ended', 'It was refused.')

function tokens(refreshToken: string | undefined = 'refresh-1'): TokenSet {
  const requestedAt = clock.now()
  return {
    accessToken: 'access',
    tokenType: 'bearer',
    requestedAt,
    expiresAt: requestedAt.epochMs + 300_000,
    scope: 'openid',
    ...(refreshToken && { refreshToken }),
  }
}

/** Tabs that share storage, and what each has told. */
function createTabs(): {
  open(): { session: HeldSession; told: KeeperChange[] }
  record: SessionRecordStore
} {
  const record = createSessionRecordStore(createMemoryStore(), 'session')
  return {
    record,
    open() {
      const session = createHeldSession(record, { bytes: () => new Uint8Array(), fraction: () => 0.5 })
      const told: KeeperChange[] = []
      session.onChange((change) => told.push(change))
      return { session, told }
    },
  }
}

/** Two tabs in one session, of which the first has refreshed once more. */
function createBehind(): ReturnType<ReturnType<typeof createTabs>['open']> & {
  ahead: HeldSession
  newest: HeldTokens
  record: SessionRecordStore
} {
  const { open, record } = createTabs()
  const { session: ahead } = open()
  const tab = open()
  const first = ahead.begin(tokens())
  tab.session.receive(first)
  return { ...tab, ahead, newest: ahead.advance(first, tokens('refresh-2')), record }
}

/** A tab in which nothing can be noted down. */
function createUnnoted(): HeldSession {
  const blocked = createSessionRecordStore(
    {
      ...createMemoryStore(),
      set() {
        throw new DOMException('The quota has been exceeded.', 'QuotaExceededError')
      },
    },
    'session',
  )
  return createHeldSession(blocked, { bytes: () => new Uint8Array(), fraction: () => 0.5 })
}

describe('a session in several tabs', () => {
  it('knows that it is behind, and that its refresh token is spent (RFC 9700 §4.14.2)', () => {
    const { session, ahead, newest } = createBehind()
    expect([session.isBehind(), session.isSpent()]).toEqual([true, true])
    expect([ahead.isBehind(), ahead.isSpent()]).toEqual([false, false])
    session.receive(newest)
    expect([session.isBehind(), session.isSpent()]).toEqual([false, false])
  })

  it('may still send its refresh token where another tab was given no other', () => {
    const { open } = createTabs()
    const [one, other] = [open().session, open().session]
    const first = one.begin(tokens())
    other.receive(first)
    one.advance(first, tokens())
    expect([other.isBehind(), other.isSpent()]).toEqual([true, false])
  })

  it('that ends where it had fallen behind goes on where it was renewed', () => {
    const { session, ahead, newest, record } = createBehind()
    session.end('session_expired', ended)
    expect(record.read().status).toBe('signed_in')
    expect(ahead.current()).toBe(newest)
    session.receive(newest)
    expect(session.current()).toBe(newest)
  })

  it('that the provider ended is over for whoever hands it over late', () => {
    const { open, record } = createTabs()
    const [one, other] = [open().session, open().session]
    const first = one.begin(tokens())
    one.end('session_ended', ended)
    expect(record.read().status).toBe('ended')
    other.receive(first)
    expect(other.current()).toBeUndefined()
  })

  it('does not come back after a sign-out, whoever hands it over', () => {
    const { open } = createTabs()
    const [one, other] = [open(), open()]
    const first = one.session.begin(tokens())
    other.session.receive(first)
    one.session.signOut()
    one.session.receive(first)
    expect(one.session.current()).toBeUndefined()
    expect(open().session.current()).toBeUndefined()
    other.session.signedOutElsewhere(2.95)
    other.session.receive(first)
    expect(other.session.current()).toBeUndefined()
    expect(other.told.at(-1)).toEqual({ type: 'ended', reason: 'signed_out_elsewhere' })
  })

  it('that began after a sign-out is not ended by its late news', () => {
    const { open } = createTabs()
    const { session, told } = open()
    session.begin(tokens())
    const epoch = session.signOut()
    const next = session.begin(tokens())
    session.signedOutElsewhere(epoch)
    expect(session.current()).toBe(next)
    expect(told).toEqual([])
  })

  it('that began after a sign-out is not ended where that comes to an end late', () => {
    const { open, record } = createTabs()
    const [{ session }, other] = [open(), open()]
    const before = session.begin(tokens())
    const epoch = Math.floor(before.epoch) + 1.95
    record.write({ epoch, status: 'signed_out', refreshes: 0, rotation: 0 })
    const next = session.begin(tokens('of-another-sign-in'))
    other.session.receive(next)
    expect(session.signOut(epoch)).toBe(epoch)
    expect(session.current()).toBe(next)
    expect(record.read()).toMatchObject({ epoch: next.epoch, status: 'signed_in' })
    expect(session.signOut()).toBeGreaterThan(next.epoch)
    expect(session.current()).toBeUndefined()
  })

  it('writes down a sign-out that a tab has written over which had not seen it', () => {
    const { open, record } = createTabs()
    const { session } = open()
    const before = session.begin(tokens())
    const stale = record.read()
    const epoch = open().session.signOut()
    record.write(stale)
    session.signedOutElsewhere(epoch)
    expect(record.read()).toMatchObject({ epoch, status: 'signed_out' })
    const late = open().session
    late.receive(before)
    expect(late.current()).toBeUndefined()
  })

  it.each([
    ['session_ended', 'was refused', 'refresh-1', false],
    ['session_ended', 'was refused, though it was only lent', '', true],
    ['session_expired', 'ran out', '', false],
  ] as const)('says %s where another tab found that it %s', (reason, _what, refreshToken, isLent) => {
    const { open } = createTabs()
    const { session, told } = open()
    session.receive({ ...open().session.begin(tokens(refreshToken)), isLent })
    session.endedElsewhere()
    expect(told.at(-1)).toEqual({ type: 'ended', reason, error: expect.objectContaining({ code: reason }) })
  })

  it.each([
    ['the same', {}],
    ['of an earlier sign-in', { epoch: 0.5 }],
  ])('tells nothing of tokens that are %s', (_what, part) => {
    const { open } = createTabs()
    const { session, told } = open()
    const first = session.begin(tokens())
    session.receive({ ...first, ...part })
    expect(session.current()).toBe(first)
    expect(told).toEqual([])
  })
})

it('sign-ins and sign-outs come one after the other also where none can be noted down', () => {
  const session = createUnnoted()
  const epochs = [
    session.begin(tokens()).epoch,
    session.begin(tokens('of-another-sign-in')).epoch,
    session.signOut(),
    session.begin(tokens()).epoch,
  ]
  expect(epochs).toEqual([...new Set(epochs)].sort((one, other) => one - other))
})

/** What a server has said of the person beside the ID token. */
const said = (nickname: string, askedAtMs: number): UserInfo => ({
  claims: { sub: 'alice', nickname },
  askedAtMs,
})

describe('what is known of the person', () => {
  it('is what was asked for last, in whatever order the answers come', () => {
    const { session } = createTabs().open()
    const { epoch } = session.begin(tokens())
    session.describe(epoch, said('later', 2))
    session.describe(epoch, said('earlier', 1))
    expect(session.userInfo()).toEqual(said('later', 2))
    session.describe(epoch, said('last', 3))
    expect(session.userInfo()).toEqual(said('last', 3))
  })

  it('is nothing that was asked for in another sign-in, or is heard of after the end', () => {
    const { session } = createTabs().open()
    const { epoch } = session.begin(tokens())
    session.begin(tokens('of-another-sign-in'))
    session.describe(epoch, said('of before', 1))
    expect(session.userInfo()).toBeUndefined()
    session.forget()
    session.describe(epoch, said('of before', 1))
    expect(session.userInfo()).toBeUndefined()
  })

  it('stays through a refresh that brings no ID token, also where it says another thing than that', () => {
    const { session } = createTabs().open()
    const claims = { iss: 'https://id.example', sub: 'alice', aud: 'app', exp: 0, iat: 0, nickname: 'Alice' }
    const before = session.begin({ ...tokens(), claims })
    session.describe(before.epoch, said('Al', 1))
    session.advance(before, { ...tokens('refresh-2'), claims })
    expect(session.userInfo()).toEqual(said('Al', 1))
  })

  it.each([
    ['nothing', undefined],
    ['less', said('earlier', 1)],
  ])('stays where a tab hands over newer tokens that knows %s', (_what, userInfo) => {
    const { session, newest } = createBehind()
    session.describe(newest.epoch, said('later', 2))
    session.receive({ ...newest, tokens: { ...newest.tokens, ...(userInfo && { userInfo }) } })
    expect(session.current()?.refreshes).toBe(1)
    expect(session.userInfo()).toEqual(said('later', 2))
  })
})

describe('a session that is handed over', () => {
  it('is told of as another, and what is newer of it as a refresh', () => {
    const { open } = createTabs()
    const [one, other] = [open(), open()]
    const first = one.session.begin(tokens())
    other.session.receive(first)
    other.session.receive(one.session.advance(first, tokens('refresh-2')))
    other.session.receive(one.session.begin(tokens('of-another-sign-in')))
    expect(other.told.map(({ type }) => type)).toEqual(['adopted', 'refreshed', 'adopted'])
  })

  it('is told of while it is being renewed, and what is not proven yet of it only once it is', () => {
    const { open } = createTabs()
    const [{ session: renewing }, loaded] = [open(), open()]
    const first = renewing.begin(tokens())
    loaded.session.receive(renewing.rotate(first, 'refresh-2'))
    expect(loaded.told).toMatchObject([{ type: 'adopted', session: { epoch: first.epoch } }])
    loaded.session.receive(renewing.rotate(renewing.current() as HeldTokens, 'refresh-3'))
    expect(loaded.session.current()?.tokens.refreshToken).toBe('refresh-3')
    expect(loaded.told).toHaveLength(1)
  })

  it('is taken over though a later one is known of, which may come or not', () => {
    const { open } = createTabs()
    const [one, later, session] = [open().session, open().session, open().session]
    const before = one.begin(tokens())
    const next = later.begin(tokens('of-another-sign-in'))
    session.receive(before)
    expect([session.current(), session.isBehind()]).toEqual([before, true])
    session.receive(next)
    expect([session.current(), session.isBehind()]).toEqual([next, false])
    session.forget()
    expect(session.isBehind()).toBe(false)
  })

  it.each(['signed_out', 'ended'] as const)(
    'is taken over where it could not be noted down, and what is on record is that one before it has %s',
    (status) => {
      const { open, record } = createTabs()
      const next = { ...open().session.begin(tokens()), epoch: 3.5 }
      record.write({ epoch: 1.95, status, refreshes: 0, rotation: 0 })
      const { session } = open()
      session.receive(next)
      expect(session.current()).toBe(next)
    },
  )

  it('does not come back after a sign-out, where that cannot be noted down either and the news of an older one is late', () => {
    const session = createUnnoted()
    session.signedOutElsewhere(1.95)
    const before = session.begin(tokens())
    session.signOut()
    session.signedOutElsewhere(1.95)
    session.receive(before)
    expect(session.current()).toBeUndefined()
  })

  it('does not end, where it ends here, one before it that is on record', () => {
    const { open, record } = createTabs()
    const next = { ...open().session.begin(tokens()), epoch: 3.5 }
    const { session } = open()
    session.receive(next)
    const known = record.read()
    session.end('session_ended', ended)
    expect(record.read()).toEqual(known)
  })

  it('does not end, where it ends here, what somebody has signed in to since', () => {
    const { open, record } = createTabs()
    const [{ session }, later] = [open(), open().session]
    session.begin(tokens())
    const { epoch } = later.begin(tokens('of-another-sign-in'))
    session.end('session_ended', ended)
    expect(record.read()).toMatchObject({ epoch, status: 'signed_in' })
  })
})

describe('a sign-in that another one has replaced', () => {
  it('is remembered as far as it was renewed, by whoever was still in it (RFC 9700 §4.14.2)', () => {
    const { open } = createTabs()
    const [frozen, thawed, later] = [open().session, open().session, open().session]
    const before = frozen.begin(tokens())
    thawed.receive(before)
    later.begin(tokens('of-another-sign-in'))
    expect([frozen.isSpent(), thawed.isSpent()]).toEqual([false, false])
    thawed.advance(before, tokens('refresh-2'))
    expect([frozen.isSpent(), thawed.isSpent(), later.isSpent()]).toEqual([true, false, false])
    expect(frozen.isBehind()).toBe(true)
    later.advance(later.current() as HeldTokens, tokens('of-another-sign-in-2'))
    expect([frozen.isSpent(), later.isSpent()]).toEqual([true, false])
  })

  it('is remembered however many sign-ins have come since (invariant 2)', () => {
    const { open, record } = createTabs()
    const [frozen, thawed, later] = [open().session, open().session, open().session]
    const before = frozen.begin(tokens())
    thawed.receive(before)
    thawed.advance(before, tokens('refresh-2'))
    for (let signIn = 0; signIn < 20; signIn++) {
      later.begin(tokens(`of-another-sign-in-${signIn}`))
      expect([frozen.isSpent(), later.isSpent()]).toEqual([true, false])
    }
    expect(record.read().older?.length).toBeLessThan(10)
  })

  it('whose refresh token may be spent, for all that is remembered, is not refreshed any more', () => {
    const { open } = createTabs()
    const [frozen, later] = [open().session, open().session]
    frozen.begin(tokens())
    for (let signIn = 0; signIn < 8; signIn++) later.begin(tokens(`of-another-sign-in-${signIn}`))
    expect(frozen.isSpent()).toBe(false)
    later.begin(tokens('of-yet-another-sign-in'))
    expect(frozen.isSpent()).toBe(true)
  })

  it('is not remembered past a sign-out, which is for every tab', () => {
    const { open, record } = createTabs()
    const { session } = open()
    session.begin(tokens())
    session.signOut()
    session.begin(tokens())
    expect(record.read().older).toBeUndefined()
  })
})
