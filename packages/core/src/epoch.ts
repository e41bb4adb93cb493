/** The epoch of a sign-in that ends now. `fraction`: from 0 to 1, random. */
export function nextSignIn(epoch: number, fraction: number): number {
  return Math.floor(epoch) + 1 + fraction * 0.9
}

/** The epoch of a sign-out now: of two things at once the sign-out wins, in every tab. */
export function nextSignOut(epoch: number): number {
  return Math.floor(epoch) + 1.95
}
