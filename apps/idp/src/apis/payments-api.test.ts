import { decodeJwt } from 'jose'
import { beforeAll, expect, it } from 'vitest'
import type { App, TokenResponse } from '../testing/app.ts'
import { appOrigin, signIn } from '../testing/app.ts'
import type { KeyHolder } from '../testing/key-holder.ts'
import { createKeyHolder } from '../testing/key-holder.ts'
import { useSharedIdp } from '../testing/shared-idp.ts'

const idp = useSharedIdp()
let holder: KeyHolder

beforeAll(async () => {
  holder = await createKeyHolder()
})

async function signInForPayments(): Promise<{ app: App; tokens: TokenResponse }> {
  return signIn(idp.current, {
    parameters: { scope: 'openid payments:read', resource: idp.current.paymentsUrl },
  })
}

async function ask(token: string, nonce?: string | null): Promise<Response> {
  const url = `${idp.current.paymentsUrl}/payments`
  const dpop = await holder.prove({ htm: 'GET', htu: url, token, ...(nonce && { nonce }) })
  return fetch(url, { headers: { origin: appOrigin, authorization: `DPoP ${token}`, dpop } })
}

it('wants a fresh nonce in each proof, from the provider and from the API alike (RFC 9449 sections 8 and 9)', async () => {
  const { app, tokens } = await signInForPayments()
  const refresh = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token }
  const withoutNonce = await holder.prove({ htm: 'POST', htu: `${idp.current.issuer}/token` })
  const refused = await app.requestToken(refresh, { dpop: withoutNonce })
  expect(await refused.json()).toMatchObject({ error: 'use_dpop_nonce' })
  expect(refused.headers.get('access-control-expose-headers')?.toLowerCase()).toContain('dpop-nonce')

  const bound = (await (await app.requestBoundToken(refresh, holder)).json()) as TokenResponse
  expect(bound.token_type).toBe('DPoP')
  const first = await ask(bound.access_token)
  expect(first.status).toBe(401)
  expect(first.headers.get('www-authenticate')).toMatch(/^DPoP error="use_dpop_nonce", .*algs="ES256 /)
  expect(first.headers.get('access-control-expose-headers')).toBe('WWW-Authenticate, DPoP-Nonce')

  const nonce = first.headers.get('dpop-nonce')
  const answer = await ask(bound.access_token, nonce)
  expect(answer.status).toBe(200)
  expect(await answer.json()).toMatchObject({ payments: [{ payee: 'Brass Works' }, {}] })
  expect((await ask(bound.access_token, nonce)).status).toBe(200)

  idp.current.changeNonces()
  const stale = await ask(bound.access_token, nonce)
  expect(stale.status).toBe(401)
  expect((await ask(bound.access_token, stale.headers.get('dpop-nonce'))).status).toBe(200)
})

it('takes no token that is not bound to a key', async () => {
  const { tokens } = await signInForPayments()

  const asBearer = await fetch(`${idp.current.paymentsUrl}/payments`, {
    headers: { authorization: `Bearer ${tokens.access_token}` },
  })
  expect(asBearer.status).toBe(401)
  expect(asBearer.headers.get('www-authenticate')).toMatch(/^DPoP algs="[^"]+", resource_metadata="/)
  const unbound = await ask(tokens.access_token)
  expect(unbound.headers.get('www-authenticate')).toMatch(/^DPoP error="invalid_token"/)
})

it('describes itself as one that needs DPoP (RFC 9728)', async () => {
  const answer = await fetch(`${idp.current.paymentsUrl}/.well-known/oauth-protected-resource`)
  expect(await answer.json()).toMatchObject({
    resource: idp.current.paymentsUrl,
    dpop_signing_alg_values_supported: ['ES256', 'Ed25519', 'EdDSA'],
    dpop_bound_access_tokens_required: true,
  })
})

it('knows what a person has allowed in detail (RFC 9396)', async () => {
  const payment = { type: 'payment', payee: 'Brass Works', amount: '18.00 EUR' }
  const { app, browser } = await signIn(idp.current)
  const page = await browser.open(app.authorizationUrl({ authorization_details: JSON.stringify([payment]) }))
  expect(page.text).toContain('Pay 18.00 EUR to Brass Works')

  const tokens = await app.redeem(await browser.press(page, 'Allow'))
  expect(tokens).toMatchObject({ authorization_details: [payment] })
  expect(decodeJwt(tokens.access_token)).toMatchObject({ authorization_details: [payment] })
  const me = await fetch(`${idp.current.apiUrl}/me`, {
    headers: { authorization: `Bearer ${tokens.access_token}` },
  })
  expect(await me.json()).toMatchObject({ authorizationDetails: [payment] })

  const later = await app.redeem(await browser.open(app.authorizationUrl()))
  expect(later).not.toHaveProperty('authorization_details')
})

it('pays nobody who is not named', async () => {
  const { app, browser } = await signIn(idp.current)
  for (const [details, reason] of [
    [{ type: 'payment', amount: '18.00 EUR' }, 'a payment has a payee and an amount'],
    [{ type: 'payment', payee: 'x', amount: '1' }, 'a payment has a payee and an amount'],
    [{ type: 'x' }, 'unsupported authorization details type'],
  ] as const) {
    const url = app.authorizationUrl({ authorization_details: JSON.stringify([details]) })
    const { searchParams } = (await browser.open(url)).url
    expect(searchParams.get('error')).toBe('invalid_authorization_details')
    expect(searchParams.get('error_description')).toContain(reason)
  }
})
