import type { User } from '@latchkey/core'
import { Link } from 'react-router-dom'
import { ClaimValue } from './claim-value.tsx'

/** Everything the provider said about somebody, by the names it uses. One of the claims may be the current one. */
export function ClaimList({ claims, current }: { claims: User; current?: string }) {
  return (
    <dl className="facts card">
      {Object.entries(claims).map(([name, value]) => (
        <div key={name} id={name} className={name === current ? 'current' : undefined}>
          <dt>
            <Link to={`/profile/details?tab=claims#${name}`} aria-current={name === current}>
              <code>{name}</code>
            </Link>
          </dt>
          <dd>
            <ClaimValue name={name} value={value} />
          </dd>
        </div>
      ))}
    </dl>
  )
}
