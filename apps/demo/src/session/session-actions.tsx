import { useAuth } from '@latchkey/react'
import { startTransition, useActionState } from 'react'
import { inPlainWords } from '../in-plain-words.ts'

export function SessionActions() {
  const { getAccessToken, logout } = useAuth()
  const [problem, refresh, isRefreshing] = useActionState(async () => {
    try {
      await getAccessToken({ forceRefresh: true })
      return undefined
    } catch (error) {
      return inPlainWords(error)
    }
  }, undefined)
  return (
    <>
      <p className="actions">
        <button type="button" aria-disabled={isRefreshing} onClick={() => startTransition(refresh)}>
          Refresh now
        </button>
        <button type="button" onClick={() => logout({ local: true })}>
          Sign out here only
        </button>
      </p>
      <p role="status">{problem}</p>
    </>
  )
}
