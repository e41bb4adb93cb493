import { isSessionRecord } from '../session-record.ts'
import { isFlag, isHeader, isMoment, isText, listOf, maybe, recordOf, type Shape, shape } from '../shapes.ts'
import type { VaultMethod } from './messages.ts'

/** A session, as far as a page reads it. */
export const isSession: Shape = shape({
  claims: maybe(shape({ iss: isText, sub: isText })),
  scope: isText,
  accessTokenExpiresAt: maybe(isMoment),
  hasRefreshToken: isFlag,
  userInfo: maybe(shape({ claims: shape({ sub: isText }), askedAtMs: isMoment })),
  providerSession: maybe(shape({ state: isText, frameUrl: maybe(isText) })),
  switchedTo: maybe(recordOf(isText)),
})

/** An error, as far as it can be put together again. */
export const isPlainError: Shape = shape({
  name: isText,
  code: isText,
  message: isText,
  returnTo: maybe(isText),
  demand: maybe(shape({})),
  authorizationServers: maybe(listOf(isText)),
  error: maybe(isText),
  description: maybe(isText),
  status: maybe(isMoment),
  retryAfterSeconds: maybe(isMoment),
})

const isVaultSession = shape({ session: maybe(isSession), record: isSessionRecord })
const isAnything: Shape = () => true

const results: Readonly<Record<VaultMethod, Shape>> = {
  hello: isVaultSession,
  ping: isAnything,
  restore: isVaultSession,
  authorize: shape({ url: isText, state: isText, codeVerifier: isText, nonce: isText, keyId: maybe(isText) }),
  redeem: isVaultSession,
  identify: isVaultSession,
  describe: isVaultSession,
  getAccessToken: shape({
    accessToken: isText,
    scope: isText,
    requestedAtMs: isMoment,
    expiresAt: maybe(isMoment),
    epoch: isMoment,
  }),
  send: shape({ url: isText, status: isMoment, statusText: isText, headers: listOf(isHeader) }),
  end: shape({
    url: maybe(isText),
    isRevoked: isFlag,
    error: maybe(isPlainError),
    record: isSessionRecord,
  }),
  page: isVaultSession,
  give_up: isAnything,
  bye: isAnything,
}

/** Whether this can be the answer to that. A vault of the same version says nothing else. */
export function isVaultResult(method: VaultMethod, result: unknown): boolean {
  return results[method](result)
}
