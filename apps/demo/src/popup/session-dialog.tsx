import { useAuthClient } from '@latchkey/react'
import { useReauthentication } from '@latchkey/react/popup'
import { useEffect, useId, useRef } from 'react'
import { inPlainWords } from '../in-plain-words.ts'

/** Stands over whatever page there is, once its session is over and held on to. */
export function SessionDialog() {
  const { isNeeded, isOpen, error, reauthenticate, giveUp } = useReauthentication(useAuthClient())
  const dialog = useRef<HTMLDialogElement>(null)
  const heading = useId()
  useEffect(() => {
    if (isNeeded) dialog.current?.showModal()
    else dialog.current?.close()
  }, [isNeeded])
  return (
    <dialog
      ref={dialog}
      className="card"
      aria-labelledby={heading}
      // It is gone when the session is back, or given up.
      onCancel={(event) => event.preventDefault()}
    >
      <h2 id={heading}>Your session has ended</h2>
      <p role="status">
        {isOpen ? 'Go on in the window that has opened.' : 'Sign in again, and go on where you were.'}
      </p>
      {error && (
        <p role="alert">
          {error.code === 'subject_changed'
            ? 'Somebody else signed in. This page is yours: try again.'
            : inPlainWords(error)}
        </p>
      )}
      <p className="actions">
        <button type="button" className="primary" onClick={reauthenticate}>
          Sign in again
        </button>
        <button type="button" onClick={giveUp}>
          Sign out
        </button>
      </p>
    </dialog>
  )
}
