import {
  callApi,
  expectSignedIn,
  expectSignedOut,
  heading,
  openTabInSession,
  orders,
  refreshNow,
  rungs,
  signIn,
  signOut,
  visit,
  whereabouts,
} from './journeys.ts'
import { authorizations, grants } from './provider-log.ts'
import { killSharedWorkers } from './shared-worker.ts'
import { expect, test } from './test.ts'

test.use({ keeper: 'vault' })

const vaultFile = '/auth-vault.js'

test('twenty reloads ask the provider nothing, and the person is signed in after each', async ({
  page,
  idp,
}) => {
  await signIn(page)
  await expect(whereabouts(page)).toContainText('in the vault')
  idp.clearRequests()
  for (let reloads = 0; reloads < 20; reloads += 1) {
    await page.reload()
    await expectSignedIn(page)
  }
  await expect(rungs(page)).toHaveText(/^The vault had the session, \d+ ms$/)
  expect(idp.requests).toEqual([])
})

test('a reload of a guarded page does not even show a wait for the provider', async ({ page, idp }) => {
  await signIn(page)
  await page.goto('/profile/details?tab=session#x')
  await expect(heading(page)).toHaveText('Profile details')
  idp.clearRequests()
  await page.reload()
  await expect(heading(page)).toHaveText('Profile details')
  await expect(page).toHaveURL('/profile/details?tab=session#x')
  expect(idp.requests).toEqual([])
})

test('a whole session works: the API, a refresh for both tabs, and a sign-out at the provider', async ({
  page,
  context,
  idp,
}) => {
  await signIn(page)
  const second = await openTabInSession(context, '/orders')
  await refreshNow(page)
  await callApi(second)
  await expect(orders(second)).toBeVisible()
  expect(grants(idp, 'refresh_token')).toMatchObject([{ status: 200 }])
  await signOut(page)
  await expectSignedOut(page)
  await expect(heading(second)).toHaveText('You are signed out')
})

test.describe('a vault that is gone', () => {
  test('is replaced with the next call, and nobody is signed out', async ({ page, browser, idp }) => {
    await signIn(page)
    await visit(page, 'Orders')
    expect(await killSharedWorkers(browser)).toBe(1)
    await page.getByRole('button', { name: 'Refresh now' }).click()
    // Silence is noticed after some seconds; the provider, asked in a frame, still knows the person.
    await expect.poll(() => grants(idp, 'authorization_code'), { timeout: 30_000 }).toHaveLength(2)
    await callApi(page)
    await expect(orders(page)).toBeVisible()
    await expectSignedIn(page)
    await expect(whereabouts(page)).toContainText('in the vault')
    await expect(page.getByRole('log')).not.toContainText('authenticated → unauthenticated')
    expect(idp.reuses).toEqual([])
  })

  test('is replaced by the page’s memory where its file is gone too', async ({
    page,
    browser,
    demo,
    idp,
    problems,
  }) => {
    problems.allow(/auth-vault|status of 404/)
    await signIn(page)
    await visit(page, 'Orders')
    demo.replace(vaultFile, undefined)
    await killSharedWorkers(browser)
    await page.getByRole('button', { name: 'Refresh now' }).click()
    await expect(whereabouts(page)).toContainText('could not be loaded', { timeout: 30_000 })
    await callApi(page)
    await expect(orders(page)).toBeVisible()
    await expectSignedIn(page)
    expect(idp.reuses).toEqual([])
  })
})

test.describe('where no vault can be had, the tokens are in memory and everything works', () => {
  const because = 'in this page’s memory instead of the vault: '

  test('because its file is not there', async ({ page, demo, problems }) => {
    problems.allow(/auth-vault|status of 404/)
    demo.replace(vaultFile, undefined)
    await signIn(page)
    // A machine that takes seconds to start a worker says so later than it is waited for.
    await expect(whereabouts(page)).toContainText(
      new RegExp(`${because}the vault(’s file could not be loaded| does not answer)`),
    )
    await refreshNow(page)
    await page.reload()
    await expectSignedIn(page)
  })

  test('because the page’s policy forbids workers', async ({ page, demo, problems }) => {
    problems.allow(/Content Security Policy|policy violated/)
    demo.restrict("worker-src 'none'")
    await signIn(page)
    await expect(whereabouts(page)).toContainText(because)
    await page.reload()
    await expectSignedIn(page)
  })

  test('because the browser has no shared workers', async ({ page, context }) => {
    await context.addInitScript(() => Reflect.deleteProperty(window, 'SharedWorker'))
    await signIn(page)
    await expect(whereabouts(page)).toContainText(`${because}this browser has no shared workers`)
    await refreshNow(page)
    await page.reload()
    await expectSignedIn(page)
  })

  test('because it says nothing', async ({ page, demo }) => {
    demo.replace(vaultFile, '// Loaded, and no vault.')
    await signIn(page)
    await expect(whereabouts(page)).toContainText(`${because}the vault does not answer`)
    await page.reload()
    await expectSignedIn(page)
  })
})

test('two versions of the app side by side, each with a vault of its own, share one session', async ({
  context,
  idp,
}) => {
  const before = await context.newPage()
  const after = await context.newPage()
  await after.route(/\/assets\/.*\.js$/, async (route) => {
    const response = await route.fetch()
    const body = (await response.text()).replaceAll(vaultFile, `${vaultFile}?version=2`)
    await route.fulfill({ response, body })
  })
  await signIn(before)
  await after.goto('/orders')
  await expectSignedIn(after)
  for (const tab of [after, before, after]) await refreshNow(tab)
  await callApi(after)
  await expect(orders(after)).toBeVisible()
  await after.reload()
  await expectSignedIn(after)
  await expectSignedIn(before)
  for (const tab of [before, after]) await expect(whereabouts(tab)).toContainText('in the vault')
  expect(idp.reuses).toEqual([])
  expect(grants(idp, 'refresh_token').every(({ status }) => status === 200)).toBe(true)
  expect(authorizations(idp)).toHaveLength(1)
})
