import { createAuthContext, useAuth, useAuthFetch } from '@latchkey/react'
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

function Caller(): ReactNode {
  const authFetch = useAuthFetch()
  const name = useAuth((auth) => auth.user?.name)
  return (
    <button type="button" onClick={() => void authFetch('https://api.example/orders')}>
      {name}
    </button>
  )
}

interface Member {
  readonly sub: string
  readonly roles: readonly string[]
}

const member = createAuthContext<Member>()
const editor: Member = { sub: 'erin', roles: ['editor'] }

function Roles(): ReactNode {
  const { status, user } = member.useAuth()
  return <p>{user?.roles.join() ?? status}</p>
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

  it('may use the hooks itself, where it is a function', () => {
    render(decorate(Header, { id: 'header--function', parameters: {} }))
    expect(screen.getByText('Alice')).toBeDefined()
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

  it('may begin with options of its own that add to the decorator’s', async () => {
    const asked: string[] = []
    const withApi = withTestAuth({
      user: { sub: 'alice', name: 'Alice' },
      apis: ['https://api.example'],
      fetch: (request) => {
        asked.push(request.url)
        return new Response()
      },
    })
    const auth = { user: { sub: 'bob', name: 'Bob' } }
    render(withApi(() => <Caller />, { id: 'caller--story', parameters: { auth } }))
    await act(async () => fireEvent.click(screen.getByText('Bob')))
    expect(asked).toEqual(['https://api.example/orders'])
  })
})

describe('a story in a context of its own', () => {
  const story = (parameters: StoryLike['parameters'] = {}): StoryLike => ({ id: 'roles--story', parameters })

  it('is shown to a person of its own type', () => {
    const decorated = withTestAuth<Member>({ user: editor }, { context: member })
    const { rerender } = render(decorated(() => <Roles />, story()))
    expect(screen.getByText('editor')).toBeDefined()
    const auth = { user: { sub: 'ray', roles: ['reader'] } }
    rerender(decorated(() => <Roles />, { ...story({ auth }), id: 'roles--another' }))
    expect(screen.getByText('reader')).toBeDefined()
  })

  it('says by a parameter of its own how it begins, beside another client', () => {
    const inner = withTestAuth<Member>({ user: editor }, { context: member, parameter: 'member' })
    const asTold = story({ member: { status: 'loading' } })
    const both = decorate(
      () =>
        inner(
          () => (
            <>
              <Header />
              <Roles />
            </>
          ),
          asTold,
        ),
      asTold,
    )
    render(both)
    expect(screen.getByText('Alice')).toBeDefined()
    expect(screen.getByText('loading')).toBeDefined()
  })

  it('has no client where the decorator is for another context', () => {
    const decorated = decorate(() => <Roles />, story())
    expect(() => render(decorated)).toThrow(expect.objectContaining({ code: 'missing_provider' }))
  })
})
