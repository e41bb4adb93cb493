import { useAuth } from '@latchkey/react'
import { useActionState } from 'react'
import { inPlainWords } from '../in-plain-words.ts'
import { AskButton } from '../layout/ask-button.tsx'

/** Asks the provider's UserInfo for what may have changed since the sign-in. Every tab shows what comes. */
export function RefreshUser() {
  const refreshUser = useAuth((auth) => auth.refreshUser)
  const [answer, ask, isAsking] = useActionState(async () => {
    try {
      await refreshUser()
      return 'This is what the provider says now.'
    } catch (error) {
      return inPlainWords(error)
    }
  }, undefined)
  return (
    <>
      <p className="actions">
        <AskButton ask={ask} isAsking={isAsking}>
          Ask the provider again
        </AskButton>
      </p>
      <p role="status">{answer}</p>
    </>
  )
}
