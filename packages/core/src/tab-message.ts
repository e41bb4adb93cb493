import type { TokenTarget } from './protocol/token-target.ts'
import { isCount } from './session-record.ts'
import { isTarget, isText, maybe, type Shape, shape } from './shapes.ts'

/** What tabs tell each other. Nothing in it can be read that is secret; what is sealed has a recipient. */
export type TabMessage =
  /** Somebody signed in: ask for it. */
  | { readonly kind: 'signed_in'; readonly epoch: number }
  | { readonly kind: 'signed_out'; readonly epoch: number }
  /** Somebody signs out on a page, which is asking its vault to. It may be gone before it has an answer. */
  | { readonly kind: 'signing_out'; readonly epoch: number }
  /** The provider ended the session: nobody needs to find out alone. */
  | { readonly kind: 'ended'; readonly epoch: number; readonly refreshes: number; readonly code: string }
  /** A refresh failed, and nobody else need try before this long, in milliseconds. */
  | {
      readonly kind: 'refresh_failed'
      readonly epoch: number
      readonly retryInMs: number
      readonly code: string
    }
  /** Who has a session newer than this epoch? */
  | { readonly kind: 'ask'; readonly ask: string; readonly publicKey: ArrayBuffer }
  | {
      readonly kind: 'answer'
      readonly ask: string
      readonly senderKey: ArrayBuffer
      readonly iv: Uint8Array
      readonly data: ArrayBuffer
    }
  /** Whoever asked gets an answer, as soon as it is sealed. */
  | { readonly kind: 'answering'; readonly ask: string }
  /** Refreshed tokens, for those in the session. */
  | { readonly kind: 'tokens'; readonly epoch: number; readonly iv: Uint8Array; readonly data: ArrayBuffer }
  /** Refreshed where no token comes out of: nobody is to send what it was refreshed with. */
  | {
      readonly kind: 'renewed'
      readonly epoch: number
      readonly refreshes: number
      readonly rotation: number
    }
  /** What was said of the person just now, for those in the session. */
  | {
      readonly kind: 'described'
      readonly epoch: number
      readonly iv: Uint8Array
      readonly data: ArrayBuffer
    }
  /** Whoever has the refresh token: renew, for those who do not. */
  | {
      readonly kind: 'renew'
      readonly epoch: number
      readonly refreshes: number
      /** Whose token is wanted. Absent: the session's own. */
      readonly target?: TokenTarget | undefined
    }
  /** Whoever has the refresh token is at it. */
  | { readonly kind: 'renewing'; readonly epoch: number }

const isBuffer: Shape = (value) => value instanceof ArrayBuffer
const isBytes: Shape = (value) => value instanceof Uint8Array

const shapes: Readonly<Record<TabMessage['kind'], Shape>> = {
  signed_in: shape({ epoch: isCount }),
  signed_out: shape({ epoch: isCount }),
  signing_out: shape({ epoch: isCount }),
  ended: shape({ epoch: isCount, refreshes: isCount, code: isText }),
  refresh_failed: shape({ epoch: isCount, retryInMs: isCount, code: isText }),
  ask: shape({ ask: isText, publicKey: isBuffer }),
  answering: shape({ ask: isText }),
  answer: shape({ ask: isText, senderKey: isBuffer, iv: isBytes, data: isBuffer }),
  tokens: shape({ epoch: isCount, iv: isBytes, data: isBuffer }),
  renewed: shape({ epoch: isCount, refreshes: isCount, rotation: isCount }),
  described: shape({ epoch: isCount, iv: isBytes, data: isBuffer }),
  renew: shape({ epoch: isCount, refreshes: isCount, target: maybe(isTarget) }),
  renewing: shape({ epoch: isCount }),
}

/** A message of one of the known shapes; undefined for anything else that may be said between tabs. */
export function parseTabMessage(message: unknown): TabMessage | undefined {
  if (!shape({ kind: isText })(message)) return undefined
  const { kind } = message as TabMessage
  return Object.hasOwn(shapes, kind) && shapes[kind](message) ? (message as TabMessage) : undefined
}
