import { createHash, randomBytes } from 'node:crypto'
import type { Idp } from '../start-idp.ts'
import type { Browser, Visited } from './browser.ts'
import { createBrowser } from './browser.ts'

export const appOrigin = 'http://localhost:5999'
export const appOrigins: readonly string[] = [appOrigin]

export const alice = { username: 'alice', password: 'wonderland' }
export const bob = { username: 'bob', password: 'can-we-fix-it' }

export interface TokenResponse {
  readonly access_token: string
  readonly refresh_token: string
  readonly id_token: string
  readonly token_type: string
  readonly expires_in: number
  readonly scope: string
}

/** An app that signs people in: by hand, with no library that could share a mistake with the provider. */
export interface App {
  readonly clientId: string
  readonly codeVerifier: string
  authorizationUrl(parameters?: Readonly<Record<string, string | undefined>>): URL
  requestToken(fields: Readonly<Record<string, string>>, headers?: Record<string, string>): Promise<Response>
  redeem(callback: Visited): Promise<TokenResponse>
  refresh(refreshToken: string): Promise<Response>
}

export function createApp({ issuer }: Idp, { clientId = 'latchkey-demo' }: { clientId?: string } = {}): App {
  const codeVerifier = randomBytes(32).toString('base64url')
  const redirectUri = `${appOrigin}/callback`

  async function requestToken(
    fields: Readonly<Record<string, string>>,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    const body = new URLSearchParams({ client_id: clientId, ...fields })
    return fetch(`${issuer}/token`, { method: 'POST', body, headers: { origin: appOrigin, ...headers } })
  }

  return {
    clientId,
    codeVerifier,
    authorizationUrl(parameters = {}) {
      const url = new URL(`${issuer}/auth`)
      const all = {
        client_id: clientId,
        response_type: 'code',
        redirect_uri: redirectUri,
        scope: 'openid profile email',
        state: 'state-of-the-app',
        nonce: 'nonce-of-the-app',
        code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'),
        code_challenge_method: 'S256',
        ...parameters,
      }
      for (const [name, value] of Object.entries(all)) {
        if (value !== undefined) url.searchParams.set(name, value)
      }
      return url
    },
    requestToken,
    async redeem(callback) {
      const code = callback.url.searchParams.get('code') ?? ''
      const response = await requestToken({
        grant_type: 'authorization_code',
        code,
        redirect_uri: callback.url.origin + callback.url.pathname,
        code_verifier: codeVerifier,
      })
      if (response.status !== 200) throw new Error(`The code was refused: ${await response.text()}`)
      return (await response.json()) as TokenResponse
    },
    refresh: (refreshToken) => requestToken({ grant_type: 'refresh_token', refresh_token: refreshToken }),
  }
}

/** The whole way from "Sign in" to tokens, as alice unless somebody else is named. */
export async function signIn(
  idp: Idp,
  { as = alice }: { as?: typeof alice } = {},
): Promise<{ app: App; browser: Browser; tokens: TokenResponse }> {
  const app = createApp(idp)
  const browser = createBrowser({ appOrigin })
  const loginPage = await browser.open(app.authorizationUrl())
  const callback = await browser.press(loginPage, 'Sign in', as)
  return { app, browser, tokens: await app.redeem(callback) }
}
