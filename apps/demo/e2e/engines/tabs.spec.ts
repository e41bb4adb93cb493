import { expectSignedIn, expectSignedOut, signIn, signOut } from './steps.ts'
import { header, link } from './targets.ts'
import { expect, test } from './test.ts'

test('a sign-out in one tab is seen by the others', async ({ tab, openTab, demo }) => {
  await signIn(tab, demo.url)
  const second = await openTab()
  await second.goto(demo.url)
  await expectSignedIn(second)
  await second.click(link('Profile', header))
  await signOut(tab)
  await expectSignedOut(second)
  await expectSignedOut(tab)
  expect(await second.url()).toBe(`${demo.url}/profile`)
})
