import { Callback } from '@latchkey/react'
import { SignInProblem } from './sign-in-problem.tsx'
import { Waiting } from './waiting.tsx'

/** The page the provider sends people back to. Once they are signed in, `<Callback>` takes them where they began. */
export function SignInCallback() {
  return (
    <Callback
      fallback={<Waiting title="Signing you in" />}
      error={(error, retry) => <SignInProblem error={error} retry={retry} />}
    />
  )
}
