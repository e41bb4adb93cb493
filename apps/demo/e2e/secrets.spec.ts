import type { Page } from '@playwright/test'
import {
  callApi,
  enterPassword,
  expectPasswordPage,
  expectSignedIn,
  expectSignedOut,
  heading,
  orders,
  refreshNow,
  signIn,
  signInAt,
  signOut,
  signOutHereOnly,
  startSignIn,
  visit,
} from './journeys.ts'
import { findSecrets, findSentSecrets } from './secrets/find-secrets.ts'
import { tapWire, type WireTap } from './secrets/wire-tap.ts'
import { test as base, expect } from './test.ts'

const test = base.extend<{ wire: WireTap }>({
  wire: [async ({ context, idp }, use) => use(tapWire(context, idp.issuer)), { auto: true }],
})

/** What a sign-in leaves behind: the code is spent by then, and `state` names what was answered. */
const spent = [
  // The address that a page was loaded from: nothing can change it.
  'code in timing',
  'state in timing',
  // The router looked at the address before <Callback> was rendered, and remembers what it saw.
  'code in objects',
  'state in objects',
  // A tombstone sends a reload of the callback page on its way.
  'state in sessionStorage',
]

async function expectNoSecrets(page: Page, wire: WireTap): Promise<void> {
  const findings = await findSecrets(page, wire)
  expect(findings.filter((finding) => !spent.includes(finding))).toEqual([])
}

async function namesOf(wire: WireTap): Promise<readonly string[]> {
  return [...new Set((await wire.secrets()).map(({ name }) => name))].sort()
}

test.describe('no script in the page can read a token', () => {
  test('while somebody is signed in and calls the API', async ({ page, wire }) => {
    await signIn(page)
    await visit(page, 'Profile')
    await expectNoSecrets(page, wire)
    await visit(page, 'Orders')
    await callApi(page)
    await expect(orders(page)).toBeVisible()
    await expectNoSecrets(page, wire)
    expect(await namesOf(wire)).toEqual([
      'access_token',
      'code',
      'code_verifier',
      'id_token',
      'nonce',
      'refresh_token',
      'state',
    ])
  })

  test('after a refresh, neither the new ones nor the old ones', async ({ page, wire }) => {
    await signIn(page)
    await refreshNow(page)
    await expectNoSecrets(page, wire)
    const accessTokens = (await wire.secrets()).filter(({ name }) => name === 'access_token')
    expect(accessTokens).toHaveLength(2)
  })

  test('after a refresh that failed', async ({ page, wire, idp, problems }) => {
    problems.allow(/status of 50/)
    await signIn(page)
    idp.addFault({ path: '/token', status: 503, body: '<h1>too busy</h1>', times: 1 })
    await page.getByRole('button', { name: 'Refresh now' }).click()
    await expect(page.getByRole('log')).toContainText('refresh_failed')
    await expectNoSecrets(page, wire)
  })

  test('after the session was ended by the provider', async ({ page, wire, idp, problems }) => {
    problems.allow(/status of 400/)
    await signIn(page)
    await idp.revokeGrants()
    await page.getByRole('button', { name: 'Refresh now' }).click()
    await expect(page.getByRole('alert')).toBeVisible()
    await expectNoSecrets(page, wire)
  })

  test('after signing out here only', async ({ page, wire }) => {
    await signInAt(page, '/profile')
    await signOutHereOnly(page)
    await expect(heading(page)).toHaveText('You are signed out')
    await expectNoSecrets(page, wire)
  })

  test('after signing out', async ({ page, wire }) => {
    await signIn(page)
    await signOut(page)
    await expect(page).toHaveURL('/')
    await expectSignedOut(page)
    await expectNoSecrets(page, wire)
  })

  test('after signing out while the provider was down', async ({ page, wire, idp, problems }) => {
    problems.allow(/ERR_CONNECTION_REFUSED/)
    await signInAt(page, '/profile')
    await idp.goDown()
    await signOut(page)
    await expect(heading(page)).toHaveText('You are not signed in')
    await expectNoSecrets(page, wire)
  })
})

test.describe('no script in the page can read what a sign-in was protected by', () => {
  test('after the person declined', async ({ page, wire }) => {
    await page.goto('/')
    await startSignIn(page)
    await page.getByRole('button', { name: 'Cancel' }).click()
    await expect(page.getByRole('alert')).toBeVisible()
    expect(await namesOf(wire)).toEqual(['nonce', 'state'])
    await expectNoSecrets(page, wire)
  })

  test('even where the provider repeats it in its refusal', async ({ page, wire, idp, problems }) => {
    problems.allow(/status of 400/)
    await page.route(`${idp.issuer}/token`, async (route) => {
      const sent = Object.fromEntries(new URLSearchParams(route.request().postData() ?? ''))
      await route.fulfill({
        status: 400,
        headers: { 'access-control-allow-origin': '*' },
        json: {
          error: 'invalid_grant',
          error_description: `no good: ${sent.code} with ${sent.code_verifier}`,
        },
      })
    })
    await page.goto('/')
    await startSignIn(page)
    await enterPassword(page)
    await expect(page.getByRole('main')).toContainText('The provider said')
    await expect(page.getByRole('main')).toContainText('no good:')
    expect(await namesOf(wire)).toContain('code_verifier')
    await expectNoSecrets(page, wire)
  })

  test('except in this tab’s storage while the answer is awaited', async ({ page, wire }) => {
    await page.goto('/')
    await startSignIn(page)
    await expectPasswordPage(page)
    await page.goto('/no-such-page')
    expect(await namesOf(wire)).toEqual(['nonce', 'state'])
    expect(await findSecrets(page, wire)).toEqual(['nonce in sessionStorage', 'state in sessionStorage'])
    expect(await page.evaluate(() => JSON.stringify(sessionStorage))).toContain('codeVerifier')

    await startSignIn(page)
    await enterPassword(page)
    await expectSignedIn(page)
    expect(await page.evaluate(() => JSON.stringify(sessionStorage).match(/codeVerifier/g))).toHaveLength(1)
  })
})

test('every secret is sent where it belongs, and nowhere else', async ({ page, wire, idp, demo }) => {
  await signIn(page)
  await refreshNow(page)
  await visit(page, 'Orders')
  await callApi(page)
  await expect(orders(page)).toBeVisible()
  await signOut(page)
  await expect(page).toHaveURL('/')
  await expectSignedOut(page)

  const servers = { [idp.issuer]: 'provider', [idp.apiUrl]: 'API', [demo.url]: 'app' }
  const sent = await findSentSecrets(wire, servers)
  const ofName = (name: string) => sent.filter((finding) => finding.startsWith(`${name} to `))
  expect(ofName('access_token')).toEqual(['access_token to API/me', 'access_token to API/orders'])
  expect(ofName('refresh_token')).toEqual([
    'refresh_token to provider/token',
    'refresh_token to provider/token/revocation',
  ])
  // OpenID Connect RP-Initiated Logout 1.0 section 2 wants it in the address.
  expect(ofName('id_token')).toEqual(['id_token to provider/session/end'])
  expect(ofName('code_verifier')).toEqual(['code_verifier to provider/token'])
  // The ID token has it among its claims.
  expect(ofName('nonce')).toEqual(['nonce to provider/auth', 'nonce to provider/session/end'])
  expect(ofName('code').filter((finding) => !finding.startsWith('code to app/'))).toEqual([
    'code to provider/token',
  ])
})

test('the search finds what is hidden on purpose, however it is spelled', async ({ page, wire }) => {
  await signIn(page)
  const token = (await wire.secrets()).find(({ name }) => name === 'refresh_token')?.value ?? ''
  const idToken = (await wire.secrets()).find(({ name }) => name === 'id_token')?.value ?? ''

  const hide: Readonly<Record<string, () => Promise<unknown>>> = {
    'refresh_token in localStorage': () => page.evaluate((text) => localStorage.setItem('t', text), token),
    'refresh_token in sessionStorage': () =>
      page.evaluate((text) => sessionStorage.setItem('t', btoa(JSON.stringify({ text }))), token),
    'refresh_token in cookie': () =>
      page.evaluate((text) => {
        // biome-ignore lint/suspicious/noDocumentCookie: where a careless app would put it
        document.cookie = `t=${encodeURIComponent(text)}`
      }, token),
    'refresh_token in IndexedDB': () =>
      page.evaluate(
        (text) =>
          new Promise((resolve) => {
            const request = indexedDB.open('t')
            request.onupgradeneeded = () => request.result.createObjectStore('t').put({ text }, 'key')
            request.onsuccess = () => resolve(request.result.close())
          }),
        token,
      ),
    'refresh_token in Cache': () =>
      page.evaluate(async (text) => (await caches.open('t')).put('/t', new Response(text)), token),
    'refresh_token in DOM': () =>
      page.evaluate((text) => {
        document.body.append(Object.assign(document.createElement('input'), { value: text }))
      }, token),
    'refresh_token in history': () =>
      page.evaluate((text) => history.replaceState(null, '', `#${text}`), token),
    'refresh_token in history.state': () =>
      page.evaluate((text) => history.replaceState({ text }, ''), token),
    'refresh_token in objects': () =>
      page.evaluate((text) => Object.assign(window, { t: { deep: new Map([['x', [text]]]) } }), token),
    'refresh_token in console': () => page.evaluate((text) => console.info(`token: ${text}`), token),
    'id_token in DOM': () =>
      page.evaluate((text) => document.body.setAttribute('data-t', text), idToken.split('.')[1] ?? ''),
    'id_token in objects': () =>
      page.evaluate((text) => Object.assign(window, { i: new TextEncoder().encode(text) }), idToken),
  }
  for (const [finding, plant] of Object.entries(hide)) {
    expect(await findSecrets(page, wire)).not.toContain(finding)
    await plant()
    await expect.poll(() => findSecrets(page, wire)).toContain(finding)
  }
})
