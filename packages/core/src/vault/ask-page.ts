import { NetworkError } from '../errors.ts'
import type { Session } from '../keeper/keeper.ts'
import type { Clock } from '../platform/ports.ts'
import { startDeadline } from '../protocol/deadline.ts'
import type { UserInfo } from '../protocol/token-set.ts'
import { isFlag, isNumber, isText, maybe, shape } from '../shapes.ts'

/** What a vault asks the page whose sign-in it has just finished, before anybody is signed in by it. */
export interface AcceptQuestion {
  readonly session: Session
  /** For the page to ask who this is with, where it is to say so. */
  readonly accessToken?: string | undefined
}

/** What the page says to it. */
export interface AcceptAnswer {
  /** False: why, the page tells its caller itself. */
  readonly isAccepted: boolean
  readonly userInfo?: UserInfo | undefined
}

const isAnswer = shape({
  isAccepted: isFlag,
  userInfo: maybe(shape({ claims: shape({ sub: isText }), askedAtMs: isNumber })),
})

/**
 * Asks the page at the other end of a port of its own whether this is somebody to sign in.
 *
 * @returns who it is, where the page says so
 * @throws {NetworkError} `user_not_loaded`: it is not · `timeout`: the page says nothing, or is gone
 */
export function askPage(
  port: MessagePort,
  question: AcceptQuestion,
  { clock, patienceMs }: { readonly clock: Clock; readonly patienceMs: number },
): Promise<UserInfo | undefined> {
  return new Promise<UserInfo | undefined>((resolve, reject) => {
    const cancel = startDeadline(clock, patienceMs, () => reject(pageGone()))
    port.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      cancel()
      const { isAccepted, userInfo }: AcceptAnswer = isAnswer(data)
        ? (data as AcceptAnswer)
        : { isAccepted: false }
      if (isAccepted) resolve(userInfo)
      else reject(notAccepted())
    })
    // Where the browser tells of it.
    port.addEventListener('close', () => {
      cancel()
      reject(pageGone())
    })
    port.start()
    port.postMessage(question)
  }).finally(() => port.close())
}

function notAccepted(): NetworkError {
  return new NetworkError('user_not_loaded', 'The page could not be shown who has signed in. Try again.')
}

function pageGone(): NetworkError {
  return new NetworkError('timeout', 'The page did not say whether it knows who has signed in. Try again.')
}
