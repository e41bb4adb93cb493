import { decodeJwt } from 'jose'
import { expect, it } from 'vitest'
import { acrOfPassword, acrOfTwoSteps } from '../authentication-context.ts'
import { secondStepCode } from '../people-and-clients.ts'
import { appOrigin, signIn } from '../testing/app.ts'
import { useSharedIdp } from '../testing/shared-idp.ts'
import { whatIsMissing } from './step-up.ts'

const idp = useSharedIdp()

const remove = (id: string, token: string): Promise<Response> =>
  fetch(`${idp.current.apiUrl}/orders/${id}`, {
    method: 'DELETE',
    headers: { origin: appOrigin, authorization: `Bearer ${token}` },
  })

it('is demanded before something is deleted (RFC 9470 section 3), and then it is deleted', async () => {
  const { app, browser, tokens } = await signIn(idp.current)
  const refused = await remove('A-1002', tokens.access_token)
  expect(refused.status).toBe(401)
  expect(refused.headers.get('www-authenticate')).toMatch(
    new RegExp(
      `^Bearer error="insufficient_user_authentication", error_description="[^"]+", ` +
        `acr_values="${acrOfTwoSteps}", max_age="300", resource_metadata="${idp.current.apiUrl}/`,
    ),
  )
  expect(decodeJwt(tokens.access_token)).toMatchObject({ acr: acrOfPassword })

  const page = await browser.open(app.authorizationUrl({ acr_values: acrOfTwoSteps, max_age: '300' }))
  expect(page.text).toContain('Confirm that it is you')
  const stronger = await app.redeem(await browser.press(page, 'Confirm', { code: secondStepCode }))
  expect(decodeJwt(stronger.id_token)).toMatchObject({ acr: acrOfTwoSteps, auth_time: expect.any(Number) })

  expect((await remove('A-1002', stronger.access_token)).status).toBe(204)
  expect((await remove('A-1002', stronger.access_token)).status).toBe(404)
  const fresh = (await (await app.refresh(stronger.refresh_token)).json()) as { access_token: string }
  expect((await remove('A-1003', fresh.access_token)).status).toBe(204)
  idp.current.resetData()
  expect((await remove('A-1002', fresh.access_token)).status).toBe(204)
})

it('looks at how the person signed in, and how long ago', () => {
  const caller = (acr: string | undefined, secondsAgo: number): Parameters<typeof whatIsMissing>[0] => ({
    scheme: 'Bearer',
    subject: 'user-1001',
    clientId: 'latchkey-demo',
    scopes: new Set(),
    expiresAt: 0,
    acr,
    authenticatedAt: Date.now() - secondsAgo * 1000,
    authorizationDetails: undefined,
  })
  const demand = { acrValues: [acrOfTwoSteps], maxAgeSeconds: 300 } as const

  expect(whatIsMissing(caller(acrOfTwoSteps, 290), demand)).toBeUndefined()
  expect(whatIsMissing(caller(acrOfTwoSteps, 310), demand)).toContain('more recent')
  expect(whatIsMissing(caller(acrOfPassword, 0), demand)).toContain('two steps')
  expect(whatIsMissing(caller(undefined, 0), demand)).toContain('two steps')
})
