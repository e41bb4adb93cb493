import { decodeJwt } from 'jose'
import { expect, it } from 'vitest'
import { acrOfPassword, acrOfTwoSteps } from './authentication-context.ts'
import { secondStepCode } from './people-and-clients.ts'
import { alice, appOrigin, createApp, signIn } from './testing/app.ts'
import { createBrowser } from './testing/browser.ts'
import { useSharedIdp } from './testing/shared-idp.ts'

const idp = useSharedIdp()

it('follows the password where both are needed', async () => {
  const app = createApp(idp.current)
  const browser = createBrowser({ appOrigin })
  const loginPage = await browser.open(app.authorizationUrl({ acr_values: acrOfTwoSteps, prompt: 'login' }))

  const page = await browser.press(loginPage, 'Sign in', alice)
  expect(page.text).toContain('wants the second step of the sign-in from <strong>alice</strong>')
  const tokens = await app.redeem(await browser.press(page, 'Confirm', { code: secondStepCode }))
  expect(decodeJwt(tokens.id_token)).toMatchObject({ acr: acrOfTwoSteps, name: 'Alice Liddell' })
})

it('is asked of nobody who has taken it, until the sign-in is too old', async () => {
  const { app, browser } = await signIn(idp.current)
  const page = await browser.open(app.authorizationUrl({ acr_values: acrOfTwoSteps }))
  await browser.press(page, 'Confirm', { code: secondStepCode })

  const again = await browser.open(app.authorizationUrl({ acr_values: acrOfTwoSteps }))
  expect(decodeJwt((await app.redeem(again)).id_token).acr).toBe(acrOfTwoSteps)
  const fresh = await browser.open(app.authorizationUrl({ acr_values: acrOfTwoSteps, max_age: '0' }))
  expect((await browser.press(fresh, 'Sign in', alice)).text).toContain('Confirm that it is you')
})

it('says on the same page that a code is wrong', async () => {
  const { app, browser } = await signIn(idp.current)
  const page = await browser.open(app.authorizationUrl({ acr_values: acrOfTwoSteps }))

  const again = await browser.press(page, 'Confirm', { code: '000000' })
  expect(again.url.href).toBe(page.url.href)
  expect(again.text).toMatch(/role="alert"[^>]*>That is not the code/)
})

it('answers access_denied when the person gives up, and leaves the session as it was', async () => {
  const { app, browser } = await signIn(idp.current)
  const page = await browser.open(app.authorizationUrl({ acr_values: acrOfTwoSteps }))

  const { url } = await browser.press(page, 'Cancel')
  expect(url.searchParams.get('error')).toBe('access_denied')
  const silent = await browser.open(app.authorizationUrl({ prompt: 'none', acr_values: acrOfPassword }))
  expect(decodeJwt((await app.redeem(silent)).id_token).acr).toBe(acrOfPassword)
})

it('is no answer to prompt=none', async () => {
  const { app, browser } = await signIn(idp.current)

  const { url } = await browser.open(app.authorizationUrl({ prompt: 'none', acr_values: acrOfTwoSteps }))
  expect(url.searchParams.get('error')).toBe('login_required')
})

it('is a wish by acr_values and a must by an essential claim (OpenID Connect Core section 5.5.1.1)', async () => {
  const { app, browser } = await signIn(idp.current)
  const essential = (acr: string): string =>
    JSON.stringify({ id_token: { acr: { essential: true, value: acr } } })

  const wished = await browser.open(app.authorizationUrl({ acr_values: 'urn:other' }))
  expect(decodeJwt((await app.redeem(wished)).id_token).acr).toBe(acrOfPassword)
  const must = await browser.open(app.authorizationUrl({ claims: essential('urn:other') }))
  expect(must.url.searchParams.get('error')).toBe('unmet_authentication_requirements')
  const possible = await browser.open(app.authorizationUrl({ claims: essential(acrOfTwoSteps) }))
  expect(possible.text).toContain('Confirm that it is you')
})
