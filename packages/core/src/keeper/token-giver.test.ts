import { describe, expect, it } from 'vitest'
import { createManualClock } from '../../test/manual-clock.ts'
import { createMemoryStore } from '../platform/memory-store.ts'
import type { TokenSet } from '../protocol/token-set.ts'
import { createSessionRecordStore } from '../session-record.ts'
import { createHeldSession } from './held-session.ts'
import type { HeldTokens } from './held-tokens.ts'
import type { AccessTokenRequest } from './keeper.ts'
import { createTokenGiver } from './token-giver.ts'

const orders = 'https://orders.example'
const lifetimeMs = 40_000

/** A tab whose token has run out, and another from which it has whatever comes. */
interface Scene {
  /** The device sleeps through the life of every token that there is, or is on its way. */
  sleep(): void
  /** The session's tokens are renewed, as they are before `meanwhile`. */
  renew(accessToken: string, meanwhile?: () => void): void
  /** There is a token for the orders, as it is before `meanwhile`. */
  renewForOrders(accessToken: string, meanwhile?: () => void): void
  /** The same person signs in again, with tokens as they are before `meanwhile`. */
  signInAgain(accessToken: string, meanwhile?: () => void): void
  /** @returns the token, and how many refreshes it took, of which the first brings the first of these */
  ask(request: AccessTokenRequest, refreshes: readonly (() => void)[]): Promise<[string, number]>
}

async function createScene(): Promise<Scene> {
  const clock = createManualClock()
  const record = createSessionRecordStore(createMemoryStore(), 'session')
  const random = { bytes: () => new Uint8Array(), fraction: () => 0.5 }
  const [session, other] = [createHeldSession(record, random), createHeldSession(record, random)]
  const tokens = (accessToken: string): TokenSet => ({
    accessToken,
    tokenType: 'bearer',
    requestedAt: clock.now(),
    expiresAt: clock.now().epochMs + lifetimeMs,
    refreshToken: `refresh of ${accessToken}`,
    scope: 'openid',
    claims: { iss: 'https://id.example', sub: 'alice', aud: 'app', exp: 0, iat: 0 },
  })
  const first = other.begin(tokens('first'))
  session.receive(first)
  const newest = (): HeldTokens => other.current() ?? first
  await clock.advance(lifetimeMs)
  return {
    sleep: () => clock.moveWallClock(lifetimeMs),
    renew(accessToken, meanwhile = () => undefined) {
      const renewed = tokens(accessToken)
      meanwhile()
      session.receive(other.advance(newest(), renewed))
    },
    renewForOrders(accessToken, meanwhile = () => undefined) {
      const token = { ...tokens(accessToken), target: { resource: orders } }
      meanwhile()
      session.receive(other.advance(newest(), newest().tokens, [token]))
    },
    signInAgain(accessToken, meanwhile = () => undefined) {
      const signedIn = tokens(accessToken)
      meanwhile()
      session.receive(other.begin(signedIn))
    },
    async ask(request, refreshes) {
      let count = 0
      const give = createTokenGiver({
        session,
        clock,
        refresher: {
          refresh: async () => refreshes[count++]?.(),
          lenderAnswered: () => undefined,
          followFailure: () => undefined,
          blockedForMs: () => 0,
          unblock: () => undefined,
          discard: () => {
            throw new Error('Nothing comes too late here.')
          },
        },
      })
      const token = await give(request, ({ accessToken }) => accessToken)
      return [token, count]
    },
  }
}

describe('a token that the device slept through while it was on its way', () => {
  it('is not given out: another is asked for', async () => {
    const { ask, renew, sleep } = await createScene()
    const asked = ask({}, [() => renew('second', sleep), () => renew('third')])
    expect(await asked).toEqual(['third', 2])
  })

  it('is given out where the next is no better: nothing is asked for without an end', async () => {
    const { ask, renew, sleep } = await createScene()
    const asked = ask({}, [() => renew('second', sleep), () => renew('third', sleep), () => renew('fourth')])
    expect(await asked).toEqual(['third', 2])
  })

  it('is not given out where it is another sign-in’s, found after one that was slept through as well', async () => {
    const { ask, renew, signInAgain, sleep } = await createScene()
    const asked = ask({}, [
      () => renew('second', sleep),
      () => signInAgain('of the same sleep', sleep),
      () => renew('newest'),
    ])
    expect(await asked).toEqual(['newest', 3])
  })

  it('is asked for again in another sign-in that has none for that API yet: it is no other person’s (REF-10)', async () => {
    const { ask, renewForOrders, signInAgain, sleep } = await createScene()
    const asked = ask({ resource: orders }, [
      () => renewForOrders('orders', sleep),
      () => signInAgain('without orders'),
      () => renewForOrders('orders again'),
    ])
    expect(await asked).toEqual(['orders again', 3])
  })
})
