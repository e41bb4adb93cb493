import { runInPage } from './run-in-page.ts'
import { signIn } from './steps.ts'
import { expect, test } from './test.ts'

test('a token that is left where a script can read it is found, as after every journey', async ({
  tab,
  demo,
  leaks,
  servers: { passed },
}) => {
  await signIn(tab, demo.url)
  expect(await leaks.find()).toEqual([])
  const token = passed.find(({ name }) => name === 'refresh_token')?.value ?? ''
  await runInPage(tab, leave, token)
  expect(await leaks.find()).toEqual(['refresh_token in localStorage'])
  leaks.allow('refresh_token in localStorage')
})

/** Runs in a page of the demo. */
function leave(token: string): null {
  localStorage.setItem('t', encodeURIComponent(btoa(token)))
  return null
}
