import { createAuthClient } from '@latchkey/core'
import { dpop } from '@latchkey/core/dpop'
import { holdSession } from '@latchkey/core/popup'
import { areTokensBound } from './are-tokens-bound.ts'
import { chosenClient } from './chosen-client.ts'
import { chosenEnding } from './chosen-ending.ts'
import { chosenKeeper, isInVault } from './chosen-keeper.ts'
import { chosenOrganization } from './chosen-organization.ts'
import { chosenWatch } from './chosen-watch.ts'
import { configuration } from './configuration.ts'
import { createVault } from './create-vault.ts'
import { chosenTimeout } from './idle/chosen-timeout.ts'
import { personSchema } from './person.ts'
import { rehearsal } from './rehearsal/rehearsal.ts'

const { apiUrl, apiResource, stockUrl, paymentsUrl } = configuration
const keeper = chosenKeeper()
const idleTimeoutSeconds = chosenTimeout()
const { clientId, isStrict } = chosenClient()
const isBound = areTokensBound()

/** The session of this app. Making it does nothing yet, so it may stand here, where everything can import it. */
export const auth = createAuthClient({
  issuer: configuration.issuer,
  clientId,
  redirectUri: '/callback',
  silentRedirectUri: '/silent-callback.html',
  restoreByRedirect: configuration.restoreByRedirect,
  scope: 'openid profile email',
  claims: personSchema,
  ...(isStrict && { pushedAuthorization: 'always' }),
  ...(isBound && { binding: dpop() }),
  ...(keeper === 'at rest' && { persist: 'bound' }),
  apis: [
    apiUrl,
    // It takes no token but one that is bound to a key; the other one has never heard of keys.
    isBound
      ? { url: paymentsUrl, resource: paymentsUrl, scope: 'payments:read' }
      : { url: stockUrl, resource: stockUrl, scope: 'stock:read' },
  ],
  // A sign-in asks for the orders API, and one for bound tokens asks for both. For the stock, only whoever needs it.
  resources: [apiResource, ...(isBound ? [paymentsUrl] : [])],
  params: chosenOrganization(),
  identifiedBy: ['organization'],
  ...(idleTimeoutSeconds !== undefined && { idleTimeoutSeconds }),
  ...(isInVault(keeper) && { vault: { worker: createVault, sealed: keeper === 'sealed vault' } }),
  watchProviderSession: chosenWatch() === 'end here too',
  ...(chosenEnding() === 'keep the page' && { onSessionLost: holdSession }),
  // For the buttons "Go offline" and "Expire now". Your app needs no such line.
  platform: rehearsal,
})
