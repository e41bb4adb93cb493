import { SignInRequiredError } from '@latchkey/core'

/** What a guard says of somebody who is signed in, but not as it demands. */
export function reauthenticationRequired(): SignInRequiredError {
  return new SignInRequiredError(
    'reauthentication_required',
    'Somebody is signed in, but not as this page demands. ' +
      'Show a button that calls login() with the same `acrValues` and `maxAge`.',
  )
}
