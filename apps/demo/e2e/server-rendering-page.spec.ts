import { expectSignedIn, person, signIn, signOutHereOnly, visit } from './journeys.ts'
import { expect, test } from './test.ts'

test('what a server renders is the same for everybody, and is taken over without a difference', async ({
  page,
}) => {
  await page.goto('/')
  await visit(page, 'Server rendering')
  const panel = page.getByRole('region', { name: 'From the server to the browser' })
  await expect(panel.locator('pre')).toHaveText('<p>Looking who you are …</p>')
  await panel.getByRole('button', { name: 'Hydrate it' }).click()
  await expect(panel.getByRole('status')).toHaveText('React has taken it over, and found no differences.')
  await expect(panel).toContainText('Nobody is signed in')
})

test('somebody who is signed in is nobody to a server, and themselves a moment later', async ({ page }) => {
  await signIn(page)
  await visit(page, 'Server rendering')
  const panel = page.getByRole('region', { name: 'From the server to the browser' })
  await expect(panel.locator('pre')).toHaveText('<p>Looking who you are …</p>')
  await expect(page.getByRole('main')).not.toContainText(person('alice').claims.name)
  await panel.getByRole('button', { name: 'Hydrate it' }).click()
  await expect(panel).toContainText(`Hello, ${person('alice').claims.name}`)
  await expectSignedIn(page)
  await signOutHereOnly(page)
  await expect(panel).toContainText('Nobody is signed in')
})

test('leads to the example on Next.js', async ({ page }) => {
  await page.goto('/server-rendering')
  await page.getByText('examples/next/app/providers.tsx').click()
  await expect(page.getByRole('region', { name: 'examples/next/app/providers.tsx' })).toContainText(
    'AuthProvider',
  )
})
