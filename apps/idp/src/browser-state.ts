import { createHash, randomBytes } from 'node:crypto'
import type { KoaContextWithOIDC, Session } from 'oidc-provider'

/**
 * Whether somebody is signed in here, and who, as a browser knows it without knowing more: it changes with a sign-in and
 * a sign-out, and with nothing else. OpenID Connect Session Management 1.0 section 4 calls it the OP browser state.
 */
export type BrowserState = string

/** Where the browser keeps it. The page at `check_session_iframe` has to read it, so scripts of this server can. */
export const browserStateCookie = (port: number): string => `_browser_state_${port}`

/** Nothing where nobody is signed in. */
export function browserStateOf({ uid, accountId }: Session): BrowserState | undefined {
  return accountId === undefined ? undefined : sha256(`${uid} ${accountId}`)
}

/** The `session_state` that an app is given: it is good on the app's own origin, and for nobody else. */
export function buildSessionState(state: BrowserState, { oidc }: KoaContextWithOIDC): string {
  const { origin } = new URL(String(oidc.params?.redirect_uri))
  const salt = randomBytes(16).toString('hex')
  return `${sha256(`${oidc.params?.client_id} ${origin} ${state} ${salt}`)}.${salt}`
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
