import { describe, expect, it } from 'vitest'
import { createFakePlatform } from '../../test/fake-platform.ts'
import { createScriptedProvider, type ScriptedProvider } from '../../test/scripted-provider.ts'
import type { TokenSet } from '../protocol/token-set.ts'
import { createSessionRecordStore } from '../session-record.ts'
import { createHeldSession, type HeldSession } from './held-session.ts'
import type { HeldTokens } from './held-tokens.ts'
import { createRefresher, type Refresher } from './refresher.ts'

/** Tokens that have run out, after another tab has exchanged the refresh token. Asked for what it got, it takes two seconds. */
async function createScene({ isShared }: { isShared: boolean }): Promise<
  Pick<Refresher, 'refresh'> & {
    readonly session: HeldSession
    readonly provider: ScriptedProvider
    readonly before: HeldTokens
    readonly newest: HeldTokens
    tokens(serial: number): TokenSet
  }
> {
  const platform = createFakePlatform()
  const { clock, random, shared } = platform
  const record = createSessionRecordStore(shared, 'session')
  const [session, other] = [createHeldSession(record, random), createHeldSession(record, random)]
  const tokens = (serial: number): TokenSet => ({
    accessToken: `access-${serial}`,
    tokenType: 'bearer',
    requestedAt: clock.now(),
    expiresAt: clock.now().epochMs + 300_000,
    refreshToken: `refresh-${serial}`,
    scope: 'openid',
  })
  const before = other.begin(tokens(1))
  session.receive(before)
  await platform.advance(301_000)
  const newest = other.advance(before, tokens(2))
  const provider = createScriptedProvider()
  const { refresh } = createRefresher({
    platform,
    provider,
    record,
    session,
    lockTimeoutMs: 15_000,
    tabs: {
      async ask(patienceMs = 0) {
        if (patienceMs > 2000) session.receive(newest)
      },
      isShared: () => isShared,
      exclusively: (_epoch, _isMoot, work) => work(false),
      publish: async () => undefined,
      describe: async () => undefined,
      tell: () => undefined,
    },
  })
  return { refresh, session, provider, before, newest, tokens }
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
