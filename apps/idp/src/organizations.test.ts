import { decodeJwt } from 'jose'
import { expect, it } from 'vitest'
import { appOrigin, signIn } from './testing/app.ts'
import { useSharedIdp } from './testing/shared-idp.ts'

const idp = useSharedIdp()

it('is the one that the sign-in named last', async () => {
  const { app, browser } = await signIn(idp.current)
  for (const organization of ['north', 'south']) {
    const page = await browser.open(app.authorizationUrl({ organization, prompt: 'none' }))
    const tokens = await app.redeem(page)
    expect(decodeJwt(tokens.id_token)).toMatchObject({ organization, name: 'Alice Liddell' })
  }
})

it('is none where the sign-in named none', async () => {
  const { app, browser } = await signIn(idp.current)
  const tokens = await app.redeem(await browser.open(app.authorizationUrl({})))
  expect(decodeJwt(tokens.id_token)).not.toHaveProperty('organization')
})

it('lets nobody in who is not a member', async () => {
  const { app, browser } = await signIn(idp.current)
  const page = await browser.open(app.authorizationUrl({ organization: 'east' }))
  expect(page.url.origin).toBe(appOrigin)
  expect(page.url.searchParams.get('error')).toBe('access_denied')
})
