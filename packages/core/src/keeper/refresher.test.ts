import { describe, expect, it } from 'vitest'
import { createFakePlatform, settle } from '../../test/fake-platform.ts'
import { rejectionOf } from '../../test/pages.ts'
import { createScriptedProvider, type ScriptedProvider } from '../../test/scripted-provider.ts'
import { NetworkError } from '../errors.ts'
import type { Clock } from '../platform/ports.ts'
import type { TokenSet } from '../protocol/token-set.ts'
import {
  createSessionRecordStore,
  type SessionRecord,
  type SessionRecordStore,
  signOutRecord,
} from '../session-record.ts'
import { createHeldSession, type HeldSession } from './held-session.ts'
import type { HeldTokens } from './held-tokens.ts'
import type { PersistedSession } from './persisted-session.ts'
import { createRefresher, type Refresher } from './refresher.ts'
import type { Tabs } from './tabs.ts'
import { tokenFor } from './want.ts'

interface RefresherScene extends Pick<Refresher, 'refresh'> {
  readonly clock: Clock
  readonly session: HeldSession
  readonly record: SessionRecordStore
  readonly provider: ScriptedProvider
  readonly before: HeldTokens
  readonly newest: HeldTokens
  /** What other tabs were handed. */
  readonly published: HeldTokens[]
  /** What was to rest, and whether that was over when it was written. */
  readonly rested: [held: HeldTokens, isOver: boolean | undefined][]
  /** How the session ended, where it did. */
  readonly ended: string[]
  tokens(serial: number, refreshToken?: string): TokenSet
}

/** How others are in the session. */
interface RefresherSceneOptions {
  readonly isShared: boolean
  /** Whether the other tab was given another refresh token. Default: it was. */
  readonly isRotated?: boolean
  /** Whether the other tab has renewed the tokens at all. Default: it has. */
  readonly isBehind?: boolean
  /** Whether the other tab answers no question any more. Default: it does. */
  readonly isGone?: boolean
  /** What happens while something is put to rest. Default: nothing is. */
  readonly whileResting?: () => void
  /** Default: its turn has come. */
  readonly exclusively?: Tabs['exclusively']
  /** Default: nobody hears it. */
  readonly tell?: Tabs['tell']
}

/** Tokens that have run out, and another tab that has renewed them. Asked for what it got, it takes two seconds. */
async function createScene({
  isShared,
  isRotated = true,
  isBehind = true,
  isGone = false,
  whileResting,
  exclusively = (_epoch, _isMoot, work) => work(false),
  tell = () => undefined,
}: RefresherSceneOptions): Promise<RefresherScene> {
  const platform = createFakePlatform()
  const { clock, random, shared } = platform
  const record = createSessionRecordStore(shared, 'session')
  const [session, other] = [createHeldSession(record, random), createHeldSession(record, random)]
  const tokens: RefresherScene['tokens'] = (serial, refreshToken = `refresh-${serial}`) => ({
    accessToken: `access-${serial}`,
    tokenType: 'bearer',
    requestedAt: clock.now(),
    expiresAt: clock.now().epochMs + 300_000,
    refreshToken,
    scope: 'openid',
  })
  const before = other.begin(tokens(1))
  session.receive(before)
  await platform.advance(301_000)
  const newest = isBehind ? other.advance(before, isRotated ? tokens(2) : tokens(2, 'refresh-1')) : before
  const provider = createScriptedProvider()
  const published: HeldTokens[] = []
  const rested: RefresherScene['rested'] = []
  const ended: string[] = []
  session.onChange((change) => change.type === 'ended' && ended.push(change.reason))
  const persisted: PersistedSession = {
    async write(held, isOver) {
      whileResting?.()
      rested.push([held, isOver?.()])
    },
    read: async () => undefined,
    latest: async (held) => held,
    clear: async () => undefined,
  }
  const { refresh } = createRefresher({
    platform,
    provider,
    record,
    session,
    lockTimeoutMs: 15_000,
    ...(whileResting && { persisted }),
    tabs: {
      async ask(patienceMs = 0) {
        if (patienceMs > 2000 && !isGone) session.receive(newest)
      },
      isShared: () => isShared,
      exclusively,
      publish: async (held) => void published.push(held),
      describe: async () => undefined,
      tell,
    },
  })
  return { clock, refresh, session, record, provider, before, newest, published, rested, ended, tokens }
}

describe('a refresh token that another tab has exchanged', () => {
  it('is not sent, and what the tab got for it is waited for, though it takes its time (RFC 9700 §4.14.2)', async () => {
    const { refresh, session, provider, before, newest } = await createScene({ isShared: true })
    await refresh(before)
    expect(session.current()).toBe(newest)
    expect(provider.refreshes.calls).toHaveLength(0)
  })

  it('is another, where no other tab ever had this one', async () => {
    const { refresh, session, provider, before, tokens } = await createScene({ isShared: false })
    provider.refreshes.answer = () => tokens(3)
    await refresh(before)
    expect(session.current()?.tokens.refreshToken).toBe('refresh-3')
  })
})

describe('a refresh token that another tab has exchanged, which is gone', () => {
  it.each([
    ['may have been handed over', true, undefined],
    ['rests', false, () => undefined],
  ])(
    'is not sent where it %s: the session is over (RFC 9700 §4.14.2)',
    async (_where, isShared, whileResting) => {
      const { refresh, session, provider, before, ended } = await createScene({
        isShared,
        isGone: true,
        ...(whileResting && { whileResting }),
      })
      expect(await rejectionOf(refresh(before))).toMatchObject({ code: 'session_expired' })
      expect(provider.refreshes.calls).toHaveLength(0)
      expect(session.current()).toBeUndefined()
      expect(ended).toEqual(['session_expired'])
    },
  )
})

it('a session without a refresh token is not renewed where another tab does not hand over the later one that is known of', async () => {
  const { refresh, session, record, provider, tokens } = await createScene({ isShared: false })
  const { refreshToken: _, ...given } = tokens(5)
  const held = session.begin(given)
  record.write({ ...record.read(), epoch: held.epoch + 1 })
  expect(await rejectionOf(refresh(held))).toMatchObject({ code: 'session_expired' })
  expect(provider.refreshes.calls).toHaveLength(0)
})

describe('a tab that waits for its turn', () => {
  const waiting: Tabs['exclusively'] = (_epoch, isMoot) =>
    new Promise((_resolve, reject) => {
      isMoot.addEventListener('abort', () => reject(isMoot.reason))
    })

  it('has what another tab hands over, without one, as soon as it is what it waits for', async () => {
    const { refresh, session, provider, before, newest } = await createScene({
      isShared: true,
      exclusively: waiting,
    })
    let isSettled = false
    const refreshed = refresh(before).then(() => {
      isSettled = true
    })
    // Nothing but a token for one API is new of it.
    session.receive({ ...before, refreshes: 1 })
    await settle()
    expect(isSettled).toBe(false)
    session.receive({ ...newest, refreshes: 2 })
    await refreshed
    expect(provider.refreshes.calls).toHaveLength(0)
  })

  it('waits no longer once nobody is signed in', async () => {
    const { refresh, session, before } = await createScene({ isShared: true, exclusively: waiting })
    const refused = rejectionOf(refresh(before))
    await settle()
    session.signOut()
    expect(await refused).toMatchObject({ code: 'not_signed_in' })
  })
})

describe('a token for one API', () => {
  const target = { resource: 'https://orders.example' }

  it('is asked for anew in a sign-in that comes meanwhile', async () => {
    const { refresh, session, clock, provider, before, tokens } = await createScene({
      isShared: false,
      isBehind: false,
    })
    const want = tokenFor(target, { clock, refused: undefined })
    const asked = [refresh(before, want), refresh(before, want)]
    await settle()
    expect(provider.refreshes.calls).toHaveLength(1)
    asked.push(refresh(session.begin(tokens(5)), want))
    await settle()
    expect(provider.refreshes.calls).toHaveLength(2)
    for (const [at, { resolve }] of provider.refreshes.calls.entries()) resolve(tokens(6 + at))
    await Promise.all(asked)
  })

  /** Whoever lent the tokens answers every question by newer ones: what others wanted, until it is the turn of this. */
  async function borrow(questions: number) {
    let asked = 0
    const scene: RefresherScene = await createScene({
      isShared: true,
      isBehind: false,
      tell({ kind }) {
        if (kind !== 'renew') return
        asked += 1
        const token = { ...scene.tokens(9), target }
        const targeted = asked === questions ? [token] : []
        queueMicrotask(() => scene.session.receive({ ...lent, targeted, refreshes: 1 + asked }))
      },
    })
    const lent: HeldTokens = { ...scene.before, isLent: true, refreshes: 1 }
    scene.session.receive(lent)
    const { clock, refresh } = scene
    const borrowed = refresh(lent, tokenFor(target, { clock, refused: undefined }))
    return { borrowed, asked: () => asked }
  }

  it('is asked for again where it is lent, and what came is what others wanted', async () => {
    const { borrowed, asked } = await borrow(3)
    await borrowed
    expect(asked()).toBe(3)
  })

  it('is not asked for without an end where it never comes', async () => {
    const { borrowed, asked } = await borrow(100)
    expect(await rejectionOf(borrowed)).toMatchObject({ code: 'timeout' })
    expect(asked()).toBe(8)
  })
})

/** A sign-out in another tab, of which no word has come. */
const signOutElsewhere = ({ record, before }: RefresherScene): void =>
  void record.write(signOutRecord(Math.floor(before.epoch) + 1.95))

describe('an answer to a refresh', () => {
  it('is not given back where what another tab got comes late: one refresh token is good for both, until it is revoked', async () => {
    const { refresh, session, provider, before, newest, tokens } = await createScene({
      isShared: true,
      isRotated: false,
    })
    const refreshed = refresh(before)
    await settle()
    session.receive(newest)
    provider.refreshes.last().resolve(tokens(3, 'refresh-1'))
    await refreshed
    expect(session.current()).toBe(newest)
    expect(provider.revocations.calls).toHaveLength(0)
  })

  it('after a sign-out that only the record tells of is given back, and ends the session here too', async () => {
    const scene = await createScene({ isShared: true, isBehind: false })
    const { refresh, session, provider, before, published, ended, tokens } = scene
    const refused = rejectionOf(refresh(before))
    await settle()
    signOutElsewhere(scene)
    const late = tokens(2)
    provider.refreshes.last().resolve(late)
    expect(await refused).toMatchObject({ code: 'not_signed_in' })
    expect(session.current()).toBeUndefined()
    expect(ended).toEqual(['signed_out_elsewhere'])
    expect(published).toEqual([])
    expect(provider.revocations.calls.map(({ request }) => request)).toEqual([late])
  })

  it.each<[what: string, meanwhile: (scene: RefresherScene) => SessionRecord]>([
    ['a later sign-in', ({ record }) => ({ ...record.read(), epoch: 9.5 })],
    ['an older sign-out', () => signOutRecord(0.95)],
  ])('is kept and handed on where what is on record by then is %s', async (_what, meanwhile) => {
    const scene = await createScene({ isShared: true, isBehind: false })
    const { refresh, session, record, provider, before, published, ended, tokens } = scene
    const refreshed = refresh(before)
    await settle()
    record.write(meanwhile(scene))
    provider.refreshes.last().resolve(tokens(2))
    await refreshed
    expect(session.current()?.tokens.refreshToken).toBe('refresh-2')
    expect(published).toEqual([session.current()])
    expect(ended).toEqual([])
    expect(provider.revocations.calls).toHaveLength(0)
  })

  it('is not told of here where somebody signs out while it is put to rest', async () => {
    const scene: RefresherScene = await createScene({
      isShared: false,
      isBehind: false,
      whileResting: () => void scene.session.signOut(),
    })
    const { refresh, session, provider, before, tokens } = scene
    const told: string[] = []
    session.onChange(({ type }) => told.push(type))
    provider.refreshes.answer = () => tokens(2)
    await refresh(before)
    expect(session.current()).toBeUndefined()
    expect(told).toEqual([])
  })

  it('takes the place of its refresh token, of which the others were told beforehand', async () => {
    const { refresh, session, provider, before, published, tokens } = await createScene({
      isShared: true,
      isBehind: false,
    })
    provider.refresh = async (_held, { rotated } = {}) => {
      rotated?.('refresh-2')
      return tokens(2)
    }
    await refresh(before)
    expect(session.current()).toMatchObject({ tokens: { accessToken: 'access-2' }, rotation: 1 })
    expect(session.current()?.isUnproven).toBeUndefined()
    expect(published).toMatchObject([{ tokens: { accessToken: 'access-1', refreshToken: 'refresh-2' } }, {}])
    expect(published[1]).toBe(session.current())
  })

  it('is given back where somebody has signed in here since the others were told of its refresh token', async () => {
    const { refresh, session, provider, before, tokens } = await createScene({
      isShared: true,
      isBehind: false,
    })
    const late = tokens(2)
    provider.refresh = async (_held, { rotated } = {}) => {
      rotated?.('refresh-2')
      session.begin(tokens(3))
      return late
    }
    await refresh(before)
    expect(session.current()?.tokens.refreshToken).toBe('refresh-3')
    expect(provider.revocations.calls.map(({ request }) => request)).toEqual([late])
  })

  it('has nobody told of its refresh token beforehand, where somebody has signed out (REF-04)', async () => {
    const scene = await createScene({ isShared: true, isBehind: false, whileResting: () => undefined })
    const { refresh, session, provider, before, published, rested } = scene
    provider.refresh = async (_held, { rotated } = {}) => {
      signOutElsewhere(scene)
      rotated?.('refresh-2')
      expect(session.current()).toBe(before)
      throw new NetworkError('network_failed', 'The keys could not be had.')
    }
    expect(await rejectionOf(refresh(before))).toMatchObject({ code: 'network_failed' })
    expect([...published, ...rested]).toEqual([])
  })

  it('has nobody told of its refresh token beforehand, where somebody has signed in here since', async () => {
    const { refresh, session, provider, before, published, tokens } = await createScene({
      isShared: true,
      isBehind: false,
    })
    provider.refresh = async (_held, { rotated } = {}) => {
      session.begin(tokens(2))
      rotated?.('refresh-3')
      return tokens(3)
    }
    await refresh(before)
    expect(session.current()?.tokens.refreshToken).toBe('refresh-2')
    expect(published).toEqual([])
  })
})

describe('an answer to a refresh whose page has dropped the session', () => {
  it('is for the tabs that go on with it', async () => {
    const { refresh, session, record, provider, before, published, tokens } = await createScene({
      isShared: true,
      isBehind: false,
    })
    const refused = rejectionOf(refresh(before))
    await settle()
    session.forget()
    provider.refreshes.last().resolve(tokens(2))
    expect(await refused).toMatchObject({ code: 'not_signed_in' })
    expect(published).toMatchObject([
      { epoch: before.epoch, refreshes: 1, tokens: { accessToken: 'access-2' } },
    ])
    expect(record.read()).toMatchObject({ epoch: before.epoch, refreshes: 1, rotation: 1 })
    expect(provider.revocations.calls).toHaveLength(0)
  })

  it.each<[where: string, isShared: boolean, meanwhile: (scene: RefresherScene) => void]>([
    ['nobody else has it', false, () => undefined],
    ['somebody has signed out', true, signOutElsewhere],
    ['it has ended', true, ({ record }) => void record.write({ ...record.read(), status: 'ended' })],
    [
      'somebody has signed in since',
      true,
      ({ record, before }) =>
        void record.write({ ...record.read(), epoch: before.epoch + 1, refreshes: 0, rotation: 0 }),
    ],
  ])('is given back where %s, and nobody hears of it', async (_where, isShared, meanwhile) => {
    const scene = await createScene({ isShared, isBehind: false })
    const { refresh, session, record, provider, before, published, tokens } = scene
    const refused = rejectionOf(refresh(before))
    await settle()
    session.forget()
    meanwhile(scene)
    const known = record.read()
    provider.refreshes.last().resolve(tokens(2))
    expect(await refused).toMatchObject({ code: 'not_signed_in' })
    expect(published).toEqual([])
    expect(record.read()).toEqual(known)
    expect(provider.revocations.calls).toHaveLength(1)
  })

  it.each([
    ['rests for the next page', false],
    ['does not rest where somebody signs out while it is written', true],
  ])('%s', async (_what, isSignedOut) => {
    const scene: RefresherScene = await createScene({
      isShared: false,
      isBehind: false,
      whileResting: () => isSignedOut && signOutElsewhere(scene),
    })
    const { refresh, session, provider, before, rested, tokens } = scene
    const refused = rejectionOf(refresh(before))
    await settle()
    session.forget()
    provider.refreshes.last().resolve(tokens(2))
    expect(await refused).toMatchObject({ code: 'not_signed_in' })
    expect(rested).toMatchObject([[{ tokens: { refreshToken: 'refresh-2' } }, isSignedOut]])
  })
})
