import { expectSignedIn, heading, signIn, signInAt, signOutHereOnly, visit } from './journeys.ts'
import { authorizations } from './provider-log.ts'
import { expect, test } from './test.ts'

test.describe('a guard', () => {
  test('that asks for a role lets an admin in, at the address that was asked for', async ({ page }) => {
    await signInAt(page, '/guards/admins?from=mail')
    await expect(page).toHaveURL('/guards/admins?from=mail')
    await expect(heading(page)).toHaveText('The back office')
  })

  test('that asks for a role says so to whoever has it not, and sends nobody in circles', async ({
    page,
    idp,
  }) => {
    await signIn(page, 'bob', '/guards')
    idp.clearRequests()
    await page.getByRole('link', { name: 'The back office' }).click()
    await expect(page.getByRole('alert')).toContainText('Bob Builder is signed in, and has no business here')
    expect(authorizations(idp)).toEqual([])
  })

  test('that asks for a fresh proof lets in whoever has just given one', async ({ page, idp }) => {
    await signIn(page, 'alice', '/guards')
    idp.clearRequests()
    await page.getByRole('link', { name: 'The safe' }).click()
    // No maxAge was asked for at the sign-in, so its ID token does not say when the person proved who they are.
    await expectSignedIn(page)
    await expect(heading(page)).toHaveText('The safe')
    await expect(page.getByRole('main')).toContainText('the first visit goes by the provider once')
    expect(authorizations(idp)).toHaveLength(1)
  })

  test('that asks for a fresh proof asks the provider for one once the last is too old', async ({
    page,
    idp,
  }) => {
    await page.clock.install()
    await signInAt(page, '/guards/recent')
    await expect(heading(page)).toHaveText('The safe')
    idp.clearRequests()
    await visit(page, 'Guards')
    await page.getByRole('link', { name: 'The safe' }).click()
    await expect(heading(page)).toHaveText('The safe')
    expect(authorizations(idp)).toEqual([])

    await visit(page, 'Guards')
    await page.clock.fastForward('02:00')
    await page.getByRole('link', { name: 'The safe' }).click()
    await expect.poll(() => authorizations(idp).length).toBe(1)
    await expect(heading(page)).toHaveText('The safe')
    await expect(page).toHaveURL('/guards/recent')
  })

  test('does not send somebody to sign in who has just signed out', async ({ page, idp }) => {
    await signInAt(page, '/guards/admins')
    idp.clearRequests()
    await signOutHereOnly(page)
    await expect(heading(page)).toHaveText('You are signed out')
    expect(authorizations(idp)).toEqual([])
  })
})
