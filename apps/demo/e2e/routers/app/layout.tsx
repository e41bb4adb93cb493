import { Link, Outlet, useRouteError } from 'react-router-dom'
import { Account } from './account.tsx'
import { SignInNeeded } from './sign-in-needed.tsx'

/** What stays while pages come and go, with either history of React Router. */
export function Layout() {
  return (
    <>
      <header>
        <Link to="/">Home</Link> <Link to="/settings?tab=2">Settings</Link> <Account />
      </header>
      <Outlet />
    </>
  )
}

/** What a route shows whose guard threw. */
export function Problem() {
  return <SignInNeeded error={useRouteError()} />
}
