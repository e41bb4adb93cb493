import type { Explanation } from '../explain.ts'
import type { VaultProblem } from '../keeper/keeper.ts'
import type { PageView, StorageArea, Stored } from '../platform/hosted-ports.ts'
import type { AuthenticationFacts } from '../protocol/authentication-facts.ts'
import type { AuthorizationDetail } from '../protocol/authorization-details.ts'
import type { AuthState } from '../state.ts'
import type { PlainError } from '../vault/plain-error.ts'

/** Raised when messages change their meaning. Page and host say it to each other before anything else. */
export const hostVersion = 1

/** The functions of a client that the host runs for its page. */
export type HostedMethod =
  | 'login'
  | 'register'
  | 'requireSession'
  | 'handleCallback'
  | 'handleInitiateLogin'
  | 'logout'
  | 'getAccessToken'
  | 'refreshUser'
  | 'ready'
  | 'fetch'

/** From a page to the host of its client. */
export type PageMessage = { readonly latchkey: number } & (
  | {
      /** The first thing said on a port. */
      readonly kind: 'hello'
      readonly options: object
      readonly view: PageView
      readonly session: Stored
      readonly shared: Stored
      /** Why there is no vault to keep the tokens in. */
      readonly problem?: VaultProblem | undefined
    }
  | {
      readonly kind: 'call'
      readonly id: number
      readonly method: HostedMethod
      readonly param: unknown
      readonly view: PageView
      /** Whom the page shows, by the word of the host that told it: what is asked in one person's name is not done in another's. */
      readonly who?: string | undefined
    }
  /** Whoever called does not wait any more. */
  | { readonly kind: 'abort'; readonly id: number }
  | { readonly kind: 'start' | 'stop' | 'ping' }
  /** Something has happened to the page. */
  | { readonly kind: 'life'; readonly type: string; readonly persisted?: boolean; readonly view: PageView }
  /** Another tab has changed what they share. */
  | { readonly kind: 'stored'; readonly key: string; readonly value: string | undefined }
  /** A page of this origin says something in a frame. */
  | { readonly kind: 'said'; readonly frame: number; readonly message: unknown }
)

/** What a client says without being awaited. */
export interface Glance {
  readonly explanation: Explanation
  readonly grantedDetails: readonly AuthorizationDetail[] | undefined
  readonly sessionEndsAt: number | undefined
  readonly authentication: AuthenticationFacts | undefined
}

/** A value, with the error that it has as plain data. */
export type Plain<T> = T extends { readonly error?: unknown }
  ? Omit<T, 'error'> & { readonly error?: PlainError | undefined }
  : T

/** From the host to a page. */
export type HostMessage =
  | { readonly latchkey: number; readonly kind: 'welcome' }
  | ({ readonly glance: Glance | undefined } & (
      | {
          readonly kind: 'state'
          readonly state: Plain<AuthState<unknown>>
          /** Tells the people of an app from each other; undefined where nobody is signed in. */
          readonly who?: string | undefined
        }
      | { readonly kind: 'event'; readonly name: string; readonly event: object }
      | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
      | { readonly kind: 'failure'; readonly id: number; readonly error: PlainError }
    ))
  | { readonly kind: 'go'; readonly how: 'assign' | 'leave' | 'replace'; readonly url: string }
  | {
      readonly kind: 'store'
      readonly where: StorageArea
      readonly key: string
      readonly value: string | undefined
    }
  /** Opens a frame or, without a URL, removes it. */
  | { readonly kind: 'frame'; readonly frame: number; readonly url: string | undefined }
  | { readonly kind: 'pong' }
  /** The client of this page is not there any more. */
  | { readonly kind: 'lost' }
