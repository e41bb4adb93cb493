import { useAuth } from '@latchkey/react'

/** What may be known of a session outside the SDK. The tokens are not part of it. */
export function SessionFacts() {
  const { explain } = useAuth()
  const { status, reason, session } = explain()
  return (
    <dl className="facts card">
      <div>
        <dt>Status</dt>
        <dd>
          {status}, because of <code>{reason}</code>
        </dd>
      </div>
      <div>
        <dt>Granted scope</dt>
        <dd>{session?.scope}</dd>
      </div>
      <div>
        <dt>Refresh token</dt>
        <dd>{session?.hasRefreshToken ? 'yes, so the session outlives its access tokens' : 'no'}</dd>
      </div>
    </dl>
  )
}
