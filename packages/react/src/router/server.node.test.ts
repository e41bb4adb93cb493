import { createAuthClient } from '@latchkey/core'
import { describe, expect, it } from 'vitest'
import * as router from './index.ts'
import * as tanstack from './tanstack/index.ts'

const auth = createAuthClient({ issuer: 'https://id.example', clientId: 'app', redirectUri: '/callback' })
const request = new Request('https://app.example/settings')

describe('on a server', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['a loader', () => router.requireAuth(auth)({ request })],
    ['a loader of a hash router', () => router.requireAuth(auth, { history: 'hash' })({ request })],
    ['a middleware', () => router.requireAuth(auth)({ request }, () => Promise.resolve('shown'))],
    [
      'TanStack’s beforeLoad',
      () =>
        tanstack.requireAuth(auth)({
          location: { publicHref: '/settings' },
          abortController: new AbortController(),
          preload: false,
        }),
    ],
    ['a callback', () => router.handleCallback(auth)({ request })],
  ])('%s says that it belongs into the browser, and lets nobody in', async (_, guard) => {
    await expect(guard()).rejects.toMatchObject({ name: 'ConfigurationError', code: 'no_browser' })
  })
})
