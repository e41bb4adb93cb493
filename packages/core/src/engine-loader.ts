import type { Engine, EngineContext } from './engine.ts'
import { codeNotLoaded, noBrowser } from './errors.ts'
import { reloadPage } from './reload-page.ts'

/** The engine, from before it is there. */
export interface EngineLoader {
  /** The engine, once something has needed it. */
  current(): Engine | undefined
  /**
   * Runs with the engine: at once where it is there, so that a sign-out drops the tokens before anything
   * is awaited, and otherwise as soon as it is loaded. A load that failed is tried again by the next call.
   *
   * @param leave where the page is about to be left in any case: called when it is loaded anew for want of the engine, and
   * gives another address than its own where it has to
   * @throws {NetworkError} `code_not_loaded`
   * @throws {ConfigurationError} `no_browser`
   */
  use<T>(run: (engine: Engine) => Promise<T>, leave?: () => string | undefined): Promise<T>
  /**
   * Has its code be on its way, for it will be wanted. Nothing comes of it before somebody uses it, not even where it could
   * not be loaded.
   */
  prepare(): void
  /** The back/forward cache has brought the page back: told to the engine that is there, or on its way for somebody. */
  cameBack(): void
  /** Has the engine renew ahead of time, now or from when it is there, until stopped. */
  start(): () => void
}

/** Makes an {@link EngineLoader}. */
export function createEngineLoader<TUser>(context: EngineContext<TUser>): EngineLoader {
  const { settings, platform, keys, store } = context
  let engine: Engine | undefined
  let loading: Promise<Engine> | undefined
  let isStarted = false
  let stop: (() => void) | undefined
  let isUsed = false
  let leaving: (() => string | undefined) | undefined

  async function load(): Promise<Engine> {
    const code = settings.vault ? import('./engine-with-vault.ts') : import('./engine-in-page.ts')
    const loaded = await code
      .then(({ loadEngine }) => loadEngine(context))
      .catch(async (cause: unknown) => {
        // Nobody has been shown anything yet, or whoever is here is about to go.
        if (isUsed)
          await reloadPage(platform, keys.reloaded, () =>
            leaving ? (leaving() ?? true) : store.get().status === 'loading',
          )
        loading = leaving = undefined
        throw codeNotLoaded(cause)
      })
    platform.session.remove(keys.reloaded)
    engine = loaded
    if (isStarted) stop = engine.start()
    return engine
  }

  return {
    current: () => engine,
    use(run, leave) {
      if (engine) return run(engine)
      if (!platform.page.exists()) return Promise.reject(noBrowser())
      isUsed = true
      leaving ??= leave
      loading ??= load()
      return loading.then(run)
    },
    prepare() {
      loading ??= load()
      loading.catch(() => undefined) // told to whoever uses it
    },
    cameBack() {
      leaving = undefined
      if (engine) engine.cameBack()
      else
        loading?.then(
          (loaded) => loaded.cameBack(),
          () => undefined, // told to whoever needed it
        )
    },
    start() {
      isStarted = true
      stop = engine?.start()
      return () => {
        isStarted = false
        stop?.()
      }
    },
  }
}
