import { isCount, isSessionRecord } from '../session-record.ts'
import {
  isFlag,
  isHeader,
  isNumber,
  isTarget,
  isText,
  listOf,
  maybe,
  oneOf,
  recordOf,
  type Shape,
  shape,
} from '../shapes.ts'
import { type VaultMethod, type VaultRequest, vaultVersion } from './messages.ts'

const isDuration: Shape = (value) => Number.isFinite(value) && (value as number) >= 0

const settings = shape({
  instanceId: isText,
  isSealed: isFlag,
  binding: maybe(shape({ required: isFlag, persists: isFlag })),
  apis: listOf(shape({ url: isText, target: maybe(isTarget) })),
  protocol: oneOf('oidc', 'oauth2'),
  issuer: maybe(isText),
  endpoints: maybe(
    shape({
      authorization: isText,
      token: isText,
      jwks: maybe(isText),
      revocation: maybe(isText),
      endSession: maybe(isText),
      userInfo: maybe(isText),
      pushedAuthorization: maybe(isText),
    }),
  ),
  clientId: isText,
  scope: isText,
  pushedAuthorization: oneOf('auto', 'always'),
  requestTimeoutMs: isDuration,
  clockToleranceSeconds: isDuration,
})

const grant = shape({
  state: isText,
  codeVerifier: isText,
  nonce: isText,
  keyId: maybe(isText),
  redirectUri: isText,
  scope: isText,
  maxAge: maybe(isNumber),
  acrValues: maybe(listOf(isText)),
  expectedSubject: maybe(isText),
  switchedTo: maybe(recordOf(isText)),
})

/** An `AccessTokenRequest`, without its signal. */
export const isTokenRequest: Shape = shape({
  minValiditySeconds: maybe(isNumber),
  forceRefresh: maybe(isFlag),
  resource: maybe(isText),
  audience: maybe(isText),
  scope: maybe(isText),
})

export const isPackedRequest: Shape = shape({
  epoch: isCount,
  url: isText,
  method: isText,
  headers: listOf(isHeader),
  body: maybe((value) => value instanceof ArrayBuffer),
  init: shape({
    cache: maybe(isText),
    credentials: maybe(isText),
    integrity: maybe(isText),
    referrerPolicy: maybe(isText),
  }),
})

const requests: Readonly<Record<VaultMethod, Shape>> = {
  hello: shape({ settings, record: isSessionRecord }),
  ping: () => true,
  restore: shape({ record: isSessionRecord, recall: maybe(isFlag) }),
  authorize: shape({
    redirectUri: isText,
    scope: isText,
    resources: maybe(listOf(isText)),
    statePrefix: isText,
    extra: recordOf(maybe(isText)),
  }),
  redeem: shape({
    response: isText,
    grant,
    record: isSessionRecord,
    identify: maybe(oneOf('user_info', 'page')),
  }),
  give_up: shape({ state: isText }),
  identify: () => true,
  describe: shape({
    epoch: isCount,
    userInfo: shape({ claims: shape({ sub: isText }), askedAtMs: isDuration }),
  }),
  getAccessToken: isTokenRequest,
  send: isPackedRequest,
  end: shape({
    postLogoutRedirectUri: maybe(isText),
    epoch: maybe(isCount),
    revokes: maybe(isFlag),
    record: isSessionRecord,
  }),
  page: shape({
    isVisible: isFlag,
    cause: maybe(oneOf('visible', 'online', 'restored', 'resumed')),
    record: isSessionRecord,
  }),
  bye: () => true,
}

/** Whether somebody who speaks this version wants an answer, whatever it is that they ask. */
export function isVaultEnvelope(message: unknown): message is Pick<VaultRequest, 'id'> & { method: string } {
  return shape({ latchkey: (value) => value === vaultVersion, id: isNumber, method: isText })(message)
}

/**
 * A request of this version and of a known shape, or the first word of another version, which needs to know that it
 * is another; undefined for anything else.
 */
export function parseVaultRequest(message: unknown): VaultRequest | undefined {
  if (!shape({ latchkey: isNumber, id: isNumber, method: isText })(message)) return undefined
  const { latchkey, method, params } = message as VaultRequest
  const isWhole =
    latchkey === vaultVersion
      ? Object.hasOwn(requests, method) && requests[method](params)
      : method === 'hello'
  return isWhole ? (message as VaultRequest) : undefined
}
