import { createAuthClient } from '@latchkey/core'

declare const ISSUER: string

export const auth = createAuthClient({ issuer: ISSUER, clientId: 'latchkey-demo', redirectUri: '/callback' })
