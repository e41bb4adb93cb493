/** Whether a stored session record says that somebody is signed in, for a page that has no need to know more of it. */
export function saysSignedIn(stored: string | undefined): boolean {
  return stored?.includes('"signed_in"') === true
}
