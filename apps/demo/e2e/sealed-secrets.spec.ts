import {
  callApi,
  expectSignedIn,
  openTabInSession,
  orders,
  pressAndAwaitAnswer,
  signIn,
  signOutAndReturn,
  visit,
} from './journeys.ts'
import { grants } from './provider-log.ts'
import { findSentSecrets } from './secrets/find-secrets.ts'
import { expect, logoutAddress, test } from './secrets/test.ts'

// So short that a call makes the vault refresh, and so long that none comes too late.
test.use({ keeper: 'sealed vault', accessTokenSeconds: 10 })

test('from the sign-in to the sign-out no token enters a page or a message to it, and the API gets its own', async ({
  page,
  context,
  wire,
  messages,
  secretsIn,
  idp,
  demo,
}) => {
  await signIn(page)
  await visit(page, 'Orders')
  await callApi(page)
  await expect(orders(page)).toBeVisible()
  const second = await openTabInSession(context, '/orders')
  await page.reload()
  await expectSignedIn(page)
  await expect(async () => {
    await pressAndAwaitAnswer(page, 'Call the API')
    expect(grants(idp, 'refresh_token')).toMatchObject([{ status: 200 }])
  }).toPass()
  for (const tab of [page, second]) {
    await callApi(tab)
    await expect(orders(tab)).toBeVisible()
    expect(await secretsIn(tab)).toEqual([])
  }
  await signOutAndReturn(page)
  expect((await secretsIn(page)).filter((finding) => finding !== logoutAddress)).toEqual([])

  // The search has heard what the vault said, and knew what to look for.
  expect(messages.worker.join('\n')).toContain('Brass key')
  const secrets = await wire.secrets()
  const tokens = (name: string) => secrets.filter((secret) => secret.name === name).length
  expect(tokens('access_token')).toBeGreaterThan(1)
  expect(tokens('refresh_token')).toBeGreaterThan(1)
  expect(tokens('id_token')).toBeGreaterThan(0)
  const servers = { [idp.issuer]: 'provider', [idp.apiUrl]: 'API', [demo.url]: 'app' }
  const sent = await findSentSecrets(wire, servers)
  expect(sent.filter((finding) => finding.startsWith('access_token to '))).toEqual([
    'access_token to API/me',
    'access_token to API/orders',
  ])
})
