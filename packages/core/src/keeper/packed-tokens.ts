import type { Clock } from '../platform/ports.ts'
import { isProviderSession } from '../protocol/provider-session.ts'
import type { AccessToken, UserInfo } from '../protocol/token-set.ts'
import { isCount } from '../session-record.ts'
import { isFlag, isMoment, isTarget, isText, listOf, maybe, oneOf, recordOf, shape } from '../shapes.ts'
import type { HeldTokens } from './held-tokens.ts'
import { onThisClock } from './on-this-clock.ts'

/** For another tab, as JSON, with what is known of the person. */
export function packTokens(held: HeldTokens, userInfo?: UserInfo): string {
  return JSON.stringify({ ...held, tokens: { ...held.tokens, userInfo } })
}

/** What is known of the person, for tabs that have the tokens already. */
export function unpackUserInfo(text: string): UserInfo | undefined {
  const value: unknown = JSON.parse(text)
  return isUserInfo(value) ? (value as UserInfo) : undefined
}

/** What another tab packed; undefined for anything else. */
export function unpackTokens(text: string, clock: Clock): HeldTokens | undefined {
  const value: unknown = JSON.parse(text)
  if (!isHeldTokens(value)) return undefined
  const held = value as HeldTokens
  const here = <T extends AccessToken>(token: T): T => ({
    ...token,
    requestedAt: onThisClock(token.requestedAt.epochMs, clock),
  })
  return {
    ...held,
    tokens: here(held.tokens),
    ...(held.targeted && { targeted: held.targeted.map(here) }),
  }
}

const accessToken = {
  accessToken: isText,
  tokenType: oneOf('bearer', 'dpop'),
  scope: isText,
  requestedAt: shape({ epochMs: isMoment }),
  expiresAt: maybe(isMoment),
}

const isUserInfo = shape({ claims: shape({ sub: isText }), askedAtMs: isMoment })

const isHeldTokens = shape({
  epoch: isCount,
  refreshes: isCount,
  rotation: isCount,
  isLent: isFlag,
  isUnproven: maybe(isFlag),
  tokens: shape({
    ...accessToken,
    refreshToken: maybe(isText),
    keyId: maybe(isText),
    idToken: maybe(isText),
    claims: maybe(shape({ iss: isText, sub: isText })),
    clockSkewSeconds: maybe(isMoment),
    userInfo: maybe(isUserInfo),
    providerSession: maybe(isProviderSession),
  }),
  switchedTo: maybe(recordOf(isText)),
  scopeNotGranted: maybe(isText),
  targeted: maybe(listOf(shape({ ...accessToken, target: isTarget }))),
})
