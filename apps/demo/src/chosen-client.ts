import { configuration } from './configuration.ts'

/** An app as the provider knows it. */
export interface Client {
  readonly clientId: string
  readonly name: string
  readonly about: string
  /** Its sign-ins are pushed (RFC 9126), and its tokens are bound to a key (RFC 9449). */
  readonly isStrict?: true
}

/** Your app needs one of these. This one plays three parts, so that you can see them all. */
export const clients: readonly [Client, ...Client[]] = [
  {
    clientId: configuration.clientId,
    name: 'Latchkey Demo',
    about: 'Our own app: you go straight in.',
  },
  {
    clientId: 'latchkey-partner',
    name: 'Partner Print Shop',
    about: 'Somebody else’s app: the provider asks for your consent.',
  },
  {
    clientId: 'latchkey-bank',
    name: 'Pocket Bank',
    about: 'A strict app: its tokens are bound to a key, and no address says what it asks for.',
    isStrict: true,
  },
]

const storageKey = 'latchkey-demo.client'

/** Kept for this tab, because the choice must outlast the way to the provider and back. */
export function chosenClient(): Client {
  const chosen = sessionStorage.getItem(storageKey)
  return clients.find(({ clientId }) => clientId === chosen) ?? clients[0]
}

/** Loads the page anew, so that the rest of the app can rely on one client that never changes. */
export function chooseClient({ clientId }: Client): void {
  sessionStorage.setItem(storageKey, clientId)
  location.reload()
}
