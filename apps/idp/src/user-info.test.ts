import { expect, it } from 'vitest'
import type { TokenResponse } from './testing/app.ts'
import { alice, appOrigin, createApp, signIn } from './testing/app.ts'
import { createBrowser } from './testing/browser.ts'
import { createKeyHolder } from './testing/key-holder.ts'
import { useSharedIdp } from './testing/shared-idp.ts'

const idp = useSharedIdp()

const ask = (authorization: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${idp.current.issuer}/userinfo`, { headers: { origin: appOrigin, authorization, ...headers } })

it('takes the same access token as the API', async () => {
  const { tokens } = await signIn(idp.current)

  const response = await ask(`Bearer ${tokens.access_token}`)
  expect(response.status).toBe(200)
  expect(response.headers.get('access-control-allow-origin')).toBe(appOrigin)
  expect(await response.json()).toMatchObject({
    sub: 'user-1001',
    name: 'Alice Liddell',
    email: 'alice@example.com',
    roles: ['member', 'admin'],
  })
})

it('knows what has changed since the sign-in', async () => {
  const { tokens } = await signIn(idp.current)
  idp.current.changePerson('alice', { name: 'Alice Hargreaves' })

  const answer = (await (await ask(`Bearer ${tokens.access_token}`)).json()) as { name: string }
  expect(answer).toMatchObject({ name: 'Alice Hargreaves', email: 'alice@example.com' })
  idp.current.resetData()
  expect(await (await ask(`Bearer ${tokens.access_token}`)).json()).toMatchObject({ name: 'Alice Liddell' })
})

it('gives only the claims of the scopes', async () => {
  const app = createApp(idp.current)
  const browser = createBrowser({ appOrigin })
  const loginPage = await browser.open(app.authorizationUrl({ scope: 'openid' }))
  const tokens = await app.redeem(await browser.press(loginPage, 'Sign in', alice))

  expect(await (await ask(`Bearer ${tokens.access_token}`)).json()).toEqual({ sub: 'user-1001' })
})

it('refuses a token without the openid scope', async () => {
  const app = createApp(idp.current)
  const browser = createBrowser({ appOrigin })
  const loginPage = await browser.open(app.authorizationUrl({ scope: 'profile', nonce: undefined }))
  const tokens = await app.redeem(await browser.press(loginPage, 'Sign in', alice))
  expect(tokens).not.toHaveProperty('id_token')

  const response = await ask(`Bearer ${tokens.access_token}`)
  expect(response.status).toBe(403)
  expect(response.headers.get('www-authenticate')).toContain('insufficient_scope')
})

it('refuses a bad token', async () => {
  const response = await ask('Bearer nonsense')
  expect(response.status).toBe(401)
  expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"')
})

it('takes a DPoP-bound token, as the API does', async () => {
  const { app, tokens } = await signIn(idp.current)
  const holder = await createKeyHolder()
  const prove = (htu: string, token: string): Promise<string> => holder.prove({ htm: 'GET', htu, token })
  const { issuer, apiUrl } = idp.current

  const refreshed = await app.requestBoundToken(
    { grant_type: 'refresh_token', refresh_token: tokens.refresh_token },
    holder,
  )
  const bound = (await refreshed.json()) as TokenResponse
  expect(bound.token_type).toBe('DPoP')

  const token = bound.access_token
  const headers = { dpop: await prove(`${issuer}/userinfo`, token) }
  expect((await ask(`DPoP ${token}`, headers)).status).toBe(200)
  const orders = await fetch(`${apiUrl}/orders`, {
    headers: { authorization: `DPoP ${token}`, dpop: await prove(`${apiUrl}/orders`, token) },
  })
  expect(orders.status).toBe(200)
})
