import { expect } from 'vitest'
import { isAuthError } from '../src/errors.ts'

/** An error of ours says in a sentence what happened, or what to do: whoever reads it has nothing else. */
export function expectWords(error: unknown): void {
  if (isAuthError(error)) expect(error.message).toMatch(/^\S+ \S.*[^\s:,]$/s)
}
