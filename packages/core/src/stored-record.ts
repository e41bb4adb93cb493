import { nextSignOut } from './epoch.ts'

/** Whether a stored session record says that somebody is signed in, for a page that has no need to know more of it. */
export function saysSignedIn(stored: string | undefined): boolean {
  return stored?.includes('"signed_in"') === true
}

/** The same, of a sign-out. */
export function saysSignedOut(stored: string | undefined): boolean {
  return stored?.includes('"signed_out"') === true
}

/** The record of a sign-out now, by the one that is stored, which begins with its epoch. */
export function signedOutAfter(stored: string): string {
  return JSON.stringify([nextSignOut(Number.parseFloat(stored.slice(1))), 'signed_out', 0, 0])
}
