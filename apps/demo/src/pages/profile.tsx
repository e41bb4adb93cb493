import { useAuth } from '@latchkey/react'
import { Link } from 'react-router-dom'
import { Page } from '../layout/page.tsx'
import { ClaimList } from '../profile/claim-list.tsx'
import { RefreshUser } from '../profile/refresh-user.tsx'

export function Profile() {
  const user = useAuth((auth) => auth.user)
  return (
    <Page title="Profile">
      <p>
        These claims come from your ID token, whose signature was checked. Which of them an app gets is
        decided by the scope it asks for.
      </p>
      <RefreshUser />
      {user && <ClaimList claims={user} />}
      <p>
        <Link to="/profile/details?tab=claims#email">Details, at an address with a query and a hash</Link>
      </p>
    </Page>
  )
}
