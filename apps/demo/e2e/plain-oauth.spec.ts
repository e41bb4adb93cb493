import type { Page } from '@playwright/test'
import { enterPassword, expectSignedIn, header, signIn, visit } from './journeys.ts'
import { requestsTo } from './provider-log.ts'
import { expect, test } from './secrets/test.ts'

const main = (page: Page) => page.getByRole('main')

async function signInAtPhotoShelf(page: Page, choice: 'Allow' | 'Deny' = 'Allow'): Promise<void> {
  await page.getByRole('button', { name: 'Sign in at Photo Shelf' }).click()
  await enterPassword(page)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Allow Latchkey Demo to use your account?')
  await page.getByRole('button', { name: choice }).click()
}

test('a plain OAuth 2.0 server signs somebody in once they consent, and its API answers', async ({
  page,
  idp,
  wire,
  secretsIn,
}) => {
  await page.goto('/photos')
  await signInAtPhotoShelf(page)
  await expect(main(page)).toContainText('You are signed in at Photo Shelf as Alice Liddell.')
  await expect(page).toHaveURL('/photos')
  await page.getByRole('button', { name: 'Show your photos' }).click()
  await expect(main(page).getByRole('listitem')).toHaveText(['The front door', 'A bunch of keys'])
  // Its page has the address that it was asked at, and stays in the history with it: the answer to it is spent.
  expect(await secretsIn(page)).toEqual(['state in history'])
  expect((await wire.secrets()).map(({ name }) => name).sort()).toEqual([
    'access_token',
    'code',
    'code_verifier',
    'state',
  ])
  // Nobody was signed in at the other one for it.
  expect(idp.requests.filter(({ server }) => server !== 'plain')).toEqual([])
  await expect(header(page).getByRole('button', { name: 'Sign in' })).toBeVisible()
})

test('its session and the app’s own are two, and each ends by itself', async ({ page }) => {
  await signIn(page)
  await visit(page, 'Photos')
  await signInAtPhotoShelf(page)
  await expect(main(page)).toContainText('You are signed in at Photo Shelf as Alice Liddell.')
  await expectSignedIn(page)
  await page.getByRole('button', { name: 'Sign out of Photo Shelf' }).click()
  await expect(page.getByRole('button', { name: 'Sign in at Photo Shelf' })).toBeVisible()
  await expectSignedIn(page)
})

test('whoever does not consent is told so', async ({ page }) => {
  await page.goto('/photos')
  await signInAtPhotoShelf(page, 'Deny')
  await expect(page.getByRole('alert')).toContainText('cancelled')
})

test('a token that the server does not know any more is not sent twice, for want of another', async ({
  page,
  idp,
  problems,
}) => {
  problems.allow(/status of 401/)
  await page.goto('/photos')
  await signInAtPhotoShelf(page)
  await expect(main(page)).toContainText('You are signed in at Photo Shelf as Alice Liddell.')
  await idp.revokeGrants()
  await page.getByRole('button', { name: 'Show your photos' }).click()
  await expect(main(page).getByRole('status')).toContainText('did not accept')
  expect(requestsTo(idp, '/photos')).toMatchObject([{ status: 401 }])
})
