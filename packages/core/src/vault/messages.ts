import type {
  AccessTokenRequest,
  EndRequest,
  EndResult,
  KeeperChange,
  LentAccessToken,
  RestoreRequest,
  Session,
} from '../keeper/keeper.ts'
import type { Api } from '../options/api-options.ts'
import type { AuthorizationParameters, AuthorizationStart } from '../protocol/authorization-url.ts'
import type { CodeGrant } from '../protocol/code-grant.ts'
import type { ProtocolSettings } from '../protocol/settings.ts'
import type { UserInfo } from '../protocol/token-set.ts'
import type { SessionRecord } from '../session-record.ts'
import type { PackedRequest, PackedResponseHead } from './packed.ts'
import type { PlainError } from './plain-error.ts'

/** Raised when messages change their meaning. Page and vault say it to each other before anything else. */
export const vaultVersion = 1

/** What a vault has to know of a client. All of it decides where tokens go, so all of it names the instance. */
export interface VaultSettings extends ProtocolSettings {
  readonly instanceId: string
  readonly isSealed: boolean
  /** What the tokens are bound by; absent: nothing. */
  readonly binding?: { readonly required: boolean; readonly persists: boolean } | undefined
  /** Where a sealed vault sends requests to, and with which tokens. */
  readonly apis: readonly Api[]
}

/** A session as its page may know it. Never a token. */
export interface VaultSession {
  readonly session: Session | undefined
  /** What other tabs and later pages may know of it: the page writes it where the vault cannot. */
  readonly record: SessionRecord
}

/** What a page may ask of its vault, by method: what it says, and what comes back. */
export interface VaultMethods {
  /** The first thing said on a port: it is bound to this client for good. */
  hello: [{ settings: VaultSettings; record: SessionRecord }, VaultSession]
  ping: [undefined, undefined]
  restore: [RestoreRequest & { record: SessionRecord }, VaultSession]
  authorize: [AuthorizationParameters, AuthorizationStart]
  /**
   * `response`: the query of the authorization response. Through the port that travels with it, if one does, the page is
   * asked whether whoever came is to be signed in: see `askPage`.
   */
  redeem: [
    {
      response: string
      grant: CodeGrant
      record: SessionRecord
      /** `page`: the page says who it is, when it is asked, with the access token. */
      identify: 'user_info' | 'page' | undefined
    },
    VaultSession,
  ]
  /** Nobody waits for this sign-in any more. Not answered: whatever is being redeemed for it is. */
  give_up: [{ state: string }, undefined]
  /** Asks the provider's UserInfo who this is. */
  identify: [undefined, VaultSession]
  /** The page has asked in the app's own way, with a token of this sign-in. */
  describe: [{ epoch: number; userInfo: UserInfo }, VaultSession]
  getAccessToken: [Omit<AccessTokenRequest, 'signal'>, LentAccessToken]
  /** The body of the answer comes through the port that travels with the message. */
  send: [PackedRequest, PackedResponseHead]
  end: [
    EndRequest & { record: SessionRecord },
    Omit<EndResult, 'error'> & { error: PlainError | undefined; record: SessionRecord },
  ]
  /**
   * The page is seen, or has woken up: what comes back is what it may have missed. That it is hidden (no `cause`) is
   * not answered: it may be on its way into the back/forward cache, and Chromium drops what gets a message in there.
   */
  page: [
    {
      isVisible: boolean
      cause?: 'visible' | 'online' | 'restored' | 'resumed' | undefined
      /** What the page sees in the storage, such as a sign-out that the vault has not heard of. */
      record: SessionRecord
    },
    VaultSession,
  ]
  /** The page is gone. Not answered, for the same reason. */
  bye: [undefined, undefined]
}

/** The name of something that a page may ask. */
export type VaultMethod = keyof VaultMethods

/** Whether the page hears nothing back. */
export function isUnanswered(method: VaultMethod, params: unknown): boolean {
  if (method === 'bye' || method === 'give_up') return true
  const { isVisible, cause } = (params ?? {}) as Partial<VaultMethods['page'][0]>
  return method === 'page' && !isVisible && !cause
}

/** From a page to the vault. */
export interface VaultRequest<TMethod extends VaultMethod = VaultMethod> {
  readonly latchkey: number
  readonly id: number
  readonly method: TMethod
  readonly params: VaultMethods[TMethod][0]
}

/** From the vault to a page: the answer to one request, or news. */
export type VaultMessage =
  | { readonly latchkey: number; readonly id: number; readonly result: unknown; readonly error?: unknown }
  | { readonly latchkey: number; readonly id: number; readonly error: PlainError; readonly result?: unknown }
  | VaultNews

/** What the vault tells without being asked. */
export interface VaultNews {
  readonly latchkey: number
  readonly change: PlainChange
  readonly record: SessionRecord
}

/** A change, with its error as plain data. */
export type PlainChange = KeeperChange extends infer TChange
  ? TChange extends { error?: unknown }
    ? Omit<TChange, 'error'> & { readonly error?: PlainError | undefined }
    : TChange
  : never
