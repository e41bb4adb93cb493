import { useAuth } from '@latchkey/react'
import { useId, useState, useSyncExternalStore } from 'react'
import { skipPast } from './clock.ts'
import { onNetworkChange, setOnline } from './network.ts'
import { canRehearse } from './rehearsal.ts'

const isOnline = () => navigator.onLine

/** Acts out what happens to every session sooner or later. */
export function RehearsalActions() {
  const { explain } = useAuth()
  const hint = useId()
  const online = useSyncExternalStore(onNetworkChange, isOnline)
  const [said, say] = useState('')

  function toggleNetwork(): void {
    setOnline(!online)
    say(online ? 'This tab’s SDK has no network. Nobody is signed out for it.' : 'The network is back.')
  }

  function expire(): void {
    const expiresAt = explain().session?.accessTokenExpiresAt
    if (expiresAt === undefined) return
    skipPast(expiresAt)
    say('The SDK’s clock in all tabs is past the token’s end. Whoever needs a token next gets a new one.')
  }

  return (
    <>
      <p className="actions">
        <button type="button" disabled={!canRehearse} aria-describedby={hint} onClick={toggleNetwork}>
          {online ? 'Go offline' : 'Go online'}
        </button>
        <button type="button" disabled={!canRehearse} aria-describedby={hint} onClick={expire}>
          Expire now
        </button>
      </p>
      <p id={hint} className="hint">
        {canRehearse
          ? 'Offline cuts off this tab’s SDK, not your browser. Expire moves the SDK’s clock ahead, not the provider’s.'
          : 'The vault runs outside this page, so these buttons cannot reach it: use the network panel of your browser’s developer tools.'}
      </p>
      <p role="status">{said}</p>
    </>
  )
}
