import { readJson } from '../root.mjs'
import { workspaces } from '../workspaces.mjs'

/**
 * What an app of the usual kind imports, and the other entries of the packages; and, where they have no budget, what
 * it must not cost to import one thing of many. `without` names what the app has anyway.
 *
 * @type {Record<string, string | { code: string, without: readonly string[] }>}
 */
export const entries = {
  app: `
    export { createAuthClient } from '@latchkey/core'
    export { AuthProvider, Callback, RequireAuth, useAuth } from '@latchkey/react'`,
  client: `export { createAuthClient } from '@latchkey/core'`,
  errors: `
    export { AuthError, ConfigurationError, isAuthError, NetworkError, ProtocolError, ServerError } from '@latchkey/core'
    export { SignInRequiredError } from '@latchkey/core'`,
  'is-expired': `export { isExpired } from '@latchkey/core'`,
  steps: `export { createAuthorizationUrl, exchangeCode } from '@latchkey/core'`,
  vault: `import '@latchkey/core/vault'`,
  hosted: `
    export { createHostedClient } from '@latchkey/core/hosted'
    export { Callback, ClientProvider, useAuth } from '@latchkey/react'`,
  'hosted-guarded': `
    export { createHostedClient } from '@latchkey/core/hosted'
    export { Callback, ClientProvider, RequireAuth, useAuth } from '@latchkey/react'`,
  host: `import '@latchkey/core/host'`,
  'use-auth': `export { useAuth } from '@latchkey/react'`,
  react: { code: `export * from '@latchkey/react'`, without: ['@latchkey/core'] },
  'react-popup': `export { useReauthentication } from '@latchkey/react/popup'`,
  router: `export { callbackRoute, requireAuth } from '@latchkey/react/router'`,
  'tanstack-router': `export { handleCallback, requireAuth } from '@latchkey/react/tanstack-router'`,
  'silent-callback': `import '@latchkey/core/silent-callback'`,
  popup: `export { loginWithPopup } from '@latchkey/core/popup'`,
  dpop: `export { dpop } from '@latchkey/core/dpop'`,
  axios: `export { axiosAdapter } from '@latchkey/core/axios'`,
  ky: `export { kyOptions } from '@latchkey/core/ky'`,
  'tanstack-query': `export { connectQueryClient } from '@latchkey/core/tanstack-query'`,
  'front-channel-logout': `export { handleFrontChannelLogout } from '@latchkey/core/front-channel-logout'`,
  testing: { code: `export * from '@latchkey/testing'`, without: ['@latchkey/core'] },
  'test-client': `export { createTestAuth } from '@latchkey/testing'`,
  provider: `export { createFakeProvider } from '@latchkey/testing/provider'`,
  playwright: `export { createAuthFixture, routeProvider } from '@latchkey/testing/playwright'`,
  storybook: {
    code: `export { withTestAuth } from '@latchkey/testing/storybook'`,
    without: ['@latchkey/core', '@latchkey/react'],
  },
}

/** Libraries that no bundle holds. */
export const libraries = [
  'react',
  'react-dom',
  'axios',
  'ky',
  '@tanstack/query-core',
  '@tanstack/react-query',
  '@tanstack/react-router',
  'react-router',
  'react-router-dom',
  '@playwright/test',
]

/** The entries that the packages offer to everybody, as an import names them, that nothing above imports. */
export function unmeasuredEntries() {
  const code = JSON.stringify(entries)
  return workspaces('packages')
    .map((workspace) => readJson(`${workspace}/package.json`))
    .flatMap(({ name, exports }) => Object.keys(exports).map((path) => `${name}${path.slice(1)}`))
    .filter((specifier) => !/\/(internal(\/.*)?|package\.json)$/.test(specifier))
    .filter((specifier) => !code.includes(`'${specifier}'`))
}
