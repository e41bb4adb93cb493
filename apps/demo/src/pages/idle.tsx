import { SignedIn, SignedOut, useAuth } from '@latchkey/react'
import { chosenTimeout } from '../idle/chosen-timeout.ts'
import { Countdown } from '../idle/countdown.tsx'
import { TimeoutSwitch } from '../idle/timeout-switch.tsx'
import { WatchSwitch } from '../idle/watch-switch.tsx'
import { Page } from '../layout/page.tsx'

/** A session that ends by itself where nobody does anything, in all tabs. */
export function Idle() {
  const { status, reason, login } = useAuth()
  return (
    <Page title="Idle" heading="Idle timeout">
      <p>
        With <code>idleTimeoutSeconds</code> a session ends in which nobody does anything, in no tab. Open
        this page twice, move the mouse in one of them, and see both go on; then take your hands off.
      </p>
      {reason === 'idle_timeout' && (
        <p role="status">You were signed out, because nobody was here. The provider’s own session goes on.</p>
      )}
      <SignedIn fallback={<p role="status">One moment …</p>}>
        {chosenTimeout() === undefined ? <p>This session goes on until you sign out.</p> : <Countdown />}
      </SignedIn>
      <SignedOut>
        <p className="actions">
          <button type="button" className="primary" onClick={login}>
            Sign in
          </button>
        </p>
      </SignedOut>
      <TimeoutSwitch isDisabled={status === 'authenticated'} />
      <WatchSwitch isDisabled={status === 'authenticated'} />
    </Page>
  )
}
