import { useAuthFetch } from '@latchkey/react'
import { useActionState, useTransition } from 'react'
import { configuration } from '../configuration.ts'
import { inPlainWords } from '../in-plain-words.ts'
import { HookCard } from './hook-card.tsx'

/** `useAuthFetch()` is the same function for the client's whole life: it may stand in any list of dependencies. */
export function ApiCaller() {
  return (
    <HookCard
      hook="useAuthFetch()"
      about="fetch with the access token, to the listed APIs and to nobody else. What renders is the answer: it is state of the card’s own."
    >
      <Caller />
    </HookCard>
  )
}

function Caller() {
  const authFetch = useAuthFetch()
  const [, startTransition] = useTransition()
  const [answer, ask, isAsking] = useActionState(async () => {
    try {
      const response = await authFetch(`${configuration.apiUrl}/orders`)
      return `The API answered ${response.status}.`
    } catch (error) {
      return inPlainWords(error)
    }
  }, undefined)
  return (
    <>
      <p className="actions">
        <button type="button" aria-disabled={isAsking} onClick={() => startTransition(ask)}>
          Ask for your orders
        </button>
      </p>
      <p role="status">{answer}</p>
    </>
  )
}
