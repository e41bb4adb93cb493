import { abortable } from '../abortable.ts'
import { ConfigurationError, isAuthError, SignInRequiredError } from '../errors.ts'
import { openBrowserWindow } from '../platform/open-window.ts'
import type { OpenedWindow } from '../platform/ports.ts'
import { insecureContext } from '../sign-in/cannot-begin.ts'
import type { LoginOptions } from '../sign-in/login-options.ts'
import type { OpenSignIn, WindowDemand, WindowHost } from '../sign-in/window-host.ts'
import { answerOfWindow, popupClosed } from './answer-of-window.ts'
import { beginInWindow } from './begin-in-window.ts'
import { type PopupOptions, parsePopupOptions } from './popup-options.ts'
import { createSharedOutcome } from './shared-outcome.ts'

/**
 * Opens a window before anything is awaited, and signs in by it. Asked for the same again while it is open, it is shown,
 * and gives one outcome; asked for something else, the new window takes its place.
 */
export async function openSignIn(
  host: WindowHost | undefined,
  options: PopupOptions,
  about: Omit<WindowDemand, 'options'> = {},
): Promise<void> {
  const { signal } = options
  signal?.throwIfAborted()
  if (!host) throw opensNone()
  const { size, timeoutMs, login } = parsePopupOptions(options)
  const demand: WindowDemand = { options: login, ...about }
  const { platform, events } = host
  const { page, openWindow = openBrowserWindow } = platform
  // On a server nothing opens, and what is asked to begin says so.
  if (!page.exists()) {
    await host.begin(beginInWindow, demand)
    return
  }

  const key = JSON.stringify(demand)
  if (host.open?.key === key && host.open.isOpen()) {
    host.open.focus()
    return host.open.outcome(signal)
  }
  if (!page.isSecureContext()) throw insecureContext('this page')
  const opened = openWindow(size)
  if (!opened) throw told(popupBlocked(login))
  host.open?.giveUp()

  /** However it ends, it is heard of by whoever listens, and the state stays as it is: nobody has left the page. */
  function told<TError>(error: TError): TError {
    if (isAuthError(error)) events.emit('error', { error, during: 'login' })
    return error
  }

  const stop = new AbortController()
  let isAnswered = false
  const answered = (): void => {
    isAnswered = true
  }
  const signingIn = signInBy(opened, { host, demand, timeoutMs, signal: stop.signal, answered })
    .catch((error: unknown) => {
      throw told(error)
    })
    .finally(() => {
      if (host.open === mine) host.open = undefined
    })
  const mine: OpenSignIn = {
    key,
    outcome: createSharedOutcome(signingIn, (reason) => stop.abort(reason)),
    // A window that has answered closes itself, and nobody needs another.
    isOpen: () => isAnswered || opened.whereabouts() !== 'gone',
    focus: opened.focus,
    giveUp: () => stop.abort(popupClosed()),
  }
  host.open = mine
  return mine.outcome(signal)
}

/** A window, and what it is opened for. */
interface OpenedSignIn {
  readonly host: WindowHost
  readonly demand: WindowDemand
  readonly timeoutMs: number
  readonly signal: AbortSignal
  /** The answer is there, and is about to be exchanged. */
  answered(): void
}

/** Whatever comes of it, the window is closed. */
async function signInBy(
  opened: OpenedWindow,
  { host, demand, timeoutMs, signal, answered }: OpenedSignIn,
): Promise<void> {
  try {
    const signIn = await abortable(host.begin(beginInWindow, demand), signal)
    // It was still this page's own, so there is no doubt.
    if (opened.whereabouts() === 'gone') throw popupClosed()
    const answer = await answerOfWindow({ platform: host.platform, opened, signIn, timeoutMs, signal })
    answered()
    await signIn.finish(answer, signal)
  } finally {
    opened.close()
  }
}

function popupBlocked({ scope, acrValues, maxAge, resource, audience }: LoginOptions): SignInRequiredError {
  const demand = { scope, acrValues, maxAge, resource, audience }
  const error = new SignInRequiredError(
    'popup_blocked',
    'The browser did not let the sign-in window open: call this in a click, before anything is awaited, ' +
      'or offer to leave the page instead: login(error.demand).',
    { demand: Object.fromEntries(Object.entries(demand).filter(([, value]) => value !== undefined)) },
  )
  return Object.assign(error, { fallback: 'redirect' as const })
}

function opensNone(): ConfigurationError {
  return new ConfigurationError('invalid_option', 'A hosted client opens no window: sign in with login().')
}
