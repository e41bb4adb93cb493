import { createEngine, type Engine, type EngineContext } from './engine.ts'
import type { Keeper } from './keeper/keeper.ts'

/**
 * Makes the engine around a keeper, with the code that only some apps ask for. It is loaded from here, and not beside the
 * engine: bundlers then know that what both need is there already, and do not make files of their own of it.
 */
export async function assembleEngine<TUser>(
  context: EngineContext<TUser>,
  keeper: Keeper | Promise<Keeper>,
): Promise<Engine> {
  const { limits, watchProviderSession, userInfo, loadUser } = context.settings
  const [plain, parts] = await Promise.all([
    keeper,
    limits || watchProviderSession || userInfo || loadUser ? import('./engine-parts.ts') : undefined,
  ])
  return createEngine(context, plain, parts)
}
