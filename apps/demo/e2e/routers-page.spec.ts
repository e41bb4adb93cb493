import { enterPassword, expectSignedIn, person, signOutHereOnly, visit } from './journeys.ts'
import { expect, test } from './test.ts'

const { name } = person('alice').claims

for (const [router, other] of [
  ['React Router, with loaders', 'TanStack Router, with beforeLoad'],
  ['TanStack Router, with beforeLoad', 'React Router, with loaders'],
] as const) {
  test(`${router}: leads through the sign-in and back, and shows nobody’s settings after a sign-out`, async ({
    page,
    idp,
    problems,
  }) => {
    // React puts on the console what an error component of TanStack Router is shown for.
    problems.allow(/SignInRequiredError/)
    await page.goto('/')
    await visit(page, 'Routers')
    const panel = page.getByRole('region', { name: router })
    const settings = panel.getByRole('link', { name: 'Settings' })
    await settings.hover()
    await settings.focus()
    await expect(panel).toContainText('Anybody may see this.')
    expect(idp.requests).toEqual([])

    await settings.click()
    await enterPassword(page)
    await expectSignedIn(page)
    await expect(panel).toContainText(`Settings of ${name}`)

    // Whoever is signed in is let through at once.
    await page.getByRole('region', { name: other }).getByRole('link', { name: 'Settings' }).click()
    await expect(page.getByRole('region', { name: other })).toContainText(`Settings of ${name}`)

    await signOutHereOnly(page)
    await expect(panel.getByRole('alert')).toBeVisible()
    await expect(page.getByRole('main')).not.toContainText(name)
    await panel.getByRole('button', { name: 'Sign in to go on' }).click()
    await expect(panel).toContainText(`Settings of ${name}`)
  })
}

test('shows the files that are tested, callback routes included', async ({ page }) => {
  await page.goto('/routers')
  for (const [file, line] of [
    ['src/routers/react-router.tsx', "loader: requireAuth(auth, { history: 'memory'"],
    ['src/routers/tanstack-router.tsx', 'beforeLoad: requireAuth(auth'],
    ['e2e/routers/app/data-mode.tsx', "callbackRoute(auth, '/callback')"],
    ['e2e/routers/app/tanstack.tsx', 'beforeLoad: handleCallback(auth)'],
  ] as const) {
    await page.getByText(file).click()
    await expect(page.getByRole('region', { name: file })).toContainText(line)
  }
})
