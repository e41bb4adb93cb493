import { useId, useState } from 'react'
import { tenantContext } from './tenants.ts'

/** A form that somebody has begun. It is never mounted again, whichever client is above it. */
export function Draft() {
  const field = useId()
  const [text, setText] = useState('')
  const { user, login, logout } = tenantContext.useAuth()
  return (
    <div className="stack">
      <div className="field">
        <label htmlFor={field}>A note that you have not sent yet</label>
        <textarea id={field} rows={3} value={text} onChange={({ target }) => setText(target.value)} />
      </div>
      <p role="status">{user ? `It would be sent by ${user.name}.` : 'Nobody is signed in to send it.'}</p>
      <p className="actions">
        <button type="button" onClick={() => void (user ? logout() : login())}>
          {user ? 'Sign out of this tenant' : 'Sign in to this tenant'}
        </button>
      </p>
    </div>
  )
}
