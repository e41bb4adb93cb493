import { useAuth } from '@latchkey/react'

/** Why somebody is or is not signed in. */
export function SessionSentence() {
  return <p>{useAuth(({ explain }) => explain().sentence)}</p>
}
