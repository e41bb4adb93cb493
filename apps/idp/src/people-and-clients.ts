import { avatar } from './avatar.ts'

/** Somebody who can sign in here. */
export interface User {
  readonly username: string
  readonly password: string
  /** The `sub` claim: it never changes, whatever happens to the name. */
  readonly subject: string
  /** What apps may learn; `scopes.ts` says which scope opens which claim. */
  readonly claims: {
    readonly name: string
    readonly email: string
    readonly [claim: string]: unknown
  }
}

/** An app that may send people here. Every client is public: it has no secret, it proves itself by PKCE. */
export interface ClientEntry {
  readonly clientId: string
  /** How the pages name it. */
  readonly name: string
  /** Our own app gets what it asks for; anybody else's asks the person first. */
  readonly party: 'first' | 'third'
  /** It must push its authorization requests (RFC 9126); the others may. */
  readonly mustPush?: true
  /** It is told in a frame when the session here ends, by its page `/front-channel-logout.html` on its first origin. */
  readonly frontChannelLogout?: true
}

/** To add somebody, copy an entry and start again. These are no secrets: the login page shows them. */
export const users: readonly User[] = [
  {
    username: 'alice',
    password: 'wonderland',
    subject: 'user-1001',
    claims: {
      name: 'Alice Liddell',
      given_name: 'Alice',
      family_name: 'Liddell',
      preferred_username: 'alice',
      picture: avatar('AL', '#6d4ae0'),
      locale: 'en-GB',
      roles: ['member', 'admin'],
      email: 'alice@example.com',
      email_verified: true,
    },
  },
  {
    username: 'bob',
    password: 'can-we-fix-it',
    subject: 'user-1002',
    claims: {
      name: 'Bob Builder',
      given_name: 'Bob',
      family_name: 'Builder',
      preferred_username: 'bob',
      picture: avatar('BB', '#b4530a'),
      locale: 'de-DE',
      roles: ['member'],
      email: 'bob@example.com',
      email_verified: false,
    },
  },
]

/**
 * Each of them may come back to `/callback`, in a hidden frame to `/silent-callback.html`, and after signing out
 * to `/`, on every origin of the app.
 */
export const clients: readonly ClientEntry[] = [
  { clientId: 'latchkey-demo', name: 'Latchkey Demo', party: 'first' },
  { clientId: 'latchkey-partner', name: 'Partner Print Shop', party: 'third', frontChannelLogout: true },
  { clientId: 'latchkey-bank', name: 'Pocket Bank', party: 'first', mustPush: true },
]

/** What the app in everybody's phone would show at the second step of a sign-in. The page shows it too. */
export const secondStepCode = '246810'

export function findClient(clientId: string): ClientEntry | undefined {
  return clients.find((client) => client.clientId === clientId)
}
