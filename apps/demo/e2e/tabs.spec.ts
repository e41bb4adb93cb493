import { enterPassword, expectPasswordPage, expectSignedIn, signIn, startSignIn } from './journeys.ts'
import { grants } from './provider-log.ts'
import { expect, test } from './test.ts'

test('two tabs sign in at once, and the one that began last may finish first', async ({ context, idp }) => {
  const first = await context.newPage()
  const second = await context.newPage()
  for (const page of [first, second]) {
    await page.goto('/')
    await startSignIn(page)
    await expectPasswordPage(page)
  }
  await enterPassword(second)
  await expectSignedIn(second)
  await enterPassword(first)
  await expectSignedIn(first)
  await expectSignedIn(second)
  expect(grants(idp, 'authorization_code')).toMatchObject([{ status: 200 }, { status: 200 }])
})

test('two tabs that were sent to sign in by their pages each come back to their own', async ({ context }) => {
  const profile = await context.newPage()
  const orders = await context.newPage()
  await profile.goto('/profile?tab=1')
  await orders.goto('/orders?tab=2')
  await enterPassword(orders)
  await enterPassword(profile)
  await expectSignedIn(profile)
  await expectSignedIn(orders)
  await expect(profile).toHaveURL('/profile?tab=1')
  await expect(orders).toHaveURL('/orders?tab=2')
})

test('a sign-in that was begun again in the same tab may be finished where it was begun first', async ({
  page,
  idp,
}) => {
  await page.goto('/profile?begun=first')
  await expectPasswordPage(page)
  const first = page.url()
  await page.goto('/orders?begun=second')
  await expectPasswordPage(page)
  expect(page.url()).not.toBe(first)

  await page.goto(first)
  await enterPassword(page)
  await expectSignedIn(page)
  await expect(page).toHaveURL('/profile?begun=first')
  expect(grants(idp, 'authorization_code')).toMatchObject([{ status: 200 }])
})

test('a new tab is signed in by the provider’s session, without a password', async ({ page, context }) => {
  await signIn(page)
  const second = await context.newPage()
  await second.goto('/profile')
  await expectSignedIn(second)
})
