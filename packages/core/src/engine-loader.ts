import type { Engine, EngineContext } from './engine.ts'
import { codeNotLoaded, noBrowser } from './errors.ts'
import { loadKeeper } from './keeper/load-keeper.ts'

/** The engine, from before it is there. */
export interface EngineLoader {
  /** The engine, once something has needed it. */
  current(): Engine | undefined
  /**
   * Runs with the engine: at once where it is there, so that a sign-out drops the tokens before anything
   * is awaited, and otherwise as soon as it is loaded. A load that failed is tried again by the next call.
   *
   * @throws {NetworkError} `code_not_loaded`
   * @throws {ConfigurationError} `no_browser`
   */
  use<T>(run: (engine: Engine) => Promise<T>): Promise<T>
  /** The back/forward cache has brought the page back: told to the engine that is there, or on its way for somebody. */
  cameBack(): void
  /** Has the engine renew ahead of time, now or from when it is there, until stopped. */
  start(): () => void
}

/** Makes an {@link EngineLoader}. */
export function createEngineLoader<TUser>(context: EngineContext<TUser>): EngineLoader {
  let engine: Engine | undefined
  let loading: Promise<Engine> | undefined
  let isStarted = false
  let stop: (() => void) | undefined

  async function load(): Promise<Engine> {
    const { limits, watchProviderSession } = context.settings
    const [{ createEngine }, keeper, limiting, watching] = await Promise.all([
      import('./engine.ts'),
      loadKeeper(context),
      limits && import('./session-limits/session-limits.ts'),
      watchProviderSession ? import('./provider-session/watch-session.ts') : undefined,
    ]).catch((cause: unknown) => {
      loading = undefined
      throw codeNotLoaded(cause)
    })
    engine = createEngine(context, keeper, { limiting, watching })
    if (isStarted) stop = engine.start()
    return engine
  }

  return {
    current: () => engine,
    use(run) {
      if (engine) return run(engine)
      if (!context.platform.page.exists()) return Promise.reject(noBrowser())
      loading ??= load()
      return loading.then(run)
    },
    cameBack() {
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
