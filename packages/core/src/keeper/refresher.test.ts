import { expect, it } from 'vitest'
import { createFakePlatform } from '../../test/fake-platform.ts'
import { createScriptedProvider } from '../../test/scripted-provider.ts'
import type { TokenSet } from '../protocol/token-set.ts'
import { createSessionRecordStore } from '../session-record.ts'
import { createHeldSession } from './held-session.ts'
import { createRefresher } from './refresher.ts'

it('waits longer for a tab that is slow to hand over what the session hangs on: the refresh token that it got for ours', async () => {
  const platform = createFakePlatform()
  const { clock, random, shared } = platform
  const record = createSessionRecordStore(shared, 'session')
  const [ours, theirs] = [createHeldSession(record, random), createHeldSession(record, random)]
  const tokens = (serial: number): TokenSet => ({
    accessToken: `access-${serial}`,
    tokenType: 'bearer',
    requestedAt: clock.now(),
    expiresAt: clock.now().epochMs + 300_000,
    refreshToken: `refresh-${serial}`,
    scope: 'openid',
  })
  const before = theirs.begin(tokens(1))
  ours.receive(before)
  await platform.advance(301_000)
  const newest = theirs.advance(before, tokens(2))
  const provider = createScriptedProvider()
  const { refresh } = createRefresher({
    platform,
    provider,
    record,
    session: ours,
    lockTimeoutMs: 15_000,
    tabs: {
      /** The other tab takes two seconds. */
      async ask(patienceMs = 0) {
        if (patienceMs > 2000) ours.receive(newest)
      },
      exclusively: (_epoch, _isMoot, work) => work(false),
      publish: async () => undefined,
      describe: async () => undefined,
      tell: () => undefined,
    },
  })
  await refresh(before)
  expect(ours.current()).toBe(newest)
  expect(provider.refreshes.calls).toHaveLength(0)
})
