import { sha256 } from '../../../testing/src/provider/base64url.ts'
import { createSigningKeys, type SigningKeys } from '../../../testing/src/provider/signing-keys.ts'
import type { Platform } from '../../src/platform/ports.ts'
import { json } from '../fake-provider.ts'
import { providerMetadata } from '../provider-metadata.ts'
import type { Network } from './network.ts'
import type { Family } from './rotating-provider.ts'
import type { BrowserTab } from './shared-browser.ts'
import type { Timeline } from './timeline.ts'

/** One sign-in at the provider, of one of its clients. */
export interface ClientFamily extends Family {
  readonly clientId: string
  /** When the code was sent that it began with. */
  readonly codeSentMs: number
}

/** An OpenID provider with real signatures, which rotates refresh tokens and revokes the whole family when a spent one comes back (RFC 9700 §4.14.2). */
export interface OpenIdProvider {
  readonly issuer: string
  readonly families: readonly ClientFamily[]
  /** The provider as one page or worker reaches it. */
  connect(sender: BrowserTab): Platform['fetch']
  /** Undefined: nobody issued this token. */
  familyOfToken(token: string): ClientFamily | undefined
  /** In milliseconds since the epoch, by the device's clock. */
  expiresAt(accessToken: string): number
  /** The last sign-in whose code this page or worker exchanged. */
  redeemedBy(sender: BrowserTab): ClientFamily | undefined
  /** Answers an authorization request: this person has signed in. @returns the callback URL */
  signIn(authorizationUrl: string, person: string): string
  /** Somebody else answers an authorization request, with a code that must not be sent. @returns the callback URL */
  misanswer(authorizationUrl: string): string
  /** Answers an authorization request with an error. @returns the callback URL */
  refuse(authorizationUrl: string, error: string): string
}

/** What an OpenID provider is set with. */
export interface OpenIdProviderOptions {
  readonly issuer: string
  readonly lifetimeSeconds: number
  readonly rotates: boolean
  readonly givesRefreshTokens: boolean
  /** How far the provider's clock is ahead of the device's, in milliseconds. */
  readonly aheadMs: number
  /** Called with what must never happen. */
  violated(what: string): void
  note(what: string): void
}

interface Code {
  readonly person: string
  readonly clientId: string
  readonly nonce: string
  readonly challenge: string
  sentMs: number | undefined
}

/** Made once: making keys takes longer than a whole simulation. */
const keys: SigningKeys = createSigningKeys('ES256')
const published: ReturnType<SigningKeys['published']> = keys.published()

/** Makes an {@link OpenIdProvider}. */
export async function createOpenIdProvider(
  timeline: Timeline,
  network: Network,
  options: OpenIdProviderOptions,
): Promise<OpenIdProvider> {
  const { issuer, lifetimeSeconds, rotates, givesRefreshTokens, aheadMs, violated, note } = options
  const jwks = await published
  const families: ClientFamily[] = []
  const codes = new Map<string, Code>()
  const familyByToken = new Map<string, ClientFamily>()
  const expiries = new Map<string, number>()
  const inFlight = new Map<string, BrowserTab>()
  const redeemed = new Map<BrowserTab, ClientFamily>()
  let serial = 0

  const metadata = providerMetadata(issuer, ['ES256'])

  function issue(family: ClientFamily): Record<string, unknown> {
    const number = ++serial
    const accessToken = `SENTINEL-access-${family.number}-${number}`
    familyByToken.set(accessToken, family)
    expiries.set(accessToken, timeline.now().epochMs + lifetimeSeconds * 1000)
    const answer = { access_token: accessToken, token_type: 'Bearer', expires_in: lifetimeSeconds }
    if (!givesRefreshTokens) return answer
    if (family.refreshToken === undefined || rotates) {
      family.refreshToken = `SENTINEL-refresh-${family.number}-${number}`
      familyByToken.set(family.refreshToken, family)
    }
    return { ...answer, refresh_token: family.refreshToken }
  }

  function idToken({ user, clientId, number }: ClientFamily, nonce?: string): Promise<string> {
    const now = Math.floor((timeline.now().epochMs + aheadMs) / 1000)
    const about = { iss: issuer, sub: user, aud: clientId, family: number, ...(nonce && { nonce }) }
    return keys.sign({ ...about, iat: now, exp: now + 300 })
  }

  async function redeem(form: URLSearchParams): Promise<Response> {
    const code = codes.get(form.get('code') ?? '')
    const verifier = form.get('code_verifier') ?? ''
    codes.delete(form.get('code') ?? '')
    if (!code || code.clientId !== form.get('client_id')) return json(400, { error: 'invalid_grant' })
    const { person: user, clientId } = code
    const family: ClientFamily = {
      number: families.length + 1,
      user,
      clientId,
      codeSentMs: code.sentMs ?? 0,
      refreshToken: undefined,
      isRevoked: false,
      isExcused: false,
    }
    families.push(family)
    const tokens = issue(family)
    note(`${user} has signed in: family ${family.number} of ${clientId}`)
    if ((await sha256(verifier)) !== code.challenge)
      violated('a code was sent with another verifier (RFC 7636 §4.6)')
    return json(200, { ...tokens, id_token: await idToken(family, code.nonce) })
  }

  /** What the provider says to a refresh token. */
  async function refresh(form: URLSearchParams): Promise<Response> {
    const refreshToken = form.get('refresh_token') ?? ''
    const family = familyByToken.get(refreshToken)
    if (!family) throw new Error(`Nobody issued ${refreshToken}.`)
    if (!family.isRevoked && family.refreshToken !== refreshToken) {
      if (!family.isExcused) violated(`${refreshToken} was sent after it was exchanged`)
      note(`the provider revokes family ${family.number}: ${refreshToken} was sent again`)
      family.isRevoked = true
    }
    if (family.isRevoked) return json(400, { error: 'invalid_grant' })
    const tokens = issue(family)
    return json(200, { ...tokens, ...(serial % 2 === 0 && { id_token: await idToken(family) }) })
  }

  async function respond(path: string, form: URLSearchParams, sender: BrowserTab): Promise<Response> {
    switch (path) {
      case '/.well-known/openid-configuration':
        return json(200, metadata)
      case '/jwks':
        return json(200, jwks)
      case '/revoke': {
        const family = familyByToken.get(form.get('token') ?? '')
        if (family) family.isRevoked = true
        return new Response('')
      }
      default: {
        if (form.get('grant_type') === 'refresh_token') return refresh(form)
        const count = families.length
        const answer = redeem(form)
        const family = families[count]
        if (family) redeemed.set(sender, family)
        return answer
      }
    }
  }

  /** Looks at a request for tokens as it is sent. @returns the sign-in that it is about, once it is known */
  function inspect(form: URLSearchParams, sender: BrowserTab): () => ClientFamily | undefined {
    if (form.get('grant_type') === 'refresh_token') {
      const refreshToken = form.get('refresh_token') ?? ''
      if (inFlight.get(refreshToken)?.isAlive) violated(`${refreshToken} was sent twice at once`)
      inFlight.set(refreshToken, sender)
      note(`${sender.number} sends ${refreshToken}`)
      return () => familyByToken.get(refreshToken)
    }
    const sent = form.get('code') ?? ''
    const code = codes.get(sent)
    if (!code || code.sentMs !== undefined)
      violated(`${sent} was sent, which was sent before or never given to this app`)
    else code.sentMs = timeline.now().monotonicMs
    note(`${sender.number} sends ${sent}`)
    return () => undefined
  }

  function answerTo(authorizationUrl: string, answer: Readonly<Record<string, string>>): string {
    const { searchParams } = new URL(authorizationUrl)
    const callback = new URL(searchParams.get('redirect_uri') ?? '')
    const state = searchParams.get('state') ?? ''
    // By hand: the rest of the address is to stay as it is, to the letter.
    const query = new URLSearchParams({ ...answer, state, iss: issuer }).toString()
    return `${callback.href}${callback.search === '' ? '?' : '&'}${query}`
  }

  return {
    issuer,
    families,
    familyOfToken: (token) => familyByToken.get(token),
    expiresAt: (accessToken) => expiries.get(accessToken) ?? 0,
    redeemedBy: (sender) => redeemed.get(sender),
    connect: (sender) => (url, init) => {
      const { pathname: path } = new URL(url)
      const form = new URLSearchParams(init.body instanceof URLSearchParams ? init.body : undefined)
      const about = path === '/token' ? inspect(form, sender) : () => undefined
      return network
        .send({
          sender,
          mayHang: true,
          signal: init.signal,
          answer: () => respond(path, form, sender),
          lost() {
            const family = about()
            if (family) family.isExcused = true
          },
        })
        .finally(() => inFlight.delete(form.get('refresh_token') ?? ''))
    },
    signIn(authorizationUrl, person) {
      const { searchParams } = new URL(authorizationUrl)
      const code = `SENTINEL-code-${++serial}`
      codes.set(code, {
        person,
        clientId: searchParams.get('client_id') ?? '',
        nonce: searchParams.get('nonce') ?? '',
        challenge: searchParams.get('code_challenge') ?? '',
        sentMs: undefined,
      })
      return answerTo(authorizationUrl, { code })
    },
    misanswer: (authorizationUrl) =>
      answerTo(authorizationUrl, { code: `SENTINEL-code-${++serial}` }).replace(
        /iss=[^&]*/,
        'iss=https%3A%2F%2Fevil.example',
      ),
    refuse: (authorizationUrl, error) => answerTo(authorizationUrl, { error }),
  }
}
