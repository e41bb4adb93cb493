import { insecureHost as host } from './browser.ts'
import { expectSignedOut, heading, startSignIn } from './journeys.ts'
import { expect, test } from './test.ts'

test('on a page without WebCrypto everything is shown, and the click says what is missing', async ({
  page,
  demo,
  idp,
}) => {
  const url = `http://${host}:${demo.port}/`
  await page.goto(url)
  expect(await page.evaluate(() => [isSecureContext, typeof crypto.subtle])).toEqual([false, 'undefined'])
  await expect(heading(page)).toHaveText('See a login from the inside')

  await startSignIn(page)
  await expect(page.getByRole('alert')).toContainText('This app is not set up correctly.')
  await expect(page.getByRole('log')).toContainText('insecure_context during login')
  await expect(page).toHaveURL(url)
  await expectSignedOut(page)
  expect(idp.requests).toEqual([])
})

test('on a guarded page without WebCrypto the message names the origin and the way out', async ({
  page,
  demo,
  idp,
}) => {
  await page.goto(`http://${host}:${demo.port}/profile`)
  await expect(page.getByRole('main')).toContainText('insecure_context')
  await expect(page.getByRole('main')).toContainText(`http://${host}:${demo.port}`)
  await expect(page.getByRole('main')).toContainText('Use https')
  expect(idp.requests).toEqual([])
})
