import type { Navigation, Page } from '../platform/ports.ts'
import type { SessionRecordStore } from '../session-record.ts'
import type { AppUrls } from '../sign-in/app-urls.ts'
import { type AuthState, startingState } from '../state.ts'

/** What the first state is known from. */
export interface FirstStateContext {
  readonly page: Page
  readonly navigation: Navigation
  readonly urls: AppUrls
  readonly record: SessionRecordStore
  /** Whether the person signed out here while the provider's own session went on, on this page or before. */
  isSignedOut(): boolean
}

/** The state of a page that was just loaded, before anybody was asked anything. */
export function firstState<TUser>({
  page,
  navigation,
  urls,
  record,
  isSignedOut,
}: FirstStateContext): AuthState<TUser> {
  if (!page.exists()) return startingState
  // A page that is loaded at the callback path is about to find out; any other begins without a session.
  if (urls.parseCallback(navigation.href()).kind !== 'elsewhere') {
    return { status: 'loading', reason: 'callback' }
  }
  // Whatever was signed out of here: somebody has signed in since.
  if (record.read().status === 'signed_in') return { status: 'loading', reason: 'restoring' }
  return { status: 'unauthenticated', reason: isSignedOut() ? 'signed_out' : 'no_session' }
}
