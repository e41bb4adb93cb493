import { checkedUser } from '../checked-user.ts'
import { isText, maybe, shape } from '../shapes.ts'
import type { StandardSchema } from '../standard-schema.ts'
import type { AcceptAnswer, AcceptQuestion } from '../vault/ask-page.ts'
import { isSession } from '../vault/parse-result.ts'
import type { LoadUserInfo } from './keeper.ts'

/** What the page has a say with in who is signed in: functions, which do not get into a vault. */
export interface AcceptContext {
  readonly claims: StandardSchema<unknown> | undefined
  readonly load: LoadUserInfo | undefined
}

/** Waits for a vault to ask whether somebody is to be signed in, and answers. */
export interface VaultAnswerer {
  /** For the vault. */
  readonly port: MessagePort
  /** Why nobody is to be signed in, once that was said. */
  refusal(): unknown
  /** Nothing is asked any more. */
  close(): void
}

const isQuestion = shape({ session: isSession, accessToken: maybe(isText) })

/** Makes a {@link VaultAnswerer} for one sign-in. */
export function createVaultAnswerer({ claims, load }: AcceptContext): VaultAnswerer {
  const { port1: own, port2: port } = new MessageChannel()
  let refusal: unknown

  async function answerTo({ session, accessToken }: AcceptQuestion): Promise<AcceptAnswer> {
    try {
      const userInfo = load && accessToken !== undefined ? await load(accessToken) : undefined
      checkedUser({ ...session, ...(userInfo && { userInfo }) }, claims)
      return { isAccepted: true, userInfo }
    } catch (error) {
      refusal = error
      return { isAccepted: false }
    }
  }

  own.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (isQuestion(data)) void answerTo(data as AcceptQuestion).then((answer) => own.postMessage(answer))
  }
  return { port, refusal: () => refusal, close: () => own.close() }
}
