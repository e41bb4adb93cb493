import { AuthProvider, Callback, RequireAuth, useAuth } from '@latchkey/react'
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import type { ReactElement, ReactNode } from 'react'
import { afterEach, describe, expect, it } from 'vitest'
import { createTestAuth, type TestAuth } from './index.ts'

afterEach(cleanup)

const alice = { sub: 'alice', name: 'Alice' }

function Name(): ReactNode {
  const { status, user } = useAuth()
  return <p>{user?.name ?? status}</p>
}

function Counted({ onRender }: { onRender: () => void }): ReactNode {
  onRender()
  return useAuth().status
}

function page(auth: TestAuth, children: ReactElement): ReturnType<typeof render> {
  return render(<AuthProvider client={auth}>{children}</AuthProvider>)
}

describe('components around a client that a test drives', () => {
  it('show what happens, when it happens', () => {
    const auth = createTestAuth({ user: alice })
    page(auth, <Name />)
    expect(screen.getByText('Alice')).toBeDefined()
    act(() => auth.signOutElsewhere())
    expect(screen.getByText('unauthenticated')).toBeDefined()
    act(() => auth.signInElsewhere({ sub: 'bob', name: 'Bob' }))
    expect(screen.getByText('Bob')).toBeDefined()
  })

  it('render nothing again for a refresh', async () => {
    const auth = createTestAuth({ user: alice })
    let renders = 0
    page(auth, <Counted onRender={() => void renders++} />)
    const before = renders
    expect(before).toBeGreaterThan(0)
    auth.expire()
    await act(() => auth.getAccessToken())
    expect(renders).toBe(before)
  })

  it('are let through by a guard that has sent the person to sign in', async () => {
    const auth = createTestAuth({ user: alice, status: 'unauthenticated', redirects: 'manual' })
    page(
      auth,
      <RequireAuth fallback={<p>One moment…</p>}>
        <Name />
      </RequireAuth>,
    )
    expect(await screen.findByText('One moment…')).toBeDefined()
    await act(async () => undefined)
    expect(auth.logins).toHaveLength(1)
    act(() => auth.signIn())
    expect(screen.getByText('Alice')).toBeDefined()
  })

  it('get a notice from a guard once the person has signed out, and a button', async () => {
    const auth = createTestAuth({ user: alice })
    page(
      auth,
      <RequireAuth>
        <Name />
      </RequireAuth>,
    )
    await act(() => auth.logout())
    expect(auth.logins).toEqual([])
    await act(async () => fireEvent.click(screen.getByText('Sign in')))
    expect(screen.getByText('Alice')).toBeDefined()
  })

  it('may be the callback route', async () => {
    const auth = createTestAuth({ user: alice, callback: { returnTo: '/orders' } })
    const done: string[] = []
    await act(async () => {
      page(auth, <Callback onDone={({ returnTo }) => void done.push(returnTo)} />)
    })
    expect(done).toEqual(['/orders'])
  })
})
