import {
  enterPassword,
  expectPasswordPage,
  expectSignedIn,
  heading,
  signInAt,
  startSignIn,
} from './journeys.ts'
import { authorizations } from './provider-log.ts'
import { expect, test } from './test.ts'

const addresses = {
  'a query and a hash': '/profile/details?tab=claims#email',
  'letters beyond ASCII': '/profile/details?q=grüße 日本&tab=claims#naïve-😀',
  'characters that are encoded': '/profile/details?next=%2Fa%3Fb%3Dc%26d&plus=1+1&percent=100%25#%23%2F',
  'a second "?" in the hash': '/profile/details?tab=session#section?code=1&state=2',
  'parameters that look like an answer':
    '/profile/details?code=SUMMER&state=NY&error=no&iss=x#access_token=1',
  'odd but legal spelling': '/profile/details?a&b=&=c&a=2&&#?',
}

for (const [what, asked] of Object.entries(addresses)) {
  test(`a guarded page is come back to with ${what}`, async ({ page }) => {
    await signInAt(page, asked)
    await expect(heading(page)).toHaveText('Profile details')
    await expect(page).toHaveURL(asked)
  })
}

test('the page itself sees the address it was asked for', async ({ page }) => {
  await signInAt(page, '/profile/details?tab=session&q=%C3%BC#a?b')
  await expect(page.getByRole('main')).toContainText('/profile/details?tab=session&q=%C3%BC#a?b')
})

test('the button brings the person back to an open page, query and hash included', async ({ page }) => {
  await page.goto('/no-such-page?x=1#y')
  await startSignIn(page)
  await enterPassword(page)
  await expectSignedIn(page)
  await expect(page).toHaveURL('/no-such-page?x=1#y')
})

test('a guarded page is not shown, not even for a moment, before somebody has signed in', async ({
  page,
  idp,
}) => {
  await page.addInitScript(() => {
    new MutationObserver(() => {
      if (document.body?.textContent.includes('Call the API')) console.error('shown')
    }).observe(document, { childList: true, subtree: true, characterData: true })
  })
  await page.goto('/orders')
  await expectPasswordPage(page)
  expect(authorizations(idp)).toHaveLength(1)
})
