import { type AuthError, isAuthError } from '@latchkey/core'
import { ApiError } from './api-error.ts'

const offline = 'This tab is offline.'
const isOffline = (): boolean => !navigator.onLine

/** What went wrong, for the person in front of the screen: `error.message` speaks to the developer. */
export function inPlainWords(error: unknown): string {
  if (isAuthError(error)) return authErrorInPlainWords(error)
  if (error instanceof ApiError) return apiErrorInPlainWords(error)
  return 'Something unexpected went wrong in this app.'
}

/** Some codes deserve words of their own; for the others, what can be done about it is enough. */
function authErrorInPlainWords({ code, name }: AuthError): string {
  switch (code) {
    case 'access_denied':
      return 'The sign-in was cancelled. Nothing has changed.'
    case 'session_ended':
    case 'session_lost':
      return 'Your session has ended. Please sign in again.'
    case 'token_sealed':
      return 'The vault is sealed: no page is given a token. It calls the API for this one all the same.'
    case 'popup_blocked':
      return 'Your browser did not let the window open.'
    case 'popup_closed':
      return 'The window was closed before you were done. Nothing has changed.'
    case 'popup_timeout':
      return 'The window was open for too long. Nothing has changed.'
    case 'sign_in_handed_over':
      return 'You can close this window.'
    case 'other_authorization_server':
      return 'That API belongs to another sign-in service than this app.'
    case 'token_bound':
      return 'The tokens are bound to a key: no page is given one. The key calls the API for this one all the same.'
    case 'consent_required':
      return 'Your sign-in did not ask for this yet.'
    case 'step_up_failed':
      return 'The API wants more proof than the sign-in service can give.'
    case 'user_info_failed':
      return 'The sign-in service does not say who you are. Try again in a moment.'
    case 'login_loop':
      return 'You were sent to sign in twice, and this page still wants another sign-in. We stopped before a third; the button starts one.'
  }
  switch (name) {
    case 'NetworkError':
      return `The sign-in service cannot be reached. ${isOffline() ? offline : 'Try again in a moment.'}`
    case 'SignInRequiredError':
      return 'Please sign in again.'
    case 'ConfigurationError':
      return 'This app is not set up correctly. Trying again will not help; its developers have to fix it.'
    case 'ProtocolError':
      return 'The sign-in service sent an answer that cannot be trusted, so it was not used.'
    default:
      return 'The sign-in service refused.'
  }
}

function apiErrorInPlainWords({ status }: ApiError): string {
  switch (status) {
    case undefined:
      return `The API cannot be reached. ${isOffline() ? offline : 'Is it running?'}`
    case 401:
      return 'The API did not accept the access token.'
    case 403:
      return 'You may not see this.'
    case 404:
      return 'That is not there any more.'
    default:
      return `The API has a problem (HTTP ${status}). Try again in a moment.`
  }
}
