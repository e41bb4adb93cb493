import type { AuthState } from '@latchkey/core'
import { type AuthEvent, startingState, transition } from '@latchkey/core/internal'

/** The state that a page of a test begins with, by the same events by which a real page comes to it. */
export function firstState<TUser>(
  begin: AuthState<TUser>['status'] | 'callback',
  user: TUser,
): AuthState<TUser> {
  return transition<TUser>(startingState, firstEvent(begin, user))
}

function firstEvent<TUser>(begin: AuthState<TUser>['status'] | 'callback', user: TUser): AuthEvent<TUser> {
  switch (begin) {
    case 'callback':
      return { type: 'callback_started' }
    case 'authenticated':
      return { type: 'signed_in', user }
    case 'unauthenticated':
      return { type: 'nothing_found', reason: 'no_session' }
    case 'loading':
      return { type: 'restore_started' }
    case 'redirecting':
      return { type: 'redirect_started', to: 'login' }
  }
}
