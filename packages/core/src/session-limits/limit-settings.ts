/** Why a session is over whose time was up. */
export type LimitReason = 'idle_timeout' | 'session_limit'

/** How long a session may last. At least one of the times is there. */
export interface LimitSettings {
  /** Without anybody doing anything, in any tab. */
  readonly idleMs: number | undefined
  /** Since somebody signed in. */
  readonly totalMs: number | undefined
  /** Whether the provider's own session is ended too. */
  readonly isAtProvider: boolean
}
