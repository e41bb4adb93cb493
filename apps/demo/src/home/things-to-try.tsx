import { Link } from 'react-router-dom'
import { areTokensBound } from '../are-tokens-bound.ts'
import { chosenKeeper } from '../chosen-keeper.ts'
import { canRehearse } from '../rehearsal/rehearsal.ts'
import { InSessionPanel } from '../session/in-session-panel.tsx'

const isSealed = chosenKeeper() === 'sealed vault'
const isAtRest = chosenKeeper() === 'at rest'

/** What the buttons of this page can do: those of a vault have less to reach. */
export function ThingsToTry() {
  return (
    <>
      <p className="lead">You are signed in. Here is what to try next.</p>
      <ul className="ideas">
        <li>
          <Link to="/profile">See your profile</Link>: what the provider says about you.
        </li>
        <li>
          <Link to="/orders">Call the API</Link>: with an access token that is good now.
        </li>
        {!isSealed && !areTokensBound() && (
          <li>
            Press <strong>Refresh now</strong> <InSessionPanel />: a new token comes, and no page renders.
          </li>
        )}
        <li>
          {isAtRest
            ? 'Close every tab of this app and open it again: you are still signed in, by a token that is worth nothing without its key.'
            : 'Reload this page: nothing secret is stored, and you are still signed in.'}{' '}
          The panel says who was asked for the session.
        </li>
        {canRehearse && (
          <>
            <li>
              Press <strong>Expire now</strong> there, then call the API: it gets a new token, fetched once.
            </li>
            <li>
              Press <strong>Go offline</strong> there and look around: nobody is signed out, and all goes on
              when you are back online.
            </li>
          </>
        )}
        <li>
          See <Link to="/hooks">what components are given</Link>, and how seldom they render.
        </li>
        <li>
          <Link to="/guards">Walk into a guard</Link>: for admins only, and for whoever proved lately who they
          are.
        </li>
        <li>
          <Link to="/popups">Do it all by a window</Link>: the page stays, and a half-filled form with it.
        </li>
        <li>
          <Link to="/apis">Call two APIs</Link>: each gets a token of its own, and neither the other’s.
        </li>
        <li>
          <Link to="/step-up">Delete an order</Link>: the API wants more proof for that, and gets it.
        </li>
        <li>
          <Link to="/photos">Sign in somewhere else too</Link>: at a server that has never heard of OpenID
          Connect.
        </li>
        <li>
          See it beneath <Link to="/routers">routers with loaders</Link>, in what{' '}
          <Link to="/server-rendering">a server renders</Link>, for{' '}
          <Link to="/tenants">one tenant and another</Link>, and driven by hand in{' '}
          <Link to="/test-kit">the test kit</Link>.
        </li>
        <li>
          Choose <strong>Sign out here only</strong>, then open your profile: nobody signs you back in against
          your will.
        </li>
      </ul>
    </>
  )
}
