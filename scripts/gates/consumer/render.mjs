// What an app on a server does with the packed packages: import, create, render.
import assert from 'node:assert/strict'
import { createAuthClient } from '@latchkey/core'
import { AuthProvider, useAuth } from '@latchkey/react'
import { createElement } from 'react'
import { renderToString } from 'react-dom/server'

const client = createAuthClient({
  issuer: 'https://id.example.com',
  clientId: 'my-app',
  redirectUri: 'https://app.example.com/callback',
})

function Status() {
  return createElement('p', null, useAuth().status)
}

const html = renderToString(createElement(AuthProvider, { client }, createElement(Status)))
assert.equal(html, '<p>loading</p>')
