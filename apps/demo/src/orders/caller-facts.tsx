import type { Caller } from '../api.ts'
import { clockTime } from '../clock-time.ts'

/** What the API answered at `/me`: whom it takes the caller for. */
export function CallerFacts({ caller }: { caller: Caller }) {
  return (
    <section className="card" aria-labelledby="caller">
      <h2 id="caller">Who the API sees</h2>
      <dl className="facts">
        <div>
          <dt>Person</dt>
          <dd>
            {caller.name} (<code>{caller.subject}</code>)
          </dd>
        </div>
        <div>
          <dt>App</dt>
          <dd>
            <code>{caller.clientId}</code>
          </dd>
        </div>
        <div>
          <dt>Scope</dt>
          <dd>{caller.scope}</dd>
        </div>
        <div>
          <dt>Token good until</dt>
          <dd>{clockTime(Date.parse(caller.expiresAt))}</dd>
        </div>
      </dl>
    </section>
  )
}
