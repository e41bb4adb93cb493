import type { AuthClient } from '@latchkey/core'

/** What the notes go by, and where they go. */
export interface NotesContext<TUser> extends Pick<AuthClient<TUser>, 'on' | 'explain'> {
  /** Calls back after a while, unless stopped. Default: after 5 seconds, for who waits for data before the next page. */
  readonly later?: (callback: () => void) => () => void
  /** Default: the console. */
  readonly note?: (text: string) => void
}

/**
 * Notes, for the developer, of what no error tells: a sign-in that was given less than it asked for, one that is
 * finished on a page that leads nowhere, and a vault that cannot be used.
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
      if (state.status !== 'authenticated' || state.reason !== 'signed_in') return
      const { scopeNotGranted } = explain().session ?? {}
      if (scopeNotGranted !== undefined && scopeNotGranted !== lacking) note(notGranted(scopeNotGranted))
      lacking = scopeNotGranted
      if (previous.reason !== 'callback') return
      const { pathname } = location
      stops.push(later(() => location.pathname === pathname && note(leadsNowhere(pathname))))
    }),
  )
  return () => {
    for (const stop of stops) stop()
  }
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
