import { SignInRequiredError } from '../errors.ts'
import type { OpenedWindow } from '../platform/ports.ts'
import type { WindowHost, WindowSignIn } from '../sign-in/window-host.ts'
import { answerChannel, parseSilentAnswer } from '../silent-answer.ts'

/** What waiting for an answer works with. */
export interface AnswerContext {
  readonly platform: WindowHost['platform']
  readonly opened: OpenedWindow
  readonly signIn: WindowSignIn
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

const lookEveryMs = 250
/** On the way to a page that cuts it off, a window is seen for a moment (measured). */
const seenTimes = 4
/** The answer may be on the way from a window that has closed itself. */
const graceMs = 2000
/** Where the window never showed that it can be seen from here, it may only be hidden from us. */
const longGraceMs = 10_000

/**
 * Sends the window to the provider and waits for its answer, which any page of this origin can pass on by a channel that
 * is named by `state`. That the window says it is closed is no proof: `Cross-Origin-Opener-Policy`, on either side, makes
 * one that is in use say so (POP-03). What counts is that the person is back in this page, and stays.
 *
 * @throws {SignInRequiredError} `popup_closed` · `popup_timeout`
 * @throws the signal's reason
 */
export function answerOfWindow(context: AnswerContext): Promise<string> {
  const { platform, opened, signIn, timeoutMs, signal } = context
  const { clock, page, openChannel } = platform
  const nowMs = (): number => clock.now().monotonicMs
  return new Promise((resolve, reject) => {
    const stops: (() => void)[] = []
    const settle = (end: () => void): void => {
      for (const stop of stops.splice(0)) stop()
      end()
    }
    /** Anybody may say anything: what is not for this sign-in is not heard. */
    const hear = (message: unknown): void => {
      const url = parseSilentAnswer(message)
      if (url !== undefined && URL.canParse(url) && new URL(url).searchParams.get('state') === signIn.state)
        settle(() => resolve(url))
    }
    const abort = (): void => settle(() => reject(signal.reason))
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort)
    stops.push(() => signal.removeEventListener('abort', abort))

    const endsAt = nowMs() + timeoutMs
    const isLeft = createLeftWindow(opened, nowMs)
    let stopLooking = clock.setTimer(lookEveryMs, look)
    stops.push(() => stopLooking())
    function look(): void {
      if (isLeft()) settle(() => reject(popupClosed()))
      else if (nowMs() >= endsAt) settle(() => reject(popupTimeout()))
      else stopLooking = clock.setTimer(lookEveryMs, look)
    }

    try {
      const channel = openChannel(answerChannel(signIn.state), hear)
      if (channel) stops.push(channel.close)
      opened.onMessage(hear)
      // A channel does not reach from one site's storage into another's: there a frame has nothing but its opener.
      opened.go(signIn.url, { keepOpener: !channel || page.isFramed() })
    } catch (error) {
      settle(() => reject(error))
    }
  })
}

/** Tells, asked again and again, whether the person has closed the window. */
function createLeftWindow(opened: OpenedWindow, nowMs: () => number): () => boolean {
  let timesSeen = 0
  let goneAt: number | undefined
  return () => {
    const whereabouts = opened.whereabouts()
    const attention = opened.attention()
    if (whereabouts === 'away') timesSeen += 1
    const wasSeen = timesSeen >= seenTimes
    const looksLeft = whereabouts === 'gone' && (attention === 'back' || (attention === 'here' && wasSeen))
    goneAt = looksLeft ? (goneAt ?? nowMs()) : undefined
    return goneAt !== undefined && nowMs() - goneAt >= (wasSeen ? graceMs : longGraceMs)
  }
}

/** The person closed the window, or another took its place. */
export function popupClosed(): SignInRequiredError {
  return new SignInRequiredError(
    'popup_closed',
    'The sign-in window was closed before the sign-in was finished. Offer the button again.',
  )
}

function popupTimeout(): SignInRequiredError {
  return new SignInRequiredError(
    'popup_timeout',
    'The sign-in window gave no answer in time, and was closed. Offer the button again, or raise "timeoutSeconds".',
  )
}
