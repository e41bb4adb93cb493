import type { AccessTokenRequest, Keeper, KeeperChange, Session } from './keeper/keeper.ts'
import { createMemoryKeeper } from './keeper/memory.ts'
import type { Settings } from './options.ts'
import type { Platform } from './platform/ports.ts'
import { createProvider } from './protocol/provider.ts'
import type { AppUrls } from './sign-in/app-urls.ts'
import { createBreaker } from './sign-in/breaker.ts'
import { type CallbackResult, finishSignIn } from './sign-in/callback.ts'
import type { CallbackUrl } from './sign-in/callback-url.ts'
import { createLogin, type Login } from './sign-in/login.ts'
import { createPendingStore } from './sign-in/pending.ts'
import { createLogout, type Logout } from './sign-out.ts'
import type { AuthEvent, AuthState } from './state.ts'
import type { StorageKeys } from './storage-keys.ts'
import type { Store } from './store.ts'

/** What the engine is given by the client around it. */
export interface EngineContext<TUser> {
  readonly settings: Settings
  readonly platform: Platform
  readonly store: Store<AuthState<TUser>, AuthEvent<TUser>>
  readonly urls: AppUrls
  readonly keys: StorageKeys
  isSignedOut(): boolean
  userOf(session: Session): TUser
}

/**
 * Everything that a first paint without a session does not need: signing in, keeping tokens, speaking the
 * protocol. It is one chunk, loaded when somebody signs in or comes back from it.
 */
export interface Engine {
  readonly login: Login
  finishSignIn(callback: CallbackUrl): Promise<CallbackResult>
  readonly logout: Logout
  getAccessToken(request?: AccessTokenRequest): Promise<string>
  session(): Session | undefined
  onChange(listener: (change: KeeperChange) => void): () => void
  /** Renews ahead of time until stopped. */
  start(): () => void
}

/** Makes the {@link Engine}. */
export function createEngine<TUser>(context: EngineContext<TUser>): Engine {
  const { settings, platform, keys } = context
  const { clock, session: storage, navigation } = platform
  const provider = createProvider(settings, platform, keys.metadata)
  const keeper: Keeper = createMemoryKeeper({ platform, provider })
  const pending = createPendingStore(storage, clock, keys.signIn)
  const stayedAtProvider = (): void => remember(storage, keys.signedOut)
  const isSigningOut = (): boolean => {
    const state = context.store.get()
    return state.status === 'redirecting' && state.to === 'logout' && logout.isUnderWay()
  }
  const logout = createLogout({ ...context, keeper, navigation, clock, stayedAtProvider })
  const signIn = { ...context, keeper, pending, isSigningOut }
  return {
    login: createLogin({ ...signIn, breaker: createBreaker(platform, keys.automatic) }),
    finishSignIn: (callback) => finishSignIn(signIn, callback),
    logout,
    getAccessToken: keeper.getAccessToken,
    session: keeper.current,
    onChange: keeper.onChange,
    start: keeper.start,
  }
}

/** Best effort: without storage a reload forgets that the person signed out. */
function remember(storage: Platform['session'], key: string): void {
  try {
    storage.set(key, '1')
  } catch {
    // Site data is blocked, so a sign-in by redirect is impossible as well.
  }
}
