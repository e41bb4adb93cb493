import { contestant } from 'contestant'
import { type ReactNode, useEffect, useLayoutEffect } from 'react'
import './bench-window.ts'
import { tell } from './tell.ts'

const { useStatus, useLogin, useName, useTokenCalls } = contestant

/** The app that every SDK is built into. */
export function App(): ReactNode {
  const status = useStatus()
  if (status === 'loading') return null
  return status === 'signed in' ? <SignedIn /> : <SignedOut />
}

function SignedOut(): ReactNode {
  const login = useLogin()
  useEffect(() => reportPaint(), [])
  return (
    <main>
      <p>You are signed out.</p>
      <button type="button" onClick={() => login()}>
        Sign in
      </button>
    </main>
  )
}

function SignedIn(): ReactNode {
  const calls = useTokenCalls()
  useEffect(() => {
    window.bench.calls = calls
  }, [calls])
  return (
    <main>
      <p>You are signed in.</p>
      <Name />
    </main>
  )
}

function Name(): ReactNode {
  window.bench.renders += 1
  const name = useName()
  useLayoutEffect(() => {
    if (name) tell('signed in')
  }, [name])
  return <p id="name">{name}</p>
}

/** The first task after the frame that shows what was just committed. */
function reportPaint(): void {
  requestAnimationFrame(() => {
    const channel = new MessageChannel()
    channel.port1.onmessage = () => tell('signed out')
    channel.port2.postMessage(undefined)
  })
}
