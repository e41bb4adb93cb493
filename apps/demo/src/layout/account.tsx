import { useAuth } from '@latchkey/react'

/** Who is signed in, and the button that changes it. */
export function Account() {
  return (
    <div className="account">
      <Person />
      <SignInOrOut />
    </div>
  )
}

/** A selector picks what is shown: nothing else renders this, not even a new access token. */
function Person() {
  const person = useAuth(({ user }) => user && { name: user.name ?? user.sub, picture: user.picture })
  if (!person) return null
  return (
    <>
      {person.picture && <img className="avatar" src={person.picture} alt="" />}
      <span className="person">{person.name}</span>
    </>
  )
}

function SignInOrOut() {
  const { status, isLoading, login, logout } = useAuth()
  return status === 'authenticated' ? (
    <button type="button" onClick={() => logout()}>
      Sign out
    </button>
  ) : (
    <button type="button" className="primary" disabled={isLoading} onClick={() => login()}>
      Sign in
    </button>
  )
}
