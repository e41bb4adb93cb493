import type { Page } from '@playwright/test'
import type { KeeperKind } from '../keeper-kind.ts'
import { test as base } from '../test.ts'
import { findSecrets } from './find-secrets.ts'
import { tapVault, type VaultTap } from './vault-tap.ts'
import { tapWire, type WireTap } from './wire-tap.ts'

export { expect } from '../test.ts'

interface Taps {
  readonly vault: VaultTap
  readonly wire: WireTap
  /** Every secret that can be read anywhere now, but what a sign-in leaves behind. */
  readonly secretsIn: (page: Page) => Promise<readonly string[]>
}

/** Listens, from the beginning, to all that could carry a secret. */
export const test = base.extend<Taps>({
  vault: async ({ demo }, use) => {
    const tap = await tapVault(demo)
    await use(tap)
    await tap.stop()
  },
  wire: [
    async ({ context, idp: { issuer, plainUrl }, vault }, use) => {
      const tokens = [`${issuer}/token`, `${plainUrl}/login/oauth/access_token`]
      await use(tapWire(context, { tokens, pushed: [`${issuer}/request`] }, vault.exchanges))
    },
    { auto: true },
  ],
  secretsIn: async ({ wire, messages, keeper }, use) => {
    const allowed = [...spent, ...passed[keeper]]
    await use(async (page) => {
      const findings = await findSecrets(page, wire, messages)
      return findings.filter((finding) => !allowed.includes(finding))
    })
  },
})

/** What a sign-in leaves behind: the code is spent by then, and `state` names what was answered. */
const spent = [
  // The addresses that a page and a frame in it were loaded from: nothing can change them.
  'code in timing',
  'nonce in timing',
  'state in timing',
  // The router looked at the address before <Callback> was rendered, and remembers what it saw.
  'code in objects',
  'state in objects',
  // A tombstone sends a reload of the callback page on its way.
  'state in sessionStorage',
]

/** The page takes them to the provider and back. */
const ofSignIn = [
  'code in worker messages',
  'code_verifier in worker messages',
  'nonce in worker messages',
  'state in worker messages',
]

/** What passes between the page and its vault. Refresh tokens do not, nor keys. */
const passed: Readonly<Record<KeeperKind, readonly string[]>> = {
  memory: [],
  'at rest': [],
  vault: [...ofSignIn, 'access_token in worker messages'],
  'sealed vault': ofSignIn,
}

/** OpenID Connect RP-Initiated Logout 1.0 section 2 wants the ID token in the address that the page goes to. */
export const logoutAddress = 'id_token in worker messages'
