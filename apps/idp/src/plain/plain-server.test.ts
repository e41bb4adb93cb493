import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import type { PassedSecret } from '../passed-secrets.ts'
import { alice, appOrigin } from '../testing/app.ts'
import type { Browser, Visited } from '../testing/browser.ts'
import { createBrowser } from '../testing/browser.ts'
import { useSharedIdp } from '../testing/shared-idp.ts'
import { plainClient } from './plain-client.ts'

const told: PassedSecret[] = []
const idp = useSharedIdp({ onSecret: (secret) => told.push(secret) })

const verifier = 'v'.repeat(43)
const redirectUri = `${appOrigin}/photos/callback`

function authorizeUrl(parameters: Readonly<Record<string, string>> = {}): URL {
  const url = new URL(`${idp.current.plainUrl}/login/oauth/authorize`)
  url.search = new URLSearchParams({
    client_id: plainClient.clientId,
    response_type: 'code',
    redirect_uri: redirectUri,
    state: 'state-of-the-app',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...parameters,
  }).toString()
  return url
}

async function openConsentPage(
  parameters: Readonly<Record<string, string>> = {},
): Promise<{ browser: Browser; consentPage: Visited }> {
  const browser = createBrowser({ appOrigin })
  const loginPage = await browser.open(authorizeUrl(parameters))
  return { browser, consentPage: await browser.press(loginPage, 'Sign in', alice) }
}

function redeem(
  callback: Visited,
  { accept = 'application/json', ...fields }: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(`${idp.current.plainUrl}/login/oauth/access_token`, {
    method: 'POST',
    headers: { accept, origin: appOrigin },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: plainClient.clientId,
      code: callback.url.searchParams.get('code') ?? '',
      redirect_uri: redirectUri,
      code_verifier: verifier,
      ...fields,
    }),
  })
}

const ask = (path: string, token: string): Promise<Response> =>
  fetch(idp.current.plainUrl + path, { headers: { origin: appOrigin, authorization: `Bearer ${token}` } })

it('shows what an app asks for, and gives an opaque token that never ends', async () => {
  const { browser, consentPage } = await openConsentPage({ scope: 'user:read photos:read' })
  expect(consentPage.text).toContain('Photo Shelf')
  expect(consentPage.text).toContain('Allow Latchkey Demo to use your account?')
  expect(consentPage.text).toContain('See your photos')

  const callback = await browser.press(consentPage, 'Allow')
  expect([...callback.url.searchParams.keys()].sort()).toEqual(['code', 'state'])
  const answer = await redeem(callback)
  expect(answer.headers.get('access-control-allow-origin')).toBe(appOrigin)
  const tokens = (await answer.json()) as { access_token: string }
  expect(tokens).toEqual({
    access_token: expect.stringMatching(/^[0-9a-f]{40,}$/),
    token_type: 'Bearer',
    scope: 'user:read photos:read',
  })

  expect(await (await ask('/user', tokens.access_token)).json()).toMatchObject({
    id: 'user-1001',
    login: 'alice',
    name: 'Alice Liddell',
  })
  expect(await (await ask('/photos', tokens.access_token)).json()).toHaveLength(2)
  await idp.current.revokeGrants()
  const refused = await ask('/user', tokens.access_token)
  expect(refused.status).toBe(401)
  expect(refused.headers.get('www-authenticate')).toContain('error="invalid_token"')
})

it('answers in form encoding to whoever does not ask for JSON', async () => {
  const { browser, consentPage } = await openConsentPage()

  const answer = await redeem(await browser.press(consentPage, 'Allow'), { accept: '*/*' })
  const tokens = Object.fromEntries(new URLSearchParams(await answer.text()))
  expect(tokens).toMatchObject({ token_type: 'Bearer', scope: 'user:read' })
})

it('does not ask again for what was allowed', async () => {
  const { browser, consentPage } = await openConsentPage({ scope: 'user:read' })
  await browser.press(consentPage, 'Allow')

  const again = await browser.open(authorizeUrl({ scope: 'user:read' }))
  expect(again.url.searchParams.has('code')).toBe(true)
  const more = await browser.open(authorizeUrl({ scope: 'user:read photos:read' }))
  expect(more.text).toContain('See your photos')
})

it('answers access_denied when the person denies it, or does not sign in', async () => {
  const { browser, consentPage } = await openConsentPage()
  const denied = await browser.press(consentPage, 'Deny')
  expect(denied.url.searchParams.get('error')).toBe('access_denied')
  expect(denied.url.searchParams.get('state')).toBe('state-of-the-app')

  const somebody = createBrowser({ appOrigin })
  const canceled = await somebody.press(await somebody.open(authorizeUrl()), 'Cancel')
  expect(canceled.url.searchParams.get('error')).toBe('access_denied')
})

it('says on the same page that a password is wrong', async () => {
  const browser = createBrowser({ appOrigin })
  const again = await browser.press(await browser.open(authorizeUrl()), 'Sign in', {
    ...alice,
    password: 'x',
  })

  expect(again.text).toMatch(/role="alert"[^>]*>That username and password do not match/)
})

it('sends nobody to an address that it does not know', async () => {
  const { browser, consentPage } = await openConsentPage({
    redirect_uri: 'https://elsewhere.example/callback',
  })

  const page = await browser.press(consentPage, 'Allow')
  expect(page.status).toBe(400)
  expect(page.text).toContain('<code>invalid_client</code>')
})

it('redeems a code once, and only with its verifier (RFC 7636)', async () => {
  const { browser, consentPage } = await openConsentPage()
  const callback = await browser.press(consentPage, 'Allow')
  expect((await redeem(callback)).status).toBe(200)
  expect(await (await redeem(callback)).json()).toMatchObject({ error: 'invalid_grant' })

  const another = await browser.open(authorizeUrl())
  const wrong = await redeem(another, { code_verifier: 'w'.repeat(43) })
  expect(wrong.status).toBe(400)
  expect(await wrong.json()).toMatchObject({ error: 'invalid_grant' })
})

it('tells whoever watches of the code, its verifier and the token', async () => {
  const { browser, consentPage } = await openConsentPage()
  const callback = await browser.press(consentPage, 'Allow')
  told.length = 0
  const { access_token } = (await (await redeem(callback)).json()) as { access_token: string }
  expect(told).toEqual([
    { name: 'code', value: callback.url.searchParams.get('code') },
    { name: 'code_verifier', value: verifier },
    { name: 'access_token', value: access_token },
  ])
})

it('knows scopes, and nothing else that a token could say', async () => {
  const { browser, consentPage } = await openConsentPage({ scope: 'user:read' })
  const { access_token } = (await (await redeem(await browser.press(consentPage, 'Allow'))).json()) as {
    access_token: string
  }

  const refused = await ask('/photos', access_token)
  expect(refused.status).toBe(403)
  expect(refused.headers.get('www-authenticate')).toBe(
    'Bearer error="insufficient_scope", scope="photos:read"',
  )
  const invalid = await browser.open(authorizeUrl({ scope: 'everything' }))
  expect((await browser.press(invalid, 'Allow')).url.searchParams.get('error')).toBe('invalid_scope')
})

it('has no metadata of any kind', async () => {
  for (const path of ['openid-configuration', 'oauth-authorization-server', 'oauth-protected-resource']) {
    expect((await fetch(`${idp.current.plainUrl}/.well-known/${path}`)).status).toBe(404)
  }
})
