import type { Clock } from '../platform/ports.ts'
import { isFlag, isNumber, isText, maybe, oneOf, shape } from '../shapes.ts'
import type { HeldTokens } from './held-tokens.ts'
import { onThisClock } from './on-this-clock.ts'

/** For another tab, as JSON. */
export function packTokens(held: HeldTokens): string {
  return JSON.stringify(held)
}

/** What another tab packed; undefined for anything else. */
export function unpackTokens(text: string, clock: Clock): HeldTokens | undefined {
  const value: unknown = JSON.parse(text)
  if (!isHeldTokens(value)) return undefined
  const held = value as HeldTokens
  const { tokens } = held
  return { ...held, tokens: { ...tokens, requestedAt: onThisClock(tokens.requestedAt.epochMs, clock) } }
}

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
  }),
})
