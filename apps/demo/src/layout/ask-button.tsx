import { type ReactNode, startTransition } from 'react'

/** Starts an action of `useActionState`. It keeps the focus while that goes on. */
export function AskButton({
  ask,
  isAsking,
  children,
}: {
  ask: () => void
  isAsking: boolean
  children: ReactNode
}) {
  return (
    <button type="button" className="primary" aria-disabled={isAsking} onClick={() => startTransition(ask)}>
      {children}
    </button>
  )
}
