import { createHash, randomBytes } from 'node:crypto'
import type { Idp } from '../start-idp.ts'
import type { Browser, Visited } from './browser.ts'
import { createBrowser } from './browser.ts'
import type { KeyHolder } from './key-holder.ts'

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

/** What an authorization request says; a list is sent as several parameters of one name. */
export type RequestParameters = Readonly<Record<string, string | readonly string[] | undefined>>

/** An app that signs people in: by hand, with no library that could share a mistake with the provider. */
export interface App {
  readonly clientId: string
  readonly codeVerifier: string
  authorizationUrl(parameters?: RequestParameters): URL
  /** Pushes a request (RFC 9126) and gives the provider's answer. */
  push(parameters?: RequestParameters): Promise<Response>
  requestToken(fields: Readonly<Record<string, string>>, headers?: Record<string, string>): Promise<Response>
  /** Sends a proof by somebody's key with it, at first without a nonce (RFC 9449 section 8). */
  requestBoundToken(fields: Readonly<Record<string, string>>, holder: KeyHolder): Promise<Response>
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

  function describeRequest(parameters: RequestParameters): URLSearchParams {
    const all: RequestParameters = {
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
    const described = new URLSearchParams()
    for (const [name, value] of Object.entries(all)) {
      for (const one of value === undefined ? [] : [value].flat()) described.append(name, one)
    }
    return described
  }

  return {
    clientId,
    codeVerifier,
    authorizationUrl: (parameters = {}) => new URL(`${issuer}/auth?${describeRequest(parameters)}`),
    push: (parameters = {}) =>
      fetch(`${issuer}/request`, {
        method: 'POST',
        body: describeRequest(parameters),
        headers: { origin: appOrigin },
      }),
    requestToken,
    async requestBoundToken(fields, holder) {
      const send = async (nonce?: string): Promise<Response> => {
        const dpop = await holder.prove({
          htm: 'POST',
          htu: `${issuer}/token`,
          ...(nonce !== undefined && { nonce }),
        })
        return requestToken(fields, { dpop })
      }
      const first = await send()
      const { error } = (await first.clone().json()) as { readonly error?: string }
      return error === 'use_dpop_nonce' ? send(first.headers.get('dpop-nonce') ?? '') : first
    },
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
  { as = alice, parameters = {} }: { as?: typeof alice; parameters?: RequestParameters } = {},
): Promise<{ app: App; browser: Browser; tokens: TokenResponse }> {
  const app = createApp(idp)
  const browser = createBrowser({ appOrigin })
  const loginPage = await browser.open(app.authorizationUrl(parameters))
  const callback = await browser.press(loginPage, 'Sign in', as)
  return { app, browser, tokens: await app.redeem(callback) }
}
