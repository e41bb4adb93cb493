import type { OpenIdOptions, Platform } from '../src/index.ts'
import type { FakeApp, Tab } from './fake-app.ts'
import { createFakeVault, type FakeVault } from './fake-vault.ts'
import { inTime } from './in-time.ts'

/** Signs in to an app whose tokens are in a vault. @returns the vault, the tab, and the options for more of them */
export async function signInToVault(
  app: FakeApp,
  given: Partial<OpenIdOptions> = {},
  { send, sealed = false }: { readonly send?: Platform['send']; readonly sealed?: boolean } = {},
): Promise<{ readonly vault: FakeVault; readonly tab: Tab; readonly options: Partial<OpenIdOptions> }> {
  const { clock } = app.open().platform
  const vault = createFakeVault({ browser: app.browser, clock, fetch: app.provider.fetch, send })
  const options = { ...given, vault: { worker: vault.createWorker, sealed } }
  const left = app.open({ options })
  await inTime(left.platform, left.auth.login())
  const href = app.provider.signIn(left.platform.visited.at(-1) ?? '')
  const tab = app.load({ options, href, stored: left.platform.stored, ...(send && { send }) })
  await inTime(tab.platform, tab.auth.handleCallback())
  return { vault, tab, options }
}
