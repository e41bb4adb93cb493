import { authorizations } from '../provider-log.ts'
import { enterPassword, expectText, expectUrl, signIn } from './steps.ts'
import { link, main, said } from './targets.ts'
import { expect, test } from './test.ts'

test('a guard that asks for a role lets an admin in, at the address that was asked for', async ({
  tab,
  demo,
}) => {
  await tab.goto(`${demo.url}/guards/admins?from=mail`)
  await enterPassword(tab)
  await expectText(tab, 'h1', 'The back office')
  await expectUrl(tab, `${demo.url}/guards/admins?from=mail`)
})

test('a guard that asks for a role says so to whoever has it not, and sends nobody in circles', async ({
  tab,
  demo,
  idp,
}) => {
  await tab.goto(`${demo.url}/guards/admins`)
  await enterPassword(tab, 'bob')
  await expectText(tab, said('alert'), /Bob Builder is signed in, and has no business here/)
  await expectUrl(tab, `${demo.url}/guards/admins`)
  expect(authorizations(idp)).toHaveLength(1)
})

test('a guard that asks for a fresh proof lets in whoever has just given one', async ({ tab, demo, idp }) => {
  await signIn(tab, `${demo.url}/guards`)
  idp.clearRequests()
  await tab.click(link('The safe', main))
  await expectText(tab, 'h1', 'The safe')
  expect(authorizations(idp)).toHaveLength(1)
})
