import { createAuthClient } from '@latchkey/core'
import { chosenClient } from './chosen-client.ts'
import { configuration } from './configuration.ts'

/** The session of this app. Making it does nothing yet, so it may stand here, where everything can import it. */
export const auth = createAuthClient({
  issuer: configuration.issuer,
  clientId: chosenClient().clientId,
  redirectUri: '/callback',
  scope: 'openid profile email',
})
