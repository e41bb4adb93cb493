import { visit } from './journeys.ts'
import { expect, test } from './test.ts'

test('another client goes above the same form, and a note that was begun stays', async ({ page, idp }) => {
  await page.goto('/')
  await visit(page, 'Tenants')
  const note = page.getByRole('textbox', { name: 'A note' })
  const sender = page.getByRole('main').getByRole('status')
  await expect(sender).toHaveText('It would be sent by Nora at North.')
  await note.fill('Half a sent')
  const element = await note.elementHandle()

  await page.getByRole('radio', { name: 'South' }).check()
  await expect(page.getByRole('heading', { name: 'South' })).toBeVisible()
  await expect(sender).toHaveText('Nobody is signed in to send it.')
  await page.getByRole('button', { name: 'Sign in to this tenant' }).click()
  await expect(sender).toHaveText('It would be sent by Sam at South.')
  await expect(note).toHaveValue('Half a sent')

  await page.getByRole('radio', { name: 'North' }).check()
  await page.getByRole('button', { name: 'Sign out of this tenant' }).click()
  await expect(sender).toHaveText('Nobody is signed in to send it.')
  await page.getByRole('radio', { name: 'South' }).check()
  await expect(sender).toHaveText('It would be sent by Sam at South.')

  await expect(note).toHaveValue('Half a sent')
  expect(await element?.evaluate((before) => before.isConnected)).toBe(true)
  // They are clients for tests: nobody was asked for anything.
  expect(idp.requests).toEqual([])
})
