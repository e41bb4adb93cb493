import { Link } from 'react-router-dom'
import { Page } from '../layout/page.tsx'

export function NotFound() {
  return (
    <Page title="Page not found">
      <p>There is nothing at this address.</p>
      <p className="actions">
        <Link className="button" to="/">
          Back home
        </Link>
      </p>
    </Page>
  )
}
