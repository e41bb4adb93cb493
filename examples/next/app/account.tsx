'use client'
import { useAuth } from '@latchkey/react'

/** On the server, and in the browser's first render, nothing is decided yet: both show the same. */
export function Account() {
  const { isLoading, user, login, logout } = useAuth()
  if (isLoading) return <span role="status">One moment…</span>
  if (!user)
    return (
      <button type="button" onClick={login}>
        Sign in
      </button>
    )
  return (
    <>
      <span>{user.name}</span>{' '}
      <button type="button" onClick={logout}>
        Sign out
      </button>
    </>
  )
}
