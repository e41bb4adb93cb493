import type { Clock } from '@latchkey/core'

/** What a test holds in place of tokens, and whom it is about. */
export interface TestTokens<TUser> {
  readonly user: TUser
  readonly authenticated: { readonly auth_time: number; readonly acr?: string | undefined }
  readonly scope: string
  readonly accessToken: string
  readonly requestedAt: ReturnType<Clock['now']>
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
}

/** As with most providers, and short enough for a test that lets the time pass. */
const lifetimeMs = 300_000

/** Makes what issues {@link TestTokens}: the first with the token that is given, each later one with a number behind it. */
export function createTokenIssuer<TUser>(
  accessToken: string,
  clock: Clock,
): (about: Pick<TestTokens<TUser>, 'user' | 'authenticated' | 'scope'>) => TestTokens<TUser> {
  let issued = 0
  return ({ user, authenticated, scope }) => {
    issued += 1
    const requestedAt = clock.now()
    return {
      user,
      authenticated,
      scope,
      accessToken: issued === 1 ? accessToken : `${accessToken}-${issued}`,
      requestedAt,
      expiresAt: requestedAt.epochMs + lifetimeMs,
    }
  }
}

/** The same, as old as they may get: their time has gone by unseen. */
export function runOut<TUser>(tokens: TestTokens<TUser>, clock: Clock): TestTokens<TUser> {
  const expiresAt = Math.min(tokens.expiresAt, clock.now().epochMs)
  const requestedAtMs = expiresAt - lifetimeMs
  return { ...tokens, expiresAt, requestedAt: { epochMs: requestedAtMs, monotonicMs: requestedAtMs } }
}
