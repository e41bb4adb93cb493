import { expect } from 'vitest'
import { type AnyAuthError, AuthError, isAuthError } from '../../src/errors.ts'
import { everythingIn, formsOf } from '../no-secrets.ts'

/** What came of a call: what it gave, or the error of ours that it was refused with. */
export type Outcome<T> = { readonly value: T; readonly error?: undefined } | { readonly error: AnyAuthError }

/**
 * Runs what reads something from outside. It may give something back, or throw an error of ours; that one shows none of
 * these secrets, in no form, and is no longer than somebody can read.
 */
export async function settlesSafely<T>(
  run: () => T | Promise<T>,
  secrets: readonly string[] = [],
): Promise<Outcome<T>> {
  try {
    return { value: await run() }
  } catch (error) {
    // With its stack, which says where an error that is not ours comes from.
    if (!(error instanceof AuthError && isAuthError(error))) throw error
    expectShowsNothing(error, secrets)
    expect(error.message.length).toBeLessThan(longestMessage)
    return { error }
  }
}

const longestMessage = 2000
const known = new Map<string, readonly string[]>()

function expectShowsNothing(error: AuthError, secrets: readonly string[]): void {
  const shown = everythingIn(error)
  for (const secret of secrets) {
    const forms = known.get(secret) ?? formsOf(secret)
    known.set(secret, forms)
    if (forms.some((form) => shown.includes(form))) throw new Error(`"${secret}" is shown by: ${shown}`)
  }
}
