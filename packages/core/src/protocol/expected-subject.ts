import { SignInRequiredError } from '../errors.ts'

/**
 * Refuses whoever is not the one that is to go on here.
 *
 * @throws {SignInRequiredError} `subject_changed`
 */
export function requireSubject(subject: unknown, expectedSubject: string | undefined): void {
  if (expectedSubject === undefined || subject === expectedSubject) return
  throw new SignInRequiredError(
    'subject_changed',
    'Another person signed in than the one who is to go on here, and was refused. Ask again, with prompt "login" or "select_account".',
  )
}
