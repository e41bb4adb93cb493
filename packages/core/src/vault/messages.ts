import type {
  AccessTokenRequest,
  EndRequest,
  EndResult,
  KeeperChange,
  LentAccessToken,
  Session,
} from '../keeper/keeper.ts'
import type { AuthorizationParameters, AuthorizationSecrets } from '../protocol/authorization-url.ts'
import type { CodeGrant } from '../protocol/code-grant.ts'
import type { ProtocolSettings } from '../protocol/settings.ts'
import type { SessionRecord } from '../session-record.ts'
import type { PlainError } from './plain-error.ts'
import type { PackedRequest, PackedResponseHead } from './sealed-send.ts'

/** Raised when messages change their meaning. Page and vault say it to each other before anything else. */
export const vaultVersion = 1

/** What a vault has to know of a client. All of it decides where tokens go, so all of it names the instance. */
export interface VaultSettings extends ProtocolSettings {
  readonly instanceId: string
  readonly isSealed: boolean
  /** Where a sealed vault sends requests to. */
  readonly apis: readonly string[]
}

/** A session as its page may know it. Never a token. */
export interface VaultSession {
  readonly session: Session | undefined
  /** See `SessionRecord`. */
  readonly epoch: number
}

/** What a page may ask of its vault, by method: what it says, and what comes back. */
export interface VaultMethods {
  /** The first thing said on a port: it is bound to this client for good. */
  hello: [{ settings: VaultSettings; record: SessionRecord }, VaultSession]
  ping: [undefined, undefined]
  restore: [{ record: SessionRecord }, VaultSession]
  authorize: [AuthorizationParameters, { url: string } & AuthorizationSecrets]
  /** `response` is the query of the authorization response. */
  redeem: [{ response: string; grant: CodeGrant; record: SessionRecord }, VaultSession]
  getAccessToken: [Omit<AccessTokenRequest, 'signal'>, LentAccessToken]
  /** The body of the answer comes through the port that travels with the message. */
  send: [PackedRequest, PackedResponseHead]
  end: [EndRequest & { record: SessionRecord }, EndResult & { epoch: number }]
  /** The page is seen, or is not, or has woken up. */
  page: [{ isVisible: boolean; cause?: 'visible' | 'online' | 'restored' | 'resumed' | undefined }, undefined]
  /** The page is gone. */
  bye: [undefined, undefined]
}

/** The name of something that a page may ask. */
export type VaultMethod = keyof VaultMethods

/** From a page to the vault. */
export interface VaultRequest<TMethod extends VaultMethod = VaultMethod> {
  readonly latchkey: number
  readonly id: number
  readonly method: TMethod
  readonly params: VaultMethods[TMethod][0]
}

/** From the vault to a page: the answer to one request, or news. */
export type VaultMessage =
  | { readonly latchkey: number; readonly id: number; readonly result: unknown }
  | { readonly latchkey: number; readonly id: number; readonly error: PlainError }
  | VaultNews

/** What the vault tells without being asked. */
export interface VaultNews {
  readonly latchkey: number
  readonly change: PlainChange
  readonly epoch: number
}

/** A change, with its error as plain data. */
export type PlainChange = KeeperChange extends infer TChange
  ? TChange extends { error?: unknown }
    ? Omit<TChange, 'error'> & { readonly error?: PlainError | undefined }
    : TChange
  : never

const isText = (value: unknown): boolean => typeof value === 'string'
const isNumber = (value: unknown): boolean => Number.isFinite(value)
const isFlag = (value: unknown): boolean => typeof value === 'boolean'
const isList = (value: unknown): boolean => Array.isArray(value) && value.every(isText)
const isAny = (): boolean => true
const maybe =
  (is: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    value === undefined || is(value)
const shape =
  (fields: Readonly<Record<string, (value: unknown) => boolean>>) =>
  (value: unknown): boolean =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(fields).every(([name, is]) => is((value as Record<string, unknown>)[name]))

const record = shape({ epoch: isNumber, status: isText, refreshes: isNumber, rotation: isNumber })

const requests: Readonly<Record<VaultMethod, (params: unknown) => boolean>> = {
  hello: shape({
    settings: shape({
      instanceId: isText,
      isSealed: isFlag,
      apis: isList,
      protocol: (value) => value === 'oidc' || value === 'oauth2',
      issuer: maybe(isText),
      endpoints: maybe(shape({ authorization: isText, token: isText })),
      clientId: isText,
      scope: isText,
      requestTimeoutMs: isNumber,
      clockToleranceSeconds: isNumber,
    }),
    record,
  }),
  ping: isAny,
  restore: shape({ record }),
  authorize: shape({ redirectUri: isText, scope: isText, statePrefix: isText, extra: shape({}) }),
  redeem: shape({
    response: isText,
    grant: shape({
      state: isText,
      codeVerifier: isText,
      nonce: isText,
      redirectUri: isText,
      scope: isText,
      maxAge: maybe(isNumber),
      acrValues: maybe(isList),
    }),
    record,
  }),
  getAccessToken: shape({ minValiditySeconds: maybe(isNumber), forceRefresh: maybe(isFlag) }),
  send: shape({ url: isText, method: isText, headers: Array.isArray, init: shape({}) }),
  end: shape({ postLogoutRedirectUri: maybe(isText), record }),
  page: shape({ isVisible: isFlag, cause: maybe(isText) }),
  bye: isAny,
}

/** A request of this version and of a known shape; undefined for anything else, which is not answered. */
export function parseVaultRequest(message: unknown): VaultRequest | undefined {
  if (!shape({ latchkey: isNumber, id: isNumber, method: isText })(message)) return undefined
  const { method, params } = message as VaultRequest
  // Whoever speaks another version is told so, and nothing else.
  const isOtherVersion = (message as VaultRequest).latchkey !== vaultVersion && method === 'hello'
  const isWhole = Object.hasOwn(requests, method) && requests[method](params)
  return isOtherVersion || isWhole ? (message as VaultRequest) : undefined
}

/** What the vault said; undefined for anything that it did not. */
export function parseVaultMessage(message: unknown): VaultMessage | undefined {
  if (!shape({ latchkey: isNumber })(message)) return undefined
  const isNews = shape({ change: shape({ type: isText }), epoch: isNumber })(message)
  const isError = shape({ id: isNumber, error: shape({ name: isText, code: isText, message: isText }) })(
    message,
  )
  const isResult = shape({ id: isNumber })(message) && 'result' in (message as object)
  return isNews || isError || isResult ? (message as VaultMessage) : undefined
}
