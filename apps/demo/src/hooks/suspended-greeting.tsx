import { useSuspenseAuth } from '@latchkey/react'
import { Suspense } from 'react'
import { HookCard } from './hook-card.tsx'

/** The boundary waits until it is known whether somebody is signed in; the component never sees `loading`. */
export function SuspendedGreeting() {
  return (
    <HookCard hook="useSuspenseAuth()" about="Waits in a Suspense boundary until it is decided.">
      <Suspense fallback={<p role="status">Looking for your session …</p>}>
        <Decision />
      </Suspense>
    </HookCard>
  )
}

function Decision() {
  const { isAuthenticated } = useSuspenseAuth()
  return <p>{isAuthenticated ? 'Somebody is signed in.' : 'Nobody is signed in.'}</p>
}
