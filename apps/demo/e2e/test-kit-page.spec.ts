import type { Locator, Page } from '@playwright/test'
import { visit } from './journeys.ts'
import { expect, test } from './test.ts'

function hand(page: Page, control: string): Locator {
  return page
    .getByRole('region', { name: 'What the test does' })
    .getByRole('button', { name: control, exact: true })
}

test('a component sees what the hand of its test does, and nobody else is asked', async ({ page, idp }) => {
  await page.goto('/')
  await visit(page, 'Test kit')
  const component = page.getByRole('region', { name: 'What the component sees' })
  const call = (name: string): Promise<void> => component.getByRole('button', { name }).click()
  await expect(component).toContainText('unauthenticated (no_session)')

  await call('login()')
  await expect(component).toContainText('redirecting (requested)')
  await hand(page, 'signIn()').click()
  await expect(component).toContainText('authenticated (signed_in)')
  await expect(component).toContainText('Tess Driver')
  await call('getAccessToken()')
  await expect(component).toContainText('test-access-token')

  await hand(page, 'expire()').click()
  await hand(page, 'failNextRefresh()').click()
  await call('getAccessToken()')
  await expect(component).toContainText('network_failed')
  await expect(component).toContainText('Tess Driver')
  await call('getAccessToken()')
  await expect(component).toContainText('test-access-token-2')

  await hand(page, 'signOutElsewhere()').click()
  await expect(component).toContainText('unauthenticated (signed_out_elsewhere)')
  await expect(component).not.toContainText('Tess Driver')
  expect(idp.requests).toEqual([])
})

test('what cannot happen is said, not done', async ({ page }) => {
  await page.goto('/test-kit')
  await hand(page, 'expire()').click()
  await expect(page.getByRole('region', { name: 'What the test does' }).getByRole('status')).toHaveText(
    'expire() cannot happen now: the state is "unauthenticated" (no_session).',
  )
})
