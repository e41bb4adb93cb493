import { describe, expect, it } from 'vitest'
import { createFakePlatform, settle } from '../../test/fake-platform.ts'
import { rejectionOf } from '../../test/pages.ts'
import { createScriptedProvider, type ScriptedProvider } from '../../test/scripted-provider.ts'
import { NetworkError } from '../errors.ts'
import type { TokenSet } from '../protocol/token-set.ts'
import { createSessionRecordStore, type SessionRecordStore, signOutRecord } from '../session-record.ts'
import { createHeldSession, type HeldSession } from './held-session.ts'
import type { HeldTokens } from './held-tokens.ts'
import type { PersistedSession } from './persisted-session.ts'
import { createRefresher, type Refresher } from './refresher.ts'

interface RefresherScene extends Pick<Refresher, 'refresh'> {
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
  /** What happens while something is put to rest. Default: nothing is. */
  readonly whileResting?: () => void
}

/** Tokens that have run out, and another tab that has renewed them. Asked for what it got, it takes two seconds. */
async function createScene({
  isShared,
  isRotated = true,
  isBehind = true,
  whileResting,
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
        if (patienceMs > 2000) session.receive(newest)
      },
      isShared: () => isShared,
      exclusively: (_epoch, _isMoot, work) => work(false),
      publish: async (held) => void published.push(held),
      describe: async () => undefined,
      tell: () => undefined,
    },
  })
  return { refresh, session, record, provider, before, newest, published, rested, ended, tokens }
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
