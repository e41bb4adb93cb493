import type { Metadata } from './metadata.ts'
import { isSecureUrl } from './secure-url.ts'

/** The provider's own session, as it lets an app ask after it (OpenID Connect Session Management 1.0 §2). */
export interface ProviderSession {
  /** `session_state` of the sign-in: it means something to the provider alone. */
  readonly state: string
  /** The provider's page that tells whether it still holds (§3.3). Absent where there is none. */
  readonly frameUrl?: string
}

const isFrameUrl = (url: unknown): url is string =>
  typeof url === 'string' && URL.canParse(url) && isSecureUrl(new URL(url))

/** Whether somebody else's word is a {@link ProviderSession}. */
export function isProviderSession(value: unknown): value is ProviderSession {
  const { state, frameUrl } = (value ?? {}) as Partial<ProviderSession>
  return typeof state === 'string' && (frameUrl === undefined || isFrameUrl(frameUrl))
}

/** What an authorization response says of it; undefined where that is nothing, or nothing that can be passed on. */
export function readProviderSession(
  parameters: URLSearchParams,
  { check_session_iframe: frameUrl }: Metadata,
): ProviderSession | undefined {
  const [state, ...more] = parameters.getAll('session_state')
  // A space is what divides it from the client id.
  if (!state || more.length > 0 || state.includes(' ')) return undefined
  return { state, ...(isFrameUrl(frameUrl) && { frameUrl }) }
}
