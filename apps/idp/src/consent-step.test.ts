import { decodeJwt } from 'jose'
import { expect, it } from 'vitest'
import type { App } from './testing/app.ts'
import { alice, appOrigin, createApp } from './testing/app.ts'
import type { Browser, Visited } from './testing/browser.ts'
import { createBrowser } from './testing/browser.ts'
import { useSharedIdp } from './testing/shared-idp.ts'

const idp = useSharedIdp()

async function signInToPartner(
  parameters: Readonly<Record<string, string>> = {},
): Promise<{ app: App; browser: Browser; consentPage: Visited }> {
  const app = createApp(idp.current, { clientId: 'latchkey-partner' })
  const browser = createBrowser({ appOrigin })
  const loginPage = await browser.open(app.authorizationUrl(parameters))
  return { app, browser, consentPage: await browser.press(loginPage, 'Sign in', alice) }
}

it('names the client, the person and what is asked for in plain words', async () => {
  const { consentPage } = await signInToPartner({ scope: 'openid email' })

  expect(consentPage.text).toContain('Allow Partner Print Shop to use your account?')
  expect(consentPage.text).toContain('Alice Liddell')
  expect(consentPage.text).toContain('See your email address')
  expect(consentPage.text).not.toContain('See your name')
  expect(consentPage.text).toContain('<strong>localhost:5999</strong>')
})

it('gives tokens once the person allows it, and does not ask again', async () => {
  const { app, browser, consentPage } = await signInToPartner()

  const tokens = await app.redeem(await browser.press(consentPage, 'Allow'))
  expect(decodeJwt(tokens.access_token)).toMatchObject({
    aud: idp.current.apiUrl,
    client_id: 'latchkey-partner',
    scope: 'openid profile email',
  })

  const secondTime = await browser.open(app.authorizationUrl())
  expect(secondTime.url.searchParams.has('code')).toBe(true)
})

it('asks again for what it was not asked before', async () => {
  const { app, browser, consentPage } = await signInToPartner({ scope: 'openid' })
  await browser.press(consentPage, 'Allow')

  const more = await browser.open(app.authorizationUrl({ scope: 'openid email' }))
  expect(more.text).toContain('See your email address')

  const tokens = await app.redeem(await browser.press(more, 'Allow'))
  expect(tokens.scope).toBe('openid email')
})

it('says so too where a single claim is asked for, and gives that one (OpenID Connect Core section 5.5)', async () => {
  const claims = JSON.stringify({ id_token: { email: null } })
  const { app, browser, consentPage } = await signInToPartner({ scope: 'openid', claims })
  expect(consentPage.text).toContain('See your email address')

  const { id_token } = await app.redeem(await browser.press(consentPage, 'Allow'))
  expect(decodeJwt(id_token)).toMatchObject({ email: 'alice@example.com' })
  expect(decodeJwt(id_token)).not.toHaveProperty('email_verified')
})

it('answers access_denied when the person denies it', async () => {
  const { browser, consentPage } = await signInToPartner()

  const { url } = await browser.press(consentPage, 'Deny')
  expect(url.searchParams.get('error')).toBe('access_denied')
  expect(url.searchParams.get('state')).toBe('state-of-the-app')
  expect(url.searchParams.get('iss')).toBe(idp.current.issuer)
  expect(url.searchParams.has('code')).toBe(false)
})

it('is asked of the first-party client only when it insists', async () => {
  const app = createApp(idp.current)
  const browser = createBrowser({ appOrigin })
  const loginPage = await browser.open(
    app.authorizationUrl({ prompt: 'consent', scope: 'openid offline_access' }),
  )
  const consentPage = await browser.press(loginPage, 'Sign in', alice)
  expect(consentPage.text).toContain('Stay connected while you are away')

  const tokens = await app.redeem(await browser.press(consentPage, 'Allow'))
  expect(tokens.scope).toBe('openid offline_access')
})

it('answers consent_required to prompt=none', async () => {
  const { app, browser } = await signInToPartner()

  const { url } = await browser.open(app.authorizationUrl({ prompt: 'none' }))
  expect(url.searchParams.get('error')).toBe('consent_required')
})
