import { decodeJwt } from 'jose'
import { expect, it } from 'vitest'
import type { TokenResponse } from '../testing/app.ts'
import { appOrigin, signIn } from '../testing/app.ts'
import { createKeyHolder } from '../testing/key-holder.ts'
import { useSharedIdp } from '../testing/shared-idp.ts'

const idp = useSharedIdp()

const scope = 'openid profile email stock:read'

const ask = (authorization: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${idp.current.stockUrl}/stock`, { headers: { origin: appOrigin, authorization, ...headers } })

it('has tokens of its own, from the same refresh token as those of the orders API (RFC 8707)', async () => {
  const { apiUrl, stockUrl } = idp.current
  const { app, tokens } = await signIn(idp.current, { parameters: { scope, resource: [apiUrl, stockUrl] } })
  expect(decodeJwt(tokens.access_token)).toMatchObject({ aud: apiUrl, scope: 'openid profile email' })
  expect((await ask(`Bearer ${tokens.access_token}`)).status).toBe(401)

  const refreshed = await app.requestToken({
    grant_type: 'refresh_token',
    refresh_token: tokens.refresh_token,
    resource: stockUrl,
  })
  const forStock = (await refreshed.json()) as TokenResponse
  expect(decodeJwt(forStock.access_token)).toMatchObject({ aud: stockUrl, scope: 'stock:read' })
  const answer = await ask(`Bearer ${forStock.access_token}`)
  expect(await answer.json()).toMatchObject({ stock: [{ item: 'Brass key' }, {}, {}] })
})

it('gets no token where the sign-in did not name it', async () => {
  const { app, tokens } = await signIn(idp.current)

  const refused = await app.requestToken({
    grant_type: 'refresh_token',
    refresh_token: tokens.refresh_token,
    resource: idp.current.stockUrl,
  })
  expect(await refused.json()).toMatchObject({ error: 'invalid_target' })
})

it('says which scope a token lacks (RFC 6750 section 3.1)', async () => {
  const { tokens } = await signIn(idp.current, { parameters: { resource: idp.current.stockUrl } })

  const refused = await ask(`Bearer ${tokens.access_token}`)
  expect(refused.status).toBe(403)
  expect(refused.headers.get('www-authenticate')).toMatch(
    /^Bearer error="insufficient_scope", .*scope="stock:read", resource_metadata="/,
  )
})

it('has never heard of DPoP: a bound token is as good as any, and only as Bearer (RFC 9449 section 7.2)', async () => {
  const { stockUrl } = idp.current
  const { app, tokens } = await signIn(idp.current, { parameters: { scope, resource: stockUrl } })
  const holder = await createKeyHolder()
  const refresh = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token }
  const bound = (await (await app.requestBoundToken(refresh, holder)).json()) as TokenResponse
  expect(decodeJwt(bound.access_token).cnf).toEqual({ jkt: holder.thumbprint })

  expect((await ask(`Bearer ${bound.access_token}`)).status).toBe(200)
  const dpop = await holder.prove({ htm: 'GET', htu: `${stockUrl}/stock`, token: bound.access_token })
  const refused = await ask(`DPoP ${bound.access_token}`, { dpop })
  expect(refused.status).toBe(401)
  expect(refused.headers.get('www-authenticate')).toMatch(/^Bearer resource_metadata="[^"]*"$/)
})

it('describes itself (RFC 9728)', async () => {
  const { stockUrl, issuer } = idp.current
  const refused = await fetch(`${stockUrl}/stock`)
  const [, metadataUrl = ''] =
    /resource_metadata="([^"]+)"/.exec(refused.headers.get('www-authenticate') ?? '') ?? []

  const answer = await fetch(metadataUrl, { headers: { origin: appOrigin } })
  expect(answer.headers.get('access-control-allow-origin')).toBe(appOrigin)
  expect(await answer.json()).toEqual({
    resource: stockUrl,
    resource_name: 'Latchkey stock',
    authorization_servers: [issuer],
    scopes_supported: ['stock:read'],
    bearer_methods_supported: ['header'],
  })
})
