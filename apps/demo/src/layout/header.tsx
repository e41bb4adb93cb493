import { useEffect, useRef } from 'react'
import { Link, NavLink, useLocation } from 'react-router-dom'
import { Account } from './account.tsx'

export function Header() {
  const navigation = useCurrentLinkInView()
  return (
    <header className="header">
      <Link className="brand" to="/">
        <Key />
        Latchkey
      </Link>
      <nav ref={navigation} aria-label="Main">
        <NavLink to="/">Home</NavLink>
        <NavLink to="/profile">Profile</NavLink>
        <NavLink to="/orders">Orders</NavLink>
        <NavLink to="/hooks">Hooks</NavLink>
        <NavLink to="/guards">Guards</NavLink>
        <NavLink to="/idle">Idle</NavLink>
        <NavLink to="/popups">Popups</NavLink>
        <NavLink to="/apis">APIs</NavLink>
        <NavLink to="/step-up">Step-up</NavLink>
        <NavLink to="/photos">Photos</NavLink>
        <NavLink to="/routers">Routers</NavLink>
        <NavLink to="/server-rendering">Server rendering</NavLink>
        <NavLink to="/tenants">Tenants</NavLink>
        <NavLink to="/test-kit">Test kit</NavLink>
      </nav>
      <Account />
    </header>
  )
}

/** The links are one row, which scrolls sideways where it is too long: the page that is open is in the middle of it. */
function useCurrentLinkInView() {
  const navigation = useRef<HTMLElement>(null)
  const { pathname } = useLocation()
  // biome-ignore lint/correctness/useExhaustiveDependencies: another path makes another link the current one
  useEffect(() => {
    const row = navigation.current
    const link = row?.querySelector('[aria-current="page"]')
    if (!row || !link) return
    const { left, width } = link.getBoundingClientRect()
    row.scrollLeft += left + width / 2 - (row.getBoundingClientRect().left + row.clientWidth / 2)
  }, [pathname])
  return navigation
}

function Key() {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true">
      <circle cx="8" cy="8" r="4.5" />
      <path d="M11.2 11.2 20 20M16.4 16.4l2.8-2.8" />
    </svg>
  )
}
