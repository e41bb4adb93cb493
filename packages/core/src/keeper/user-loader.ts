import { AuthError, ConfigurationError, NetworkError } from '../errors.ts'
import type { LoadUser } from '../options/client-options.ts'
import type { Platform } from '../platform/ports.ts'
import { plainText } from '../protocol/text.ts'
import type { UserInfo } from '../protocol/token-set.ts'
import type { LoadUserInfo } from './keeper.ts'

/** What asking in the app's own way works with. */
export interface UserLoaderContext {
  readonly loadUser: LoadUser<unknown>
  readonly platform: Pick<Platform, 'clock' | 'send'>
  readonly timeoutMs: number
}

/**
 * Asks the app's `loadUser`, and sees to it that it answers.
 *
 * @throws {NetworkError} `user_not_loaded` · `timeout`
 * @throws {ConfigurationError} `claims_rejected`: it gave nobody that can be told apart
 */
export function createUserLoader({ loadUser, platform, timeoutMs }: UserLoaderContext): LoadUserInfo {
  const { clock, send } = platform
  return async (accessToken) => {
    const askedAtMs = clock.now().epochMs
    const stop = new AbortController()
    const deadline = new Promise<never>((_, reject) => {
      stop.signal.addEventListener('abort', () => reject(stop.signal.reason))
    })
    const cancel = clock.setTimer(timeoutMs, () => stop.abort(tookTooLong(timeoutMs)))
    const fetch: Parameters<LoadUser<unknown>>[1] = (input, init) => {
      const request = new Request(input, { credentials: 'omit', ...init })
      return send(new Request(request, { signal: AbortSignal.any([stop.signal, request.signal]) }))
    }
    try {
      const user = await Promise.race([deadline, (async () => loadUser(accessToken, fetch))()])
      return { claims: plainUser(user), askedAtMs }
    } catch (error) {
      if (error instanceof AuthError) throw error
      throw notLoaded(error, accessToken)
    } finally {
      cancel()
    }
  }
}

/** As JSON has it: other tabs and the vault get it in that form, and here it is not to be another. */
function plainUser(user: unknown): UserInfo['claims'] {
  const plain: unknown = JSON.parse(JSON.stringify(user) ?? 'null')
  const { sub } = (plain ?? {}) as { readonly sub?: unknown }
  if (typeof sub === 'string' && sub !== '') return plain as UserInfo['claims']
  throw new ConfigurationError(
    'claims_rejected',
    'What option "loadUser" gave has no "sub": give an object with the person’s identifier at this server as a string.',
  )
}

function notLoaded(error: unknown, accessToken: string): NetworkError {
  const message = error instanceof Error ? error.message : undefined
  const said = plainText(message, [accessToken])
  return new NetworkError(
    'user_not_loaded',
    `Option "loadUser" did not say who is signed in${said ? `: ${said}` : ''}. Try again.`,
    { cause: error instanceof Error ? { name: error.name, message: said } : undefined },
  )
}

function tookTooLong(timeoutMs: number): NetworkError {
  return new NetworkError(
    'timeout',
    `Option "loadUser" did not say within ${timeoutMs / 1000} seconds who is signed in. Try again.`,
  )
}
