import type { AnyAuthError, AuthClient, AuthErrorCode } from '@latchkey/core'

/** What the notes go by, and where they go. */
export interface NotesContext<TUser> extends Pick<AuthClient<TUser>, 'on' | 'explain'> {
  /** Calls back after a while, unless stopped. Default: after 5 seconds, for who waits for data before the next page. */
  readonly later?: (callback: () => void) => () => void
  /** Default: the console. */
  readonly note?: (text: string) => void
}

/**
 * Notes, for the developer, of what no error tells: a sign-in that was given less than it asked for, one that is
 * finished on a page that leads nowhere, a vault that cannot be used, and what to look for where an error that people
 * bring about has come without their doing.
 *
 * @returns stops it
 */
export function noteForDeveloper<TUser>({
  on,
  explain,
  later = afterPatience,
  note = (text) => console.warn(`Latchkey: ${text}`),
}: NotesContext<TUser>): () => void {
  const stops: (() => void)[] = []
  let lacking: string | undefined
  let problem: string | undefined

  stops.push(
    on('state', ({ state, previous }) => {
      const { fallback } = explain().keeper ?? {}
      // A browser that has no such worker is no mistake of the app's.
      if (fallback && fallback !== problem && fallback !== 'no_shared_worker') note(noVault(fallback))
      problem = fallback
      if (state.reason !== 'signed_in') return
      const { scopeNotGranted } = explain().session ?? {}
      if (scopeNotGranted !== undefined && scopeNotGranted !== lacking) note(notGranted(scopeNotGranted))
      lacking = scopeNotGranted
      if (previous.reason !== 'callback') return
      const { pathname } = location
      stops.push(later(() => location.pathname === pathname && note(leadsNowhere(pathname))))
    }),
  )
  stops.push(on('error', ({ error }) => unlessMeant[error.code] && note(whatToSee(error))))
  return () => {
    for (const stop of stops) stop()
  }
}

/** What to see to, by errors that are nobody's fault where a person declined, or opened a bookmark. */
const unlessMeant: { readonly [code in AuthErrorCode]?: string } = {
  access_denied:
    'If the person did not decline, the provider did: see there that this person may use the app, and that the client may ask for these scopes.',
  no_sign_in_pending:
    'If the provider sent the person here, its answer was lost on the way: see that no redirect of the server (to another host, or for a slash at the end) and no router drops the query before <Callback> is rendered. If nobody did, see what leads to this page: only the provider should.',
  sign_in_unknown:
    'If it was started in this tab, then at another origin: see that the app is opened at that of its "redirectUri" (localhost is not 127.0.0.1, nor is www.example.com example.com).',
}

function whatToSee({ code, message }: AnyAuthError): string {
  return `${code}: ${message} ${unlessMeant[code]}`
}

const patienceMs = 5000

function afterPatience(callback: () => void): () => void {
  const timer = setTimeout(callback, patienceMs)
  return () => clearTimeout(timer)
}

function notGranted(scope: string): string {
  return `asked for and not granted: "${scope}". Did the person decline it, or is the client not registered for it?`
}

function noVault(problem: string): string {
  return `the worker that is to keep the session cannot be used (${problem}): the tokens are in this page's memory, and a reload loses them unless another tab or the provider has the session. See that its file is served, is created with { type: 'module' }, and imports '@latchkey/core/vault' (or '/host', for a hosted client).`
}

function leadsNowhere(path: string): string {
  return `signed in, and still at "${path}". Render <Callback> on that route, or call handleCallback() there and go to its returnTo.`
}
