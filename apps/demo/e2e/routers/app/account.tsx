import { useAuth } from '@latchkey/react'

export function Account() {
  const { user, logout } = useAuth()
  if (!user) return <span>Nobody is signed in</span>
  return (
    <>
      <span>{user.name}</span>{' '}
      <button type="button" onClick={() => void logout({ local: true })}>
        Sign out here
      </button>
    </>
  )
}
