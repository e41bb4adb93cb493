import type { Engine, EngineContext } from './engine.ts'
import { assembleEngine } from './engine-assembly.ts'
import type { MemoryKeeper } from './keeper/memory.ts'
import { createPageKeeper, type KeeperContext } from './keeper/page-keeper.ts'

/**
 * Makes the engine of a page that keeps its tokens itself. All of it is one file to load: bundlers share out what two
 * files load to a third, and each costs the page a request.
 */
export function loadEngine<TUser>(context: EngineContext<TUser>): Promise<Engine> {
  return assembleEngine(context, loadKeeperInPage(context))
}

/** The keeper of such a page, with what binds its tokens where the options ask for that. */
export async function loadKeeperInPage(context: KeeperContext): Promise<MemoryKeeper> {
  const parts = context.settings.binding && (await import('./keeper/bound-parts.ts'))
  return createPageKeeper(context, parts?.createBoundParts)
}
