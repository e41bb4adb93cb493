import { oidcEarlyInit } from 'oidc-spa/entrypoint'

/** What its Vite plugin makes of an app's entry: it looks at the address before the app is loaded. */
const { shouldLoadApp } = oidcEarlyInit({ BASE_URL: '/' })
if (shouldLoadApp) void import('../app/main.tsx')
