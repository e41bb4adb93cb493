import type { Page } from '@playwright/test'
import {
  callApi,
  expectSignedIn,
  expectSignedOut,
  orders,
  rungs,
  signIn,
  signInAt,
  signOut,
} from './journeys.ts'
import { authorizations, grants, requestsTo } from './provider-log.ts'
import { expect, test } from './secrets/test.ts'

test.use({ keeper: 'at rest' })

/** A server that wants a nonce in the proof says so by a refusal: the browser's own line about it. */
test.beforeEach(({ problems }) => problems.allow(/status of 40[01]/))

interface Kept {
  readonly name: string
  /** As far as it can be written down. */
  readonly text: string
  /** Of a key: what came of trying to read the private one. */
  readonly key?: { readonly isExtractable: boolean; readonly exported: string }
}

/** What this app keeps in IndexedDB, by any script of the page. */
function readKept(page: Page): Promise<readonly Kept[]> {
  return page.evaluate(async () => {
    const settle = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(request.error)
      })
    const kept: Kept[] = []
    for (const { name = '' } of await indexedDB.databases()) {
      const database = await settle(indexedDB.open(name))
      for (const storeName of database.objectStoreNames) {
        const store = database.transaction(storeName).objectStore(storeName)
        const [names, values] = [settle(store.getAllKeys()), settle(store.getAll())]
        for (const [index, value] of (await values).entries()) {
          const text = JSON.stringify({ database: name, storeName, value })
          kept.push({ name: String((await names)[index]), text, ...(await describeKey(value)) })
        }
      }
      database.close()
    }
    return kept

    async function describeKey({ keyPair }: { keyPair?: CryptoKeyPair }): Promise<Pick<Kept, 'key'>> {
      if (!keyPair) return {}
      const { privateKey } = keyPair
      const exported = await crypto.subtle.exportKey('jwk', privateKey).then(
        () => 'exported',
        (error: Error) => error.name,
      )
      return { key: { isExtractable: privateKey.extractable, exported } }
    }
  })
}

const kinds = async (page: Page): Promise<readonly string[]> =>
  (await readKept(page)).map(({ name }) => name.split('.')[0] ?? '').sort()

test('a session outlives every tab of the app, and is found again without anybody doing anything', async ({
  page,
  context,
  idp,
  secretsIn,
}) => {
  await signInAt(page, '/orders')
  await page.close()
  idp.clearRequests()

  const next = await context.newPage()
  await next.goto('/orders')
  await expectSignedIn(next)
  await expect(rungs(next).last()).toHaveText(/^The browser’s storage had the session/)
  await callApi(next)
  await expect(orders(next)).toBeVisible()
  expect(authorizations(idp)).toEqual([])
  // Once without the nonce that the provider wants, and once with it.
  expect(grants(idp, 'refresh_token').map(({ status }) => status)).toEqual([400, 200])
  expect(idp.reuses).toEqual([])

  // One record holds one token, and the key that it is bound to cannot be read. The nonce is a claim of an ID token.
  expect(await secretsIn(next)).toEqual(['nonce in IndexedDB', 'refresh_token in IndexedDB'])
  expect(await kinds(next)).toEqual(['key', 'session'])
  const keys = (await readKept(next)).flatMap(({ key }) => key ?? [])
  expect(keys).toEqual([{ isExtractable: false, exported: 'InvalidAccessError' }])
})

test('a sign-out takes away what rests, and the key', async ({ page, context }) => {
  await signIn(page)
  await expect.poll(() => kinds(page)).toEqual(['key', 'session'])
  await signOut(page)
  await expect(page).toHaveURL('/')
  await expectSignedOut(page)
  await expect.poll(() => kinds(page)).toEqual([])
  await page.close()
  const next = await context.newPage()
  await next.goto('/')
  await expectSignedOut(next)
})

test('what rests is worth nothing to whoever copies it without the key', async ({
  page,
  browser,
  idp,
  demo,
}) => {
  await signIn(page)
  const session = (await readKept(page)).find(({ name }) => name.startsWith('session.'))
  const { database, storeName, value } = JSON.parse(session?.text ?? '')
  idp.clearRequests()

  const body = new URLSearchParams({
    grant_type: 'refresh_token',
    client_id: 'latchkey-demo',
    refresh_token: value.refreshToken,
  })
  const answer = await fetch(`${idp.issuer}/token`, { method: 'POST', body })
  expect(await answer.json()).toMatchObject({ error: 'invalid_grant' })

  // Another browser is given all that can be copied: the record, and what tabs go by.
  const storage = await page.evaluate(() => ({ ...localStorage }))
  const thief = await (await browser.newContext({ baseURL: demo.url })).newPage()
  await thief.goto('/silent-callback.html')
  await thief.evaluate(
    async ({ storage, database, storeName, name, value }) => {
      for (const [key, text] of Object.entries(storage)) localStorage.setItem(key, text)
      const opening = indexedDB.open(database, 1)
      opening.onupgradeneeded = () => opening.result.createObjectStore(storeName)
      await new Promise((resolve) => {
        opening.onsuccess = resolve
      })
      const transaction = opening.result.transaction(storeName, 'readwrite')
      transaction.objectStore(storeName).put(value, name)
      await new Promise((resolve) => {
        transaction.oncomplete = resolve
      })
      opening.result.close()
    },
    { storage, database, storeName, name: session?.name ?? '', value },
  )
  await thief.goto('/')
  await expectSignedOut(thief)
  await expect(rungs(thief).filter({ hasText: 'The browser’s storage' })).toHaveText(/had nothing/)
  await thief.context().close()

  const tried = requestsTo(idp, '/token')
  expect(tried.map(({ status }) => status)).toEqual([400])

  // Whoever it belongs to goes on with it.
  await page.reload()
  await expectSignedIn(page)
  await expect.poll(() => grants(idp, 'refresh_token').at(-1)).toMatchObject({ status: 200 })
})
