import { createAuthClient } from '@latchkey/core'
import { createAuthContext } from '@latchkey/react'
import { ApiError } from '../api-error.ts'
import { configuration } from '../configuration.ts'

const { plainUrl } = configuration

/**
 * A second session on the same page, at a server from before OpenID Connect: it has no metadata, so its addresses
 * stand here, and its tokens say nothing of the person, so its API is asked.
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
  async loadUser(accessToken, fetch) {
    const headers = { authorization: `Bearer ${accessToken}` }
    const response = await fetch(`${plainUrl}/user`, { headers })
    if (!response.ok) throw new ApiError(`/user answered ${response.status}`, { status: response.status })
    const { id, name } = (await response.json()) as { readonly id: string; readonly name: string }
    return { sub: id, name }
  },
})

/** Components and hooks that mean this session, wherever they stand: those of the package mean the app's own. */
export const {
  AuthProvider: PhotoAuthProvider,
  Callback: PhotoCallback,
  useAuth: usePhotoAuth,
} = createAuthContext(photoAuth)
