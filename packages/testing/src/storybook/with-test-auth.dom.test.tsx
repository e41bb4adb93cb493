import { useAuth } from '@latchkey/react'
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import type { ReactNode } from 'react'
import { afterEach, describe, expect, it } from 'vitest'
import { createTestAuth } from '../index.ts'
import { type StoryLike, withTestAuth } from './index.ts'

afterEach(cleanup)

const decorate = withTestAuth({ user: { sub: 'alice', name: 'Alice' } })

function Header(): ReactNode {
  const { status, user, login, logout } = useAuth()
  return (
    <header>
      <p>{user?.name ?? status}</p>
      <button type="button" onClick={user ? logout : login}>
        {user ? 'Sign out' : 'Sign in'}
      </button>
    </header>
  )
}

function show(story: Partial<StoryLike> = {}): ReturnType<typeof render> {
  return render(decorate(() => <Header />, { id: 'header--story', parameters: {}, ...story }))
}

describe('a story with a client around it', () => {
  it('is shown to whoever the decorator says', () => {
    show()
    expect(screen.getByText('Alice')).toBeDefined()
  })

  it.each([
    [{ status: 'unauthenticated' }, 'unauthenticated'],
    [{ status: 'loading' }, 'loading'],
    [{ user: { sub: 'bob', name: 'Bob' } }, 'Bob'],
  ])('is shown as its parameters say: %j', (auth, text) => {
    show({ parameters: { auth } })
    expect(screen.getByText(text)).toBeDefined()
  })

  it('works, by its own buttons', async () => {
    show()
    await act(async () => fireEvent.click(screen.getByText('Sign out')))
    expect(screen.getByText('unauthenticated')).toBeDefined()
    await act(async () => fireEvent.click(screen.getByText('Sign in')))
    expect(screen.getByText('Alice')).toBeDefined()
  })

  it('keeps its client while it is rendered again, and leaves none to the next story', async () => {
    const { rerender } = show()
    await act(async () => fireEvent.click(screen.getByText('Sign out')))
    rerender(decorate(() => <Header />, { id: 'header--story', parameters: {} }))
    expect(screen.getByText('unauthenticated')).toBeDefined()
    rerender(decorate(() => <Header />, { id: 'header--another', parameters: {} }))
    expect(screen.getByText('Alice')).toBeDefined()
  })

  it('may drive its client itself', () => {
    const auth = createTestAuth({ user: { sub: 'carol', name: 'Carol' } })
    show({ parameters: { auth } })
    expect(screen.getByText('Carol')).toBeDefined()
    act(() => auth.signOutElsewhere())
    expect(screen.getByText('unauthenticated')).toBeDefined()
  })
})
