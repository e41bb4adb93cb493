import { type AnyAuthError, isAuthError } from '../errors.ts'
import type { Provider } from '../protocol/provider.ts'
import type { TokenSet } from '../protocol/token-set.ts'
import type { EndResult } from './keeper.ts'

/**
 * Revokes, and finds out where the browser has to go. A failed revocation may be a CORS rule only, so
 * another answer decides whether the provider is there to be gone to.
 */
export async function endAtProvider(
  provider: Provider,
  tokens: TokenSet | undefined,
  postLogoutRedirectUri: string | undefined,
): Promise<EndResult> {
  let isRevoked = false
  try {
    let failure: AnyAuthError | undefined
    if (tokens) {
      isRevoked = await provider.revoke(tokens).catch((error: AnyAuthError) => {
        failure = error
        return false
      })
    }
    if (postLogoutRedirectUri === undefined) return { url: undefined, isRevoked, error: failure }
    if (!isRevoked) await provider.probe()
    const url = await provider.endSessionUrl({ idToken: tokens?.idToken, postLogoutRedirectUri })
    return { url, isRevoked, error: failure }
  } catch (error) {
    return { url: undefined, isRevoked, error: isAuthError(error) ? error : undefined }
  }
}
