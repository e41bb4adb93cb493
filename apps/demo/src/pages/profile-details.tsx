import { useAuth } from '@latchkey/react'
import { useEffect } from 'react'
import { Link, useLocation, useSearchParams } from 'react-router-dom'
import { Page } from '../layout/page.tsx'
import { ClaimList } from '../profile/claim-list.tsx'
import { SessionFacts } from '../profile/session-facts.tsx'

/** A page with a query and a hash. Both survive the way to the provider and back without any code here. */
export function ProfileDetails() {
  const user = useAuth((auth) => auth.user)
  const { pathname, search, hash } = useLocation()
  const [parameters] = useSearchParams()
  const tab = parameters.get('tab') === 'session' ? 'session' : 'claims'
  const current = hash.slice(1)

  // Browsers scroll to a hash when they load a page, and this one was not there yet.
  useEffect(() => {
    document.getElementById(current)?.scrollIntoView({ block: 'nearest' })
  }, [current])

  return (
    <Page title="Profile details">
      <p>You reached this page by the address below. Path, query and hash are as they were asked for.</p>
      <p className="address">
        <code>{pathname + search + hash}</code>
      </p>
      <nav className="tabs" aria-label="Details">
        <Link to="?tab=claims" aria-current={tab === 'claims' && 'page'}>
          Claims
        </Link>
        <Link to="?tab=session" aria-current={tab === 'session' && 'page'}>
          Session
        </Link>
      </nav>
      {tab === 'session' && <SessionFacts />}
      {tab === 'claims' && user && <ClaimList claims={user} current={current} />}
    </Page>
  )
}
