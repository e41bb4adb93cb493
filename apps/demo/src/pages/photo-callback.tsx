import { PhotoCallback as Callback } from '../photos/photo-auth.ts'
import { SignInProblem } from './sign-in-problem.tsx'
import { Waiting } from './waiting.tsx'

/** Where Photo Shelf sends people back to. Each client has a callback page of its own. */
export function PhotoCallback() {
  return (
    <Callback
      fallback={<Waiting title="Signing you in" />}
      error={(error, retry) => <SignInProblem error={error} retry={retry} />}
    />
  )
}
