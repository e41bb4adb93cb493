import type { AuthorizationCode, AuthorizationCodeModel, Client, Token } from '@node-oauth/oauth2-server'
import { plainClient, plainScopes } from './plain-client.ts'

/** What `@node-oauth/oauth2-server` is to remember: codes and tokens, in memory. */
export interface PlainModel extends AuthorizationCodeModel {
  /** No token so far is good any more. */
  forgetTokens(): void
}

export function createPlainModel(appOrigins: readonly string[]): PlainModel {
  const codes = new Map<string, AuthorizationCode>()
  const tokens = new Map<string, Token>()
  const client: Client = {
    id: plainClient.clientId,
    grants: ['authorization_code'],
    redirectUris: appOrigins.flatMap((origin) => plainClient.redirectPaths.map((path) => origin + path)),
  }

  return {
    getClient: async (clientId) => clientId === client.id && client,
    async validateScope(_user, _client, scope = Object.keys(plainScopes).slice(0, 1)) {
      return scope.every((name) => name in plainScopes) && scope
    },
    async saveAuthorizationCode(code, ofClient, user) {
      const saved = { ...code, client: ofClient, user }
      codes.set(code.authorizationCode, saved)
      return saved
    },
    getAuthorizationCode: async (code) => codes.get(code),
    revokeAuthorizationCode: async ({ authorizationCode }) => codes.delete(authorizationCode),
    // As the old ones do: no refresh token, and no word about an end.
    async saveToken({ accessToken, scope }, ofClient, user) {
      const saved: Token = { accessToken, client: ofClient, user, ...(scope && { scope }) }
      tokens.set(accessToken, saved)
      return saved
    },
    async getAccessToken(accessToken) {
      const token = tokens.get(accessToken)
      return token && { ...token, accessTokenExpiresAt: new Date(Date.now() + 60_000) }
    },
    forgetTokens: () => tokens.clear(),
  }
}
