/** How the person is asked to have authenticated. */
export interface AuthenticationDemand {
  /** Seconds since the person last proved who they are, at most. Sent as `max_age`. */
  readonly maxAge?: number | undefined
  /** Any of these will do. Sent as `acr_values`. */
  readonly acrValues?: readonly string[] | undefined
}

/** The claims of an ID token that say how the person authenticated. */
export interface AuthenticationClaims {
  readonly auth_time?: number | undefined
  readonly acr?: string | undefined
}

/** How somebody has authenticated, and by which clock that is judged. Plain data. */
export interface AuthenticationFacts extends AuthenticationClaims {
  /** How far the provider's clock is ahead of the device's, in seconds. */
  readonly clockSkewSeconds: number
  readonly toleranceSeconds: number
}

/** The time by which it is judged, in seconds since the epoch. */
export interface JudgedAt {
  readonly nowSeconds: number
  readonly toleranceSeconds: number
}

/** Whether that is enough. @param nowMs by the device's clock, in milliseconds since the epoch */
export function isEnough(facts: AuthenticationFacts, demand: AuthenticationDemand, nowMs: number): boolean {
  const at = { ...facts, nowSeconds: nowMs / 1000 + facts.clockSkewSeconds }
  return isRecent(facts, demand, at) && isOfClass(facts, demand)
}

/** Whether the person proved who they are as lately as is asked. */
export function isRecent(
  { auth_time: authTime = Number.NaN }: AuthenticationClaims,
  { maxAge }: AuthenticationDemand,
  { nowSeconds, toleranceSeconds }: JudgedAt,
): boolean {
  return maxAge === undefined || authTime + maxAge >= nowSeconds - toleranceSeconds
}

/** Whether they did so in one of the ways that are asked. */
export function isOfClass({ acr = '' }: AuthenticationClaims, { acrValues }: AuthenticationDemand): boolean {
  return acrValues?.includes(acr) ?? true
}
