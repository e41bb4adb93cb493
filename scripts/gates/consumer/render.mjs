// What an app on a server does with the packed packages: import, create, render.
import assert from 'node:assert/strict'
import { createAuthClient } from '@latchkey/core'
import { dpop } from '@latchkey/core/dpop'
import { kyOptions } from '@latchkey/core/ky'
import { loginWithPopup } from '@latchkey/core/popup'
import { connectQueryClient } from '@latchkey/core/tanstack-query'
import { AuthProvider, useAuth } from '@latchkey/react'
import * as router from '@latchkey/react/router'
import * as tanstackRouter from '@latchkey/react/tanstack-router'
import { createTestAuth } from '@latchkey/testing'
import { createAuthFixture } from '@latchkey/testing/playwright'
import { createFakeProvider } from '@latchkey/testing/provider'
import { withTestAuth } from '@latchkey/testing/storybook'
import { createElement } from 'react'
import { renderToString } from 'react-dom/server'

const client = createAuthClient({
  issuer: 'https://id.example.com',
  clientId: 'my-app',
  redirectUri: 'https://app.example.com/callback',
  binding: dpop(),
})

function Status() {
  return createElement('p', null, useAuth().status)
}

const html = renderToString(createElement(AuthProvider, { client }, createElement(Status)))
assert.equal(html, '<p>loading</p>')

// They need no router to be loaded, and guard nothing on a server.
const request = new Request('https://app.example.com/settings')
await assert.rejects(router.requireAuth(client)({ request }), { code: 'no_browser' })
await assert.rejects(router.callbackRoute(client, '/callback').loader({ request }), { code: 'no_browser' })
await assert.rejects(tanstackRouter.handleCallback(client)({ abortController: new AbortController() }), {
  code: 'no_browser',
})

// Nor do they need the libraries that they are for.
assert.equal(kyOptions(client).fetch, client.fetch)
assert.equal(typeof connectQueryClient, 'function')

const signedIn = createTestAuth({ user: { sub: 'alice', name: 'Alice' } })
assert.equal(await signedIn.getAccessToken(), 'test-access-token')
const story = withTestAuth()(() => createElement(Status), { id: 'status', parameters: { auth: signedIn } })
assert.equal(renderToString(story), '<p>loading</p>')

const { issuer, fetch } = createFakeProvider()
const metadata = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json()
assert.equal(metadata.issuer, issuer)

// It needs no Playwright to be loaded.
assert.deepEqual(Object.keys(createAuthFixture()), ['signInOnce', 'authState', 'storageState'])

await assert.rejects(loginWithPopup(client), { code: 'no_browser' })
