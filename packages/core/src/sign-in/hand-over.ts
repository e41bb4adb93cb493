import { SignInRequiredError } from '../errors.ts'
import { handOverInBrowser } from '../platform/hand-over.ts'
import type { Platform } from '../platform/ports.ts'
import { answerChannel, type SilentAnswer } from '../silent-answer.ts'
import type { CallbackUrl } from './callback-url.ts'

/** A window closes at once, where it can be closed at all. */
const closingMs = 2000

/**
 * Passes the answer that this window was opened for to the page that waits for it: that page alone can redeem it. The
 * window is gone with that; where the browser leaves it open, whoever looks at it is told to close it.
 *
 * @throws {SignInRequiredError} `sign_in_handed_over`
 */
export async function handOver(
  { platform: { clock, handOver: tell = handOverInBrowser } }: { readonly platform: Platform },
  { state, parameters, cleanUrl }: CallbackUrl & { kind: 'response' },
): Promise<never> {
  const url = new URL(cleanUrl)
  for (const parameter of parameters) url.searchParams.append(...parameter)
  const answer: SilentAnswer = { latchkey: 'silent-callback', url: url.href }
  tell(answerChannel(state), answer)
  await new Promise<void>((resolve) => clock.setTimer(closingMs, resolve))
  throw new SignInRequiredError(
    'sign_in_handed_over',
    'The page that opened this window has its answer: close the window.',
  )
}
