import { isAuthError } from '@latchkey/core'
import { loginWithPopup } from '@latchkey/core/popup'
import { SignedIn, SignedOut, useUser } from '@latchkey/react'
import { useEffect, useState } from 'react'
import { auth } from '../auth.ts'
import { inPlainWords } from '../in-plain-words.ts'

/** The window opens in the click itself: browsers block one that opens by itself. */
export function PopupSignIn() {
  const [problem, setProblem] = useState<unknown>()
  const [isOpen, setOpen] = useState(false)
  const [hasStayed, setStayed] = useState(false)
  // Whoever is signed in after that may have come by another way.
  useEffect(() => auth.on('identity', ({ current }) => !current && setStayed(false)), [])

  async function signIn() {
    setProblem(undefined)
    setOpen(true)
    await loginWithPopup(auth).then(() => setStayed(true), setProblem)
    setOpen(false)
  }

  const isBlocked = isAuthError(problem) && problem.code === 'popup_blocked'
  return (
    <section className="card" aria-labelledby="popup-sign-in">
      <h2 id="popup-sign-in">Sign in by a window</h2>
      <SignedOut>
        <p>The provider opens in a window of its own. This page stays, and what you typed below with it.</p>
        <p className="actions">
          <button type="button" className="primary" onClick={signIn}>
            Sign in by a window
          </button>
          {isBlocked && (
            <button type="button" onClick={() => auth.login()}>
              Leave the page instead
            </button>
          )}
        </p>
      </SignedOut>
      <SignedIn>
        <SignedInAs hasStayed={hasStayed} />
      </SignedIn>
      <p role="status">{isOpen && 'The window is open: go on there.'}</p>
      {problem !== undefined && <p role="alert">{inPlainWords(problem)}</p>}
    </section>
  )
}

function SignedInAs({ hasStayed }: { hasStayed: boolean }) {
  const name = useUser(({ name, sub }) => name ?? sub)
  return (
    <p>
      You are signed in as {name}
      {hasStayed ? ', and this page was never left.' : '. Sign out to do it by a window.'}
    </p>
  )
}
