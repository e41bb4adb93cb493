import type { AuthorizationDetail, Clock } from '@latchkey/core'

/** What a test holds in place of one token. */
export interface TestToken {
  readonly accessToken: string
  readonly requestedAt: ReturnType<Clock['now']>
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
}

/** What a test holds in place of tokens, and whom it is about. */
export interface TestTokens<TUser> extends TestToken {
  readonly user: TUser
  /** Which sign-in they come from: grows with each. */
  readonly epoch: number
  readonly authenticated: { readonly auth_time: number; readonly acr?: string | undefined }
  readonly scope: string
  /** What was granted in detail: all that was asked for. */
  readonly details?: readonly AuthorizationDetail[] | undefined
  /** The tokens for single APIs and scopes, by what they were asked for. */
  readonly targeted: ReadonlyMap<string, TestToken>
}

/** As with most providers, and short enough for a test that lets the time pass. */
const lifetimeMs = 300_000

/** Issues tokens for whoever is described, or beside those that they have one for a target. */
export type TokenIssuer<TUser> = (
  about: Pick<TestTokens<TUser>, 'user' | 'epoch' | 'authenticated' | 'scope'> & Partial<TestTokens<TUser>>,
  target?: string,
) => TestTokens<TUser>

/** Makes what issues {@link TestTokens}: the first with the token that is given, each later one with a number behind it. */
export function createTokenIssuer<TUser>(accessToken: string, clock: Clock): TokenIssuer<TUser> {
  let issued = 0
  return ({ user, epoch, authenticated, scope, ...held }, target) => {
    issued += 1
    const requestedAt = clock.now()
    const token = {
      accessToken: issued === 1 ? accessToken : `${accessToken}-${issued}`,
      requestedAt,
      expiresAt: requestedAt.epochMs + lifetimeMs,
    }
    const { targeted = new Map(), details } = held
    if (target === undefined) return { user, epoch, authenticated, scope, details, targeted, ...token }
    return {
      ...(held as TestTokens<TUser>),
      user,
      epoch,
      authenticated,
      scope,
      targeted: new Map(targeted).set(target, token),
    }
  }
}

/** The token for a target, or the session's own. */
export function tokenFor<TUser>(held: TestTokens<TUser>, target: string | undefined): TestToken | undefined {
  return target === undefined ? held : held.targeted.get(target)
}

/** The same, as old as they may get: their time has gone by unseen. */
export function runOut<TUser>(tokens: TestTokens<TUser>, clock: Clock): TestTokens<TUser> {
  const expiresAt = Math.min(tokens.expiresAt, clock.now().epochMs)
  const requestedAtMs = expiresAt - lifetimeMs
  const requestedAt = { epochMs: requestedAtMs, monotonicMs: requestedAtMs }
  return { ...tokens, targeted: new Map(), expiresAt, requestedAt }
}
