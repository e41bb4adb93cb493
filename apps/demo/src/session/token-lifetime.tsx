import { useId } from 'react'
import { useNow } from './use-now.ts'
import { type TokenLifetime as Lifetime, useTokenLifetime } from './use-token-lifetime.ts'

/** How much of the access token's life is left. The SDK renews it before the end. */
export function TokenLifetime() {
  const lifetime = useTokenLifetime()
  return lifetime && <LifetimeBar lifetime={lifetime} />
}

function LifetimeBar({ lifetime: { seenAt, expiresAt } }: { lifetime: Lifetime }) {
  const id = useId()
  const now = Math.max(useNow(), seenAt)
  const secondsLeft = Math.max(0, Math.ceil((expiresAt - now) / 1000))
  return (
    <p className="lifetime">
      <label htmlFor={id}>Access token</label>
      <span>{secondsLeft} s left</span>
      <progress id={id} max={(expiresAt - seenAt) / 1000} value={secondsLeft} />
    </p>
  )
}
