import { onTestFinished } from 'vitest'
import { createPageKeeper } from '../src/keeper/page-keeper.ts'
import { createKeeperWithFallback } from '../src/keeper/with-fallback.ts'
import { createVaultBrowser, type VaultBrowserOptions } from './fake-vault.ts'
import type { KeeperPage } from './keeper-pages.ts'

/** A browser whose pages keep their session in a vault. */
export type VaultBrowser = Awaited<ReturnType<typeof createVaultBrowser>>

/** A browser in which somebody is signed in on one page. */
export type SignedInBrowser = VaultBrowser & { readonly page: KeeperPage }

/** Opens a browser for as long as the test runs. */
export async function openVaultBrowser(options?: VaultBrowserOptions): Promise<VaultBrowser> {
  const browser = await createVaultBrowser(options)
  onTestFinished(browser.close)
  return browser
}

/** Opens a browser whose pages do without the vault where there is none. */
export function openWithFallback(options?: VaultBrowserOptions): Promise<VaultBrowser> {
  return openVaultBrowser({
    createKeeper: (context) => createKeeperWithFallback(context, async () => createPageKeeper(context)),
    ...options,
  })
}

/** Signs somebody in on a page of the browser. Hidden, it is not renewed ahead of time. */
export async function signedIn(
  opened: Promise<VaultBrowser>,
  { isHidden = false }: { isHidden?: boolean } = {},
): Promise<SignedInBrowser> {
  const browser = await opened
  const page = browser.openPage()
  if (isHidden) await page.hide()
  await page.signIn()
  return { ...browser, page }
}

/** Opens a browser that lets its first page have the vault, and no page another. */
export async function openWithOneWorker(options?: VaultBrowserOptions): Promise<VaultBrowser> {
  let isFirst = true
  const browser = await openWithFallback({
    worker: () => {
      if (!isFirst) throw new ReferenceError('SharedWorker is not defined')
      isFirst = false
      return browser.vault.createWorker()
    },
    ...options,
  })
  return browser
}

/** Two pages that share a session over two vaults, of which that of `other` has just died. */
export async function besideDeadVault(
  opened: Promise<VaultBrowser>,
): Promise<SignedInBrowser & { readonly other: KeeperPage }> {
  const browser = await signedIn(opened)
  browser.vault.deploy()
  const other = browser.openPage()
  await other.keeper.restore()
  browser.vault.crash()
  return { ...browser, other }
}
