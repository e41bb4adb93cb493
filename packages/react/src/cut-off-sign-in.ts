import { isAuthError } from '@latchkey/core'

/**
 * A sign-in that a reload cut off is started again, by whoever handles the callback and as often as the breaker allows.
 *
 * @returns where it was to end; undefined where it failed in another way
 */
export function cutOffSignIn(error: unknown): { readonly returnTo: string } | undefined {
  if (!isAuthError(error) || error.code !== 'sign_in_interrupted') return undefined
  return { returnTo: error.returnTo ?? '/' }
}
