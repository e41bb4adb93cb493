import { createAuthClient } from '@latchkey/core'
import { createAuthContext } from '@latchkey/react'
import { configuration } from '../configuration.ts'

const { plainUrl } = configuration

/**
 * A second session on the same page, at a server from before OpenID Connect: it has no metadata, so its addresses
 * stand here, and it says nothing of the person in its tokens.
 */
export const photoAuth = createAuthClient({
  clientId: 'latchkey-photos',
  redirectUri: '/photos/callback',
  endpoints: {
    authorization: `${plainUrl}/login/oauth/authorize`,
    token: `${plainUrl}/login/oauth/access_token`,
  },
  scope: 'user:read photos:read',
  apis: [plainUrl],
})

/** Components and hooks that mean this session, wherever they stand: those of the package mean the app's own. */
export const {
  AuthProvider: PhotoAuthProvider,
  Callback: PhotoCallback,
  useAuth: usePhotoAuth,
} = createAuthContext<undefined>()
