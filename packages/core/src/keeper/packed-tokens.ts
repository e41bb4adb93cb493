import type { Clock } from '../platform/ports.ts'
import type { UserInfo } from '../protocol/token-set.ts'
import { isFlag, isNumber, isText, maybe, oneOf, shape } from '../shapes.ts'
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
  const { tokens } = held
  return { ...held, tokens: { ...tokens, requestedAt: onThisClock(tokens.requestedAt.epochMs, clock) } }
}

const isUserInfo = shape({ claims: shape({ sub: isText }), askedAtMs: isNumber })

const isHeldTokens = shape({
  epoch: isNumber,
  refreshes: isNumber,
  rotation: isNumber,
  isLent: isFlag,
  tokens: shape({
    accessToken: isText,
    tokenType: oneOf('bearer'),
    scope: isText,
    requestedAt: shape({ epochMs: isNumber }),
    refreshToken: maybe(isText),
    expiresAt: maybe(isNumber),
    clockSkewSeconds: maybe(isNumber),
    userInfo: maybe(isUserInfo),
  }),
})
