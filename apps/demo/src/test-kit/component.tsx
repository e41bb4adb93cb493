import { useState } from 'react'
import { testContext } from './test-context.ts'

/** What a test is about: it sees an ordinary client. */
export function Component() {
  const { status, reason, user, error, login, logout, getAccessToken } = testContext.useAuth()
  const [answer, setAnswer] = useState('')

  async function ask(): Promise<void> {
    const said = await getAccessToken().catch((problem: { code?: string }) => problem.code)
    setAnswer(String(said))
  }

  return (
    <section className="card stack" aria-labelledby="component">
      <h2 id="component">What the component sees</h2>
      <div role="status">
        <dl className="facts">
          <div>
            <dt>Status</dt>
            <dd>
              {status} ({reason})
            </dd>
          </div>
          <div>
            <dt>Person</dt>
            <dd>{user?.name ?? 'nobody'}</dd>
          </div>
          <div>
            <dt>Error</dt>
            <dd>{error?.code ?? 'none'}</dd>
          </div>
          <div>
            <dt>Its last token</dt>
            <dd>{answer || 'not asked for'}</dd>
          </div>
        </dl>
      </div>
      <p className="actions">
        <button type="button" onClick={() => void (user ? logout() : login())}>
          {user ? 'logout()' : 'login()'}
        </button>
        <button type="button" onClick={() => void ask()}>
          getAccessToken()
        </button>
      </p>
    </section>
  )
}
