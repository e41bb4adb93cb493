import { throwNotLoaded } from '../errors.ts'
import type { Keeper } from './keeper.ts'
import type { MemoryKeeper } from './memory.ts'
import type { KeeperContext } from './page-keeper.ts'

/** The keeper that the options ask for. Its code is loaded here, so that nobody loads that of the other. */
export async function loadKeeper(context: KeeperContext): Promise<Keeper> {
  const loadPageKeeper = async (): Promise<MemoryKeeper> => {
    const [{ createPageKeeper }, parts] = await Promise.all([
      import('./page-keeper.ts'),
      context.settings.binding && import('./bound-parts.ts'),
    ])
    return createPageKeeper(context, parts?.createBoundParts)
  }
  if (!context.settings.vault) return loadPageKeeper()
  const { createKeeperWithFallback } = await import('./with-fallback.ts')
  return createKeeperWithFallback(context, () => loadPageKeeper().catch(throwNotLoaded))
}
