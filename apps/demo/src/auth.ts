import { createAuthClient } from '@latchkey/core'
import { chosenClient } from './chosen-client.ts'
import { chosenKeeper } from './chosen-keeper.ts'
import { configuration } from './configuration.ts'
import { createVault } from './create-vault.ts'

/** The session of this app. Making it does nothing yet, so it may stand here, where everything can import it. */
export const auth = createAuthClient({
  issuer: configuration.issuer,
  clientId: chosenClient().clientId,
  redirectUri: '/callback',
  silentRedirectUri: '/silent-callback.html',
  scope: 'openid profile email',
  apis: [configuration.apiUrl],
  ...(chosenKeeper() === 'vault' && { vault: { worker: createVault } }),
})
