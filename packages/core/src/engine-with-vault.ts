import type { Engine, EngineContext } from './engine.ts'
import { assembleEngine } from './engine-assembly.ts'
import { throwNotLoaded } from './errors.ts'
import { createKeeperWithFallback } from './keeper/with-fallback.ts'

/** Makes the engine of a page whose tokens are in a vault. What keeps them in the page is loaded where there is none. */
export function loadEngine<TUser>(context: EngineContext<TUser>): Promise<Engine> {
  const keeper = createKeeperWithFallback(context, () =>
    import('./engine-in-page.ts')
      .then(({ loadKeeperInPage }) => loadKeeperInPage(context))
      .catch(throwNotLoaded),
  )
  return assembleEngine(context, keeper)
}
