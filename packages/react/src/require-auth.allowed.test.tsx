import { act, render, screen } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { describe, expect, it } from 'vitest'
import { createScene } from '../../core/test/signed-in.ts'
import { renderInBoundary } from '../test/error-boundary.tsx'
import { expectVisits, GuardedPage, letHappen, signedInWith } from '../test/guarded-page.tsx'

describe('a guard that asks for a role', () => {
  it('shows its children to whoever has it', async () => {
    const { auth } = await signedInWith({ roles: ['admin'] })
    render(<GuardedPage auth={auth} roles={['admin', 'owner']} />)
    expect(screen.getByText('secret')).toBeDefined()
  })

  it('tells whoever has not, and never sends them to sign in', async () => {
    const scene = await signedInWith({ roles: ['user'] })
    render(<GuardedPage auth={scene.auth} roles={['admin']} />)
    const { children, textContent } = screen.getByRole('alert')
    expect(textContent).toBe('You do not have access to this page.')
    // Screen readers stop at an empty paragraph too.
    expect([...children].map((child) => child.textContent)).toEqual([textContent])
    expect(screen.queryByText('secret')).toBeNull()
    await letHappen(scene)
    expect([scene.platform.visited, scene.auth.getState().status]).toEqual([[], 'authenticated'])
  })

  it('has a heading there that the focus can be moved to, and that is no stop of the Tab key', async () => {
    const { auth } = await signedInWith({})
    render(<GuardedPage auth={auth} roles={['admin']} />)
    const heading = screen.getByRole('heading')
    await userEvent.setup({ delay: null }).tab()
    expect(document.activeElement).toBe(document.body)
    heading.focus()
    expect(document.activeElement).toBe(heading)
  })

  it('sends whoever is not signed in to sign in all the same', async () => {
    const scene = await createScene()
    render(<GuardedPage auth={scene.auth} roles={['admin']} />)
    await expectVisits(scene, ['/auth'])
  })

  it('takes the children away when a refresh brings claims without it, and back with it', async () => {
    const { auth, provider } = await signedInWith({ realm_access: { roles: ['admin'] } })
    render(<GuardedPage auth={auth} roles={['admin']} rolesClaim={['realm_access', 'roles']} />)
    for (const [roles, role] of [
      [[], 'alert'],
      [['admin'], 'paragraph'],
    ] as const) {
      provider.claims = { realm_access: { roles } }
      await act(() => auth.getAccessToken({ forceRefresh: true }))
      expect(screen.getAllByRole(role)).toHaveLength(1)
    }
    expect(screen.getByText('secret')).toBeDefined()
  })
})

describe('a guard with a predicate', () => {
  it('asks it about the person, and nobody else', async () => {
    const nobody = await createScene()
    const { auth } = await signedInWith({ email_verified: true })
    const asked: unknown[] = []
    const when = (user: unknown): boolean => {
      asked.push(user)
      return true
    }
    const { rerender } = render(<GuardedPage auth={nobody.auth} when={when} />)
    expect(asked).toEqual([])
    rerender(<GuardedPage auth={auth} when={when} />)
    expect(screen.getByText('secret')).toBeDefined()
    expect(asked).toContainEqual(expect.objectContaining({ name: 'Alice', email_verified: true }))
  })

  it('shows the app’s own words to whoever it refuses, who are told who they are', async () => {
    const { auth } = await signedInWith({})
    const page = (forbidden: Parameters<typeof GuardedPage>[0]['forbidden']): React.ReactNode => (
      <GuardedPage auth={auth} when={() => false} forbidden={forbidden} />
    )
    const { container, rerender } = render(page(({ name }) => <p>Not you, {name}</p>))
    expect(container.textContent).toBe('Not you, Alice')
    rerender(page('Sorry'))
    expect(container.textContent).toBe('Sorry')
    rerender(page(null))
    expect(container.innerHTML).toBe('')
  })

  it.each([
    ['refuses', () => false],
    [
      'throws',
      () => {
        throw new Error('a bug')
      },
    ],
  ])('asks for no stronger sign-in where it %s', async (_, when) => {
    const scene = await signedInWith({})
    renderInBoundary(<GuardedPage auth={scene.auth} when={when} acr="mfa" />)
    await letHappen(scene)
    expect(scene.platform.visited).toEqual([])
    expect(screen.queryByText('secret')).toBeNull()
  })

  it('gives what it throws to the error boundary, and shows nothing guarded', async () => {
    const { auth } = await signedInWith({})
    const bug = new TypeError('user.groups is undefined')
    const { caught, container } = renderInBoundary(
      <GuardedPage
        auth={auth}
        when={() => {
          throw bug
        }}
      />,
    )
    expect(caught).toEqual([bug])
    expect(container.textContent).toBe('caught')
  })
})
