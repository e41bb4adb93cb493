import { runInPage } from './run-in-page.ts'
import { signIn } from './steps.ts'
import { expect, test } from './test.ts'

test('a token that is left where a script can read it, or written to the console, is found, as after every journey', async ({
  tab,
  demo,
  leaks,
  servers: { passed },
}) => {
  await signIn(tab, demo.url)
  expect(await leaks.find()).toEqual([])
  const token = passed.find(({ name }) => name === 'refresh_token')?.value ?? ''
  await runInPage(tab, leave, token)
  const findings = ['refresh_token in console', 'refresh_token in localStorage']
  await expect.poll(leaks.find).toEqual(findings)
  for (const finding of findings) leaks.allow(finding)
})

/** Runs in a page of the demo. */
function leave(token: string): null {
  localStorage.setItem('t', encodeURIComponent(btoa(token)))
  console.info({ token })
  return null
}
