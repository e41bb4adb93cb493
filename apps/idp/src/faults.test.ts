import { expect, it } from 'vitest'
import { appOrigin, createApp, signIn } from './testing/app.ts'
import { useSharedIdp } from './testing/shared-idp.ts'

const idp = useSharedIdp()

it('replaces the answer, which the app may still read', async () => {
  const remove = idp.current.addFault({
    path: '/token',
    status: 503,
    headers: { 'retry-after': '7', 'content-type': 'text/html' },
    body: '<h1>Busy</h1>',
  })

  const response = await createApp(idp.current).refresh('any')
  expect(response.status).toBe(503)
  expect(response.headers.get('access-control-allow-origin')).toBe(appOrigin)
  expect(response.headers.get('access-control-expose-headers')).toContain('retry-after')
  expect(response.headers.get('retry-after')).toBe('7')
  expect(await response.text()).toBe('<h1>Busy</h1>')
  expect(idp.current.requests).toMatchObject([{ path: '/token', status: 503, grantType: 'refresh_token' }])

  remove()
  expect((await createApp(idp.current).refresh('any')).status).toBe(400)
})

it('hits as many requests as it is told to, the oldest fault first', async () => {
  const { tokens } = await signIn(idp.current)
  const orders = async (): Promise<number> =>
    (
      await fetch(`${idp.current.apiUrl}/orders`, {
        headers: { authorization: `Bearer ${tokens.access_token}` },
      })
    ).status
  idp.current.addFault({ path: '/orders', status: 500, times: 2 })
  idp.current.addFault({ path: '/orders', status: 429, times: 1 })
  idp.current.addFault({ path: '/orders', status: 418, times: 0 })

  expect([await orders(), await orders(), await orders(), await orders()]).toEqual([500, 500, 429, 200])
})

it('lets preflights pass, and does not count them', async () => {
  const remove = idp.current.addFault({ path: '/token', status: 500, times: 1 })

  const preflight = await fetch(`${idp.current.issuer}/token`, {
    method: 'OPTIONS',
    headers: { origin: appOrigin, 'access-control-request-method': 'POST' },
  })
  expect(preflight.status).toBe(204)
  expect((await createApp(idp.current).refresh('any')).status).toBe(500)
  remove()
})

it('only delays when it says nothing about the answer', async () => {
  const remove = idp.current.addFault({ path: '/.well-known/openid-configuration', delayMs: 120 })
  const startedAt = performance.now()

  const response = await fetch(`${idp.current.issuer}/.well-known/openid-configuration`)
  expect(performance.now() - startedAt).toBeGreaterThan(100)
  expect(await response.json()).toMatchObject({ issuer: idp.current.issuer })
  remove()
})

it('delays a token request and then answers it', async () => {
  const { app, tokens } = await signIn(idp.current)
  const remove = idp.current.addFault({ path: '/token', delayMs: 50 })

  expect((await app.refresh(tokens.refresh_token)).status).toBe(200)
  expect(idp.current.requests.at(-1)).toMatchObject({ grantType: 'refresh_token', status: 200 })
  remove()
})

it('hangs until the client gives up', async () => {
  const remove = idp.current.addFault({ path: '/jwks', hang: true })
  const giveUp = new AbortController()
  const waiting = fetch(`${idp.current.issuer}/jwks`, { signal: giveUp.signal })
  waiting.catch(() => {})

  await expect.poll(() => idp.current.requests).toMatchObject([{ path: '/jwks', status: 0 }])
  giveUp.abort()
  await expect(waiting).rejects.toThrow('aborted')
  remove()
  expect((await fetch(`${idp.current.issuer}/jwks`)).status).toBe(200)
})
