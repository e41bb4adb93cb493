import { type AnyAuthError, ProtocolError } from '../errors.ts'
import { type AuthState, errorInTheWay } from '../state.ts'
import type { LoginOptions } from './login-options.ts'
import { parseReturnTo } from './return-to.ts'

/** What came of somebody else's word that a person is to be signed in. */
export interface InitiatedLogin {
  /** Where the person is to end: path, query and hash of this app. Go there where the page is not being left. */
  readonly returnTo: string
  /** Whether the page is being left for the provider. False: somebody is signed in already. */
  readonly isLeaving: boolean
}

/** What answering such a word works with. */
export interface InitiatedLoginContext<TUser> {
  readonly issuer: string | undefined
  /** The app's own. */
  readonly origin: string
  readonly isFramed: boolean
  /** The state, once it is decided. */
  decided(): Promise<AuthState<TUser>>
  /** Leaves for the provider, where the breaker lets it. */
  leave(options: LoginOptions): Promise<void>
  /** Tells of what went wrong and is no reason to stop. */
  report(error: AnyAuthError): void
}

/**
 * Answers a third party that wants somebody signed in here (OpenID Connect Core 1.0 §4). Anybody can make such a link,
 * so it decides little: it cannot name another provider, nor another place than one of this app, and whoever is signed
 * in stays signed in, whatever hint it gives.
 *
 * @throws {ProtocolError} `issuer_mismatch` · `invalid_login_request`: nothing was done
 */
export async function answerInitiatedLogin<TUser>(
  { issuer, origin, isFramed, decided, leave, report }: InitiatedLoginContext<TUser>,
  url: string,
): Promise<InitiatedLogin> {
  if (isFramed) throw refused('the page is in a frame, where the person cannot see who asks for what')
  const asked = URL.canParse(url, origin) ? new URL(url, origin).searchParams : new URLSearchParams()
  for (const name of ['iss', 'login_hint', 'target_link_uri']) {
    if (asked.getAll(name).length > 1) throw refused(`"${name}" comes more than once`)
  }
  checkIssuer(asked.get('iss'), issuer)
  const target = asked.get('target_link_uri')
  // Relative to nothing of the app's: whoever made the link does not know where it is.
  const returnTo = target === null ? '/' : parseReturnTo(target, origin)
  if (returnTo === undefined) report(targetElsewhere())
  const place = returnTo ?? '/'
  const state = await decided()
  if (state.status === 'authenticated') return { returnTo: place, isLeaving: false }
  const error = errorInTheWay(state)
  if (error) throw error
  const loginHint = asked.get('login_hint') || undefined
  await leave({ returnTo: place, loginHint })
  return { returnTo: place, isLeaving: true }
}

function checkIssuer(iss: string | null, issuer: string | undefined): void {
  if (issuer === undefined) throw refused('this client has no "issuer" to compare with')
  if (iss === null) throw refused('it lacks "iss"')
  if (iss === issuer) return
  throw new ProtocolError(
    'issuer_mismatch',
    `A third party asked for a sign-in at another issuer than ${issuer} (OpenID Connect Core 1.0 §4). It was not answered.`,
  )
}

function refused(problem: string): ProtocolError {
  return new ProtocolError(
    'invalid_login_request',
    `A third party’s request for a sign-in was not answered: ${problem} (OpenID Connect Core 1.0 §4).`,
  )
}

function targetElsewhere(): ProtocolError {
  return new ProtocolError(
    'invalid_login_request',
    'A third party asked to lead the person somewhere outside this app ("target_link_uri"). They are led to "/" instead.',
  )
}
