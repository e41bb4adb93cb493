import { expect } from 'vitest'
import type { AnyAuthError, AuthErrorCode } from '../src/index.ts'
import { expectNoSecrets } from './no-secrets.ts'
import type { Scene } from './signed-in.ts'

/** What was kept of a sign-in that is under way, and all that the provider gave. It is secret until its answer comes. */
export function secretsOf({ provider, platform }: Scene): string[] {
  const kept = [...platform.stored.entries()].filter(([key]) => key.includes('.sign-in.'))
  const signIns = kept.map(([, value]) => JSON.parse(value).signIn ?? {})
  const own = signIns.flatMap(({ state, nonce, codeVerifier }) => [state, nonce, codeVerifier])
  return [...provider.secrets, ...own.filter((secret) => secret !== undefined)]
}

/** Nobody is signed in, it says why, and shows nothing of what it knows. */
export function expectRefused(
  { auth }: Scene,
  error: AnyAuthError,
  code: AuthErrorCode,
  secrets: readonly string[],
): void {
  expect(error.code).toBe(code)
  expect(auth.getState()).toEqual({ status: 'unauthenticated', reason: 'sign_in_failed', error })
  expect(auth.explain().errorCode).toBe(code)
  expectNoSecrets([error, auth.explain()], secrets)
}
