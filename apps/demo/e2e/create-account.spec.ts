import { expectSignedOut, header, heading } from './journeys.ts'
import { expect, test } from './test.ts'

test('somebody new makes an account, and is signed in with it (prompt=create)', async ({ page }) => {
  await page.goto('/')
  await page.getByRole('button', { name: 'Create an account' }).click()
  await expect(heading(page)).toHaveText('Create an account')
  await page.getByLabel('Your name').fill('Carol Danvers')
  await page.getByLabel('Username').fill('carol')
  await page.getByLabel('Password').fill('higher-further')
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(header(page).getByText('Carol Danvers')).toBeVisible()
  await expect(page).toHaveURL('/')
})

test('whoever gives up is as signed out as before, and told so', async ({ page }) => {
  await page.goto('/')
  await page.getByRole('button', { name: 'Create an account' }).click()
  await page.getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByRole('alert')).toContainText('cancelled')
  await expectSignedOut(page)
})
