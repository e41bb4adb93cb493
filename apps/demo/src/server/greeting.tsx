import { useAuth } from '@latchkey/react'

/** On a server nobody knows yet who is there, so that is what it says; the browser goes on from there. */
export function Greeting() {
  const { status, user } = useAuth()
  if (status === 'loading') return <p>Looking who you are …</p>
  return <p>{user ? `Hello, ${user.name ?? user.sub}` : 'Nobody is signed in'}</p>
}
