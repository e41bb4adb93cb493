import type { Page } from '../platform/ports.ts'
import { type AuthState, startingState } from '../state.ts'

/** What the first state is known from. */
export interface FirstStateContext {
  readonly page: Pick<Page, 'exists'>
  /** Whether the page was loaded at the callback path. */
  isCallback(): boolean
  /** Whether somebody is signed in, as far as the tabs know. */
  isSignedIn(): boolean
  /** Whether the person signed out here while the provider's own session went on, on this page or before. */
  isSignedOut(): boolean
}

/** The state of a page that was just loaded, before anybody was asked anything. */
export function firstState<TUser>({
  page,
  isCallback,
  isSignedIn,
  isSignedOut,
}: FirstStateContext): AuthState<TUser> {
  if (!page.exists()) return startingState
  // A page that is loaded at the callback path is about to find out; any other begins without a session.
  if (isCallback()) {
    return { status: 'loading', reason: 'callback' }
  }
  // Whatever was signed out of here: somebody has signed in since.
  if (isSignedIn()) return { status: 'loading', reason: 'restoring' }
  return { status: 'unauthenticated', reason: isSignedOut() ? 'signed_out' : 'no_session' }
}
