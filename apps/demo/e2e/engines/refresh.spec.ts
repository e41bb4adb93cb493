import { grants } from '../provider-log.ts'
import { expectSignedIn, expectText, signIn } from './steps.ts'
import { button } from './targets.ts'
import { expect, test } from './test.ts'

test('one refresh after the other brings a new token, each time with the latest refresh token', async ({
  tab,
  demo,
  idp,
}) => {
  await signIn(tab, demo.url)
  for (const refreshes of [1, 2, 3]) {
    await tab.click(button('Refresh now'))
    await expect.poll(() => grants(idp, 'refresh_token')).toHaveLength(refreshes)
    await expectText(tab, '[role=log]', new RegExp(`(a new access token.*){${refreshes}}`))
  }
  expect(grants(idp, 'refresh_token').every(({ status }) => status === 200)).toBe(true)
  expect(idp.reuses).toEqual([])
  await expectSignedIn(tab)
})
