import { SignedIn, SignedOut } from '@latchkey/react'
import { Link } from 'react-router-dom'
import { Page } from '../layout/page.tsx'

/** Three doors. What a guard shows is a convenience: the API checks the token by itself. */
export function Guards() {
  return (
    <Page title="Guards">
      <p>
        A guard decides what is shown. <SignedOut>You are signed out: each door asks you in first.</SignedOut>
        <SignedIn>You are signed in: some doors want more.</SignedIn>
      </p>
      <ul className="ideas">
        <li>
          <Link to="/profile">Your profile</Link>: whoever is signed in.
        </li>
        <li>
          <Link to="/guards/admins">The back office</Link>: admins only. Alice is one, Bob is not, and Bob is
          told so instead of being sent in circles.
        </li>
        <li>
          <Link to="/guards/recent">The safe</Link>: whoever proved within the last minute who they are. The
          first visit asks the provider when that was, and comes straight back. Come a little later, and the
          provider asks for your password again.
        </li>
      </ul>
    </Page>
  )
}
