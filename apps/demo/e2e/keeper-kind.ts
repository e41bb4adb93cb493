import type { BrowserContext } from '@playwright/test'

/** Where the demo keeps its tokens. */
export type KeeperKind = 'memory' | 'at rest' | 'vault' | 'sealed vault'

/** Chooses where the tokens are kept, in every tab of a context. */
export async function chooseKeeper(context: BrowserContext, keeper: KeeperKind): Promise<void> {
  if (keeper === 'memory') return
  await context.addInitScript((chosen) => {
    // A page without an address has no storage.
    if (location.protocol === 'http:') localStorage.setItem('latchkey-demo.keeper', chosen)
  }, keeper)
}
