import { decodeJwt } from 'jose'
import { afterEach, describe, expect, it } from 'vitest'
import type { IdpOptions } from './idp-options.ts'
import type { Idp } from './start-idp.ts'
import { startIdp } from './start-idp.ts'
import { alice, appOrigin, appOrigins, createApp, signIn, type TokenResponse } from './testing/app.ts'
import { createBrowser } from './testing/browser.ts'

const running: Idp[] = []

async function start(options: Partial<IdpOptions>): Promise<Idp> {
  const idp = await startIdp({ port: 0, apiPort: 0, appOrigins, ...options })
  running.push(idp)
  return idp
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((idp) => idp.stop()))
})

describe('for apps that are built with other SDKs', () => {
  it('people come back to further paths where these are named, and nowhere else', async () => {
    const named = await start({ redirectPaths: ['/'] })
    const unnamed = await start({})
    const parameters = { redirect_uri: `${appOrigin}/` }

    const { tokens } = await signIn(named, { parameters })
    expect(tokens.token_type).toBe('Bearer')
    const refused = await createBrowser({ appOrigin }).open(createApp(unnamed).authorizationUrl(parameters))
    expect(refused.status).toBe(400)
  })

  it('what stands in front of the provider sees every request first', async () => {
    const seen: (string | undefined)[] = []
    const idp = await start({
      front: (next) => (request, response) => {
        seen.push(request.url)
        if (request.url === '/by-another-name') request.url = '/jwks'
        next(request, response)
      },
    })

    const response = await fetch(`${idp.issuer}/by-another-name`)
    expect(await response.json()).toHaveProperty('keys')
    expect(seen).toEqual(['/by-another-name'])
    expect(idp.requests.map(({ path }) => path)).toEqual(['/jwks'])
  })

  it('the dialect of Auth0 has its names, and answers a frame by a message', async () => {
    const idp = await start({ dialect: 'auth0' })
    const base = idp.issuer.slice(0, -1)
    expect(idp.issuer).toBe(`${base}/`)

    const app = createApp({ ...idp, issuer: base })
    const byName = (url: URL): URL => new URL(url.href.replace('/auth?', '/authorize?'))
    const browser = createBrowser({ appOrigin })
    const loginPage = await browser.open(byName(app.authorizationUrl()))
    const callback = await browser.press(loginPage, 'Sign in', alice)
    const response = await fetch(`${base}/oauth/token`, {
      method: 'POST',
      headers: { origin: appOrigin },
      body: new URLSearchParams({
        client_id: app.clientId,
        grant_type: 'authorization_code',
        code: callback.url.searchParams.get('code') ?? '',
        redirect_uri: `${appOrigin}/callback`,
        code_verifier: app.codeVerifier,
      }),
    })
    const { id_token } = (await response.json()) as TokenResponse
    expect(decodeJwt(id_token).iss).toBe(idp.issuer)

    const silent = app.authorizationUrl({ prompt: 'none', response_mode: 'web_message' })
    expect((await browser.open(byName(silent))).text).toContain('postMessage')
  })
})
