import { expect, it } from 'vitest'
import { alice, appOrigin, createApp } from './testing/app.ts'
import { createBrowser } from './testing/browser.ts'
import { useSharedIdp } from './testing/shared-idp.ts'

const idp = useSharedIdp()

async function pushedUrl(clientId: string): Promise<URL> {
  const response = await createApp(idp.current, { clientId }).push()
  expect(response.status).toBe(201)
  expect(response.headers.get('access-control-allow-origin')).toBe(appOrigin)
  const { request_uri } = (await response.json()) as { request_uri: string }
  const url = new URL(`${idp.current.issuer}/auth`)
  url.search = new URLSearchParams({ client_id: clientId, request_uri }).toString()
  return url
}

it.each(['latchkey-demo', 'latchkey-bank'])('are taken from %s, once each (RFC 9126)', async (clientId) => {
  const browser = createBrowser({ appOrigin })
  const url = await pushedUrl(clientId)
  const callback = await browser.press(await browser.open(url), 'Sign in', alice)
  expect(callback.url.searchParams.get('state')).toBe('state-of-the-app')
  expect(callback.url.searchParams.has('code')).toBe(true)

  expect((await browser.open(url)).url.searchParams.has('code')).toBe(false)
})

it('are the only ones that are taken from a client that must push', async () => {
  const app = createApp(idp.current, { clientId: 'latchkey-bank' })

  const { url } = await createBrowser({ appOrigin }).open(app.authorizationUrl())
  expect(url.searchParams.get('error')).toBe('invalid_request')
})

it('are refused at once when something is wrong with them', async () => {
  const response = await createApp(idp.current).push({ redirect_uri: 'https://elsewhere.example/callback' })

  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ error: 'invalid_request' })
})
