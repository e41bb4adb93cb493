import type { User } from '@latchkey/core'

/** Somebody who is signed in at the provider, whichever apps know of it. */
export interface SignedIn {
  readonly user: User
  /** Seconds since the epoch. */
  readonly authTime: number
  readonly sid: string
}

/** The provider's own session, which its cookie would stand for. One browser has one. */
export interface ProviderSession {
  current(): SignedIn | undefined
  /** Signs in whoever has this as `sub`, `email` or `preferred_username`, or else whoever comes first. */
  signIn(hint?: string): SignedIn | undefined
  /** From now on it is this person who signs in. */
  choose(user: User): void
  signOut(): void
}

/** Makes a {@link ProviderSession}, with nobody signed in. */
export function createProviderSession(users: readonly User[], nowSeconds: () => number): ProviderSession {
  let chosen = users[0]
  let current: SignedIn | undefined
  let serial = 0
  return {
    current: () => current,
    signIn(hint) {
      const isMeant = ({ sub, email, preferred_username }: User): boolean =>
        hint !== undefined && [sub, email, preferred_username].includes(hint)
      const user = users.find(isMeant) ?? chosen
      if (!user) return undefined
      serial += 1
      current = { user, authTime: Math.floor(nowSeconds()), sid: `fake-session-${serial}` }
      return current
    },
    choose(user) {
      chosen = user
    },
    signOut() {
      current = undefined
    },
  }
}
