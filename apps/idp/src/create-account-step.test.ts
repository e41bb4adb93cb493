import { decodeJwt } from 'jose'
import { expect, it } from 'vitest'
import { alice, appOrigin, createApp, signIn } from './testing/app.ts'
import { createBrowser } from './testing/browser.ts'
import { useSharedIdp } from './testing/shared-idp.ts'

const idp = useSharedIdp()

const carol = { name: 'Carol <b>Danvers', username: 'carol', password: 'higher-further' }

it('makes an account, and signs in who made it (prompt=create)', async () => {
  const app = createApp(idp.current)
  const browser = createBrowser({ appOrigin })
  const page = await browser.open(app.authorizationUrl({ prompt: 'create' }))
  expect(page.text).toContain('Create an account')

  const tokens = await app.redeem(await browser.press(page, 'Create account', carol))
  const { sub, name } = decodeJwt(tokens.id_token)
  expect(name).toBe(carol.name)
  const again = await signIn(idp.current, { as: carol })
  expect(decodeJwt(again.tokens.id_token).sub).toBe(sub)

  idp.current.resetData()
  const unknown = await browser.open(app.authorizationUrl({ prompt: 'login' }))
  expect((await browser.press(unknown, 'Sign in', carol)).text).toContain('do not match')
})

it('says what is wrong on the same page, and forgets the password alone', async () => {
  const browser = createBrowser({ appOrigin })
  const page = await browser.open(createApp(idp.current).authorizationUrl({ prompt: 'create' }))

  const taken = await browser.press(page, 'Create account', { ...carol, username: 'alice' })
  expect(taken.text).toMatch(/role="alert"[^>]*>The username alice is taken/)
  expect(taken.text).toContain('value="Carol &lt;b&gt;Danvers"')
  expect(taken.text).not.toContain(carol.password)
  const empty = await browser.press(page, 'Create account', { ...carol, password: '' })
  expect(empty.text).toContain('Fill in all three fields')
})

it('is offered to somebody who is signed in too, and changes nothing when they give up', async () => {
  const { app, browser } = await signIn(idp.current, { as: alice })
  const page = await browser.open(app.authorizationUrl({ prompt: 'create' }))

  const { url } = await browser.press(page, 'Cancel')
  expect(url.searchParams.get('error')).toBe('access_denied')
  const silent = await browser.open(app.authorizationUrl({ prompt: 'none' }))
  expect(decodeJwt((await app.redeem(silent)).id_token).sub).toBe('user-1001')
})
