/** How a session stands in a vault, and what of it is told, with everything in it that may be in it. */
export const wholeRecord = { epoch: 1.5, status: 'signed_in', refreshes: 0, rotation: 0 }

export const wholeSession = {
  claims: { iss: 'https://id.example', sub: 'alice' },
  scope: 'openid',
  accessTokenExpiresAt: 2,
  hasRefreshToken: true,
  userInfo: { claims: { sub: 'alice' }, askedAtMs: 1 },
  providerSession: { state: 's', frameUrl: 'https://id.example/session' },
  switchedTo: { organization: 'acme' },
}
