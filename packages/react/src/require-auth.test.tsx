import { holdSession } from '@latchkey/core/popup'
import { act, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { type ReactNode, useState } from 'react'
import { describe, expect, it } from 'vitest'
import { cutOff, destinationOf, nextPage, refusalOf } from '../../core/test/pages.ts'
import { refuseRefreshes } from '../../core/test/refuse-refreshes.ts'
import { createScene, createSignedInScene, goThroughLogin, type Scene } from '../../core/test/signed-in.ts'
import { letHappen, pathsOf } from '../test/guarded-page.tsx'
import { renderLive } from '../test/live-root.tsx'
import { AuthProvider, RequireAuth, type RequireAuthProps, useAuth } from './index.ts'

const settings = 'https://app.example/settings?tab=2#keys'

/** A page with a guard on it. */
function Guarded({ auth, ...guard }: { auth: Scene['auth'] } & RequireAuthProps): ReactNode {
  return (
    <AuthProvider client={auth}>
      <RequireAuth fallback={<p>One moment…</p>} {...guard}>
        <Secret />
      </RequireAuth>
    </AuthProvider>
  )
}

function Secret(): ReactNode {
  const { user, logout } = useAuth()
  return (
    <>
      <p>secret of {String(user?.name)}</p>
      <button type="button" onClick={() => void logout()}>
        Sign out
      </button>
    </>
  )
}

/** What the page says, in short, without what the person is not to see. */
function shown(container: HTMLElement): string {
  return container.textContent ?? ''
}

describe('somebody who is signed in', () => {
  it('sees the guarded page at once, and nothing is asked of the provider', async () => {
    const scene = await createSignedInScene()
    const before = scene.provider.seen.length
    const live = renderLive(<Guarded auth={scene.auth} />, shown)
    await waitFor(() => expect(live.commits).toEqual(['secret of AliceSign out']))
    await letHappen(scene)
    expect(live.commits).toHaveLength(1)
    expect([scene.provider.seen.length, scene.platform.visited]).toEqual([before, []])
  })
})

describe('somebody who has just arrived', () => {
  it('is sent to sign in once, to come back to the guarded page', async () => {
    const scene = await createScene({ href: settings })
    render(<Guarded auth={scene.auth} />)
    await waitFor(() => expect(pathsOf(scene)).toEqual(['/auth']))
    await letHappen(scene)
    expect(pathsOf(scene)).toEqual(['/auth'])

    const back = await nextPage(scene, scene.provider.signIn(destinationOf(scene).href))
    await expect(back.auth.handleCallback()).resolves.toMatchObject({ returnTo: '/settings?tab=2#keys' })
    expect(scene.provider.count('/.well-known/openid-configuration')).toBe(1)
  })

  it('is sent once where there are two guards on one page, and once more guards come', async () => {
    const scene = await createScene({ href: settings })
    const app = (guards: number): ReactNode => (
      <AuthProvider client={scene.auth}>
        {Array.from({ length: guards }, (_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: nothing moves
          <RequireAuth key={index}>secret</RequireAuth>
        ))}
      </AuthProvider>
    )
    const { rerender, container } = render(app(2))
    await waitFor(() => expect(pathsOf(scene)).toEqual(['/auth']))
    rerender(app(3))
    await letHappen(scene)
    expect(pathsOf(scene)).toEqual(['/auth'])
    expect(container.textContent).toBe('One moment…'.repeat(3))
  })

  it('is sent to the other provider once the client is swapped', async () => {
    const signedIn = await createSignedInScene()
    const scene = await createScene({ href: settings })
    const { rerender } = render(<Guarded auth={signedIn.auth} />)
    expect(screen.getByText('secret of Alice')).toBeDefined()
    rerender(<Guarded auth={scene.auth} />)
    expect(screen.queryByText(/secret/)).toBeNull()
    await waitFor(() => expect(pathsOf(scene)).toEqual(['/auth']))
    expect(signedIn.platform.visited).toEqual([])
  })

  it('sees the fallback meanwhile, and never what is guarded', async () => {
    const scene = await createScene({ href: settings })
    const live = renderLive(<Guarded auth={scene.auth} />, shown)
    await waitFor(() => expect(pathsOf(scene)).toEqual(['/auth']))
    await letHappen(scene)
    expect(live.commits.length).toBeGreaterThanOrEqual(2)
    expect(new Set(live.commits)).toEqual(new Set(['One moment…']))
  })

  it('is told to wait where there is no fallback, and nothing where it is null', async () => {
    const scene = await createScene({ href: settings })
    const { container, rerender } = render(<Guarded auth={scene.auth} fallback={undefined} />)
    expect(container.innerHTML).toBe('<p role="status">One moment…</p>')
    rerender(<Guarded auth={scene.auth} fallback={null} />)
    expect(container.innerHTML).toBe('')
    await waitFor(() => expect(pathsOf(scene)).toEqual(['/auth']))
  })

  it('is asked for what the guard’s `login` says', async () => {
    const scene = await createScene({ href: settings })
    const login = { acrValues: ['phr'], prompt: 'login', returnTo: '/elsewhere' } as const
    render(<Guarded auth={scene.auth} login={login} />)
    await waitFor(() => expect(pathsOf(scene)).toEqual(['/auth']))
    const { searchParams } = destinationOf(scene)
    expect([searchParams.get('acr_values'), searchParams.get('prompt')]).toEqual(['phr', 'login'])
    const stored = [...scene.platform.stored.values()].join()
    expect(stored).toContain('"returnTo":"/elsewhere"')
  })

  it('is not sent again because `login` is another literal at every render', async () => {
    const scene = await createScene({ href: settings })
    const app = (): ReactNode => <Guarded auth={scene.auth} login={{ prompt: 'login' }} />
    const { rerender } = render(app())
    for (let count = 0; count < 10; count++) rerender(app())
    await waitFor(() => expect(pathsOf(scene)).toEqual(['/auth']))
    await letHappen(scene)
    expect(pathsOf(scene)).toEqual(['/auth'])
  })
})

describe('while nothing is decided', () => {
  it('shows the fallback, and what is guarded only once somebody is signed in', async () => {
    const scene = await goThroughLogin(await createScene({ href: settings }))
    const live = renderLive(<Guarded auth={scene.auth} />, shown)
    await waitFor(() => expect(live.commits).toHaveLength(1))
    await scene.auth.handleCallback()
    await waitFor(() => expect(shown(live.container)).toContain('secret'))
    const [last, ...before] = [...live.commits].reverse()
    expect(last).toBe('secret of AliceSign out')
    expect(new Set(before)).toEqual(new Set(['One moment…']))
    await letHappen(scene)
    expect(scene.platform.visited).toEqual([])
  })
})

describe('somebody who signs out on a guarded page', () => {
  it('is not signed in against the sign-out that is under way', async () => {
    const scene = await createSignedInScene()
    const live = renderLive(<Guarded auth={scene.auth} />, shown)
    await waitFor(() => expect(shown(live.container)).toContain('secret'))
    live.container.querySelector('button')?.click()
    await waitFor(() => expect(pathsOf(scene)).toEqual(['/logout']))
    await letHappen(scene)
    expect(pathsOf(scene)).toEqual(['/logout'])
    expect(live.commits).toEqual(['secret of AliceSign out', 'One moment…'])
  })

  it.each([
    ['has no way to sign out', ({ provider }: Scene) => void delete provider.metadata.end_session_endpoint],
    ['is down', cutOff],
    ['cannot be reached, offline', ({ platform }: Scene) => platform.setOnline(false)],
  ])('sees a notice with a button where the provider %s', async (_, prepare) => {
    const first = await createScene()
    if (_ === 'has no way to sign out') prepare(first)
    const scene = await goThroughLogin(first)
    await scene.auth.handleCallback()
    prepare(scene)
    render(<Guarded auth={scene.auth} />)
    fireEvent.click(screen.getByText('Sign out'))
    await screen.findByRole('button', { name: 'Sign in' })
    await letHappen(scene)
    expect(screen.queryByText(/secret/)).toBeNull()
    expect(scene.platform.visited).toEqual([])

    // Nor on the next page of this tab: what is needed is a click.
    const next = await nextPage(scene, settings)
    next.provider.onRequest = () => undefined
    render(<Guarded auth={next.auth} />)
    await letHappen(next)
    expect(next.platform.visited).toEqual([])
  })

  it('is signed in again by the notice’s button, which asks for what the guard does', async () => {
    const scene = await createSignedInScene()
    await scene.auth.logout({ local: true })
    render(<Guarded auth={scene.auth} login={{ loginHint: 'alice', returnTo: '/elsewhere' }} />)
    expect((await screen.findByRole('status')).textContent).toContain('You are signed out.')
    fireEvent.click(screen.getByRole('button', { name: 'Sign in' }))
    await waitFor(() => expect(pathsOf(scene)).toEqual(['/auth']))
    expect(destinationOf(scene).searchParams.get('login_hint')).toBe('alice')
    await screen.findByText('One moment…')
  })
})

describe('when signing in goes wrong', () => {
  it('shows a notice and does not redirect again', async () => {
    const scene = await createScene({ href: settings })
    cutOff(scene)
    render(<Guarded auth={scene.auth} />)
    expect((await screen.findByRole('alert')).textContent).toContain('cannot be reached')
    const requests = scene.provider.seen.length
    await letHappen(scene)
    expect([scene.provider.seen.length, scene.platform.visited]).toEqual([requests, []])

    scene.provider.onRequest = () => undefined
    fireEvent.click(screen.getByRole('button', { name: 'Sign in' }))
    await waitFor(() => expect(pathsOf(scene)).toEqual(['/auth']))
  })

  it('shows what kept a sign-in from finishing, and does not start another (REACT-07)', async () => {
    const first = await createScene({ href: settings })
    await first.auth.login()
    const scene = await nextPage(first, refusalOf(first, 'access_denied'))
    render(<Guarded auth={scene.auth} error={(error) => <p>it is {error.code}</p>} />)
    await act(() => scene.auth.handleCallback().catch(() => undefined))
    expect(screen.getByText('it is access_denied')).toBeDefined()
    await letHappen(scene)
    expect(scene.platform.visited).toEqual([])
  })

  it('stops after two redirects that nobody clicked for, and waits for a click', async () => {
    let scene = await createScene({ href: settings })
    for (let page = 0; page < 2; page++) {
      const { unmount } = render(<Guarded auth={scene.auth} />)
      await waitFor(() => expect(pathsOf(scene)).toEqual(['/auth']))
      unmount()
      scene = await nextPage(scene, settings)
    }
    render(<Guarded auth={scene.auth} />)
    expect((await screen.findByRole('alert')).textContent).toContain('login_loop')
    await letHappen(scene)
    expect(scene.platform.visited).toEqual([])

    fireEvent.click(screen.getByRole('button', { name: 'Sign in' }))
    await waitFor(() => expect(pathsOf(scene)).toEqual(['/auth']))
  })

  it('does not trap whoever comes back with the back button', async () => {
    const scene = await createScene({ href: settings })
    render(<Guarded auth={scene.auth} />)
    await waitFor(() => expect(pathsOf(scene)).toEqual(['/auth']))
    act(() => scene.platform.wake('restored'))
    const button = await screen.findByRole('button', { name: 'Sign in' })
    await letHappen(scene)
    expect(pathsOf(scene)).toEqual(['/auth'])

    fireEvent.click(button)
    await waitFor(() => expect(pathsOf(scene)).toEqual(['/auth', '/auth']))
  })

  it('shows a notice when the provider ends the session', async () => {
    const scene = await createSignedInScene()
    render(<Guarded auth={scene.auth} />)
    scene.provider.onToken = (answer) => {
      answer.status = 400
      answer.body = { error: 'invalid_grant' }
    }
    await act(() => scene.auth.getAccessToken({ forceRefresh: true }).catch(() => undefined))
    expect(screen.getByRole('alert').textContent).toContain('Please sign in again.')
    expect(screen.queryByText(/secret/)).toBeNull()
    await letHappen(scene)
    expect(scene.platform.visited).toEqual([])
  })

  it('keeps showing the page when a refresh fails for want of a network', async () => {
    const scene = await createSignedInScene()
    render(<Guarded auth={scene.auth} />)
    cutOff(scene)
    await act(() => scene.auth.getAccessToken({ forceRefresh: true }).catch(() => undefined))
    expect(screen.getByText(/secret/)).toBeDefined()
  })

  it('tells of a `login` that is wrong in place of redirecting', async () => {
    const scene = await createScene({ href: settings })
    render(<Guarded auth={scene.auth} login={{ maxAge: -1 }} error={(error) => error.message} />)
    expect(await screen.findByText(/Option "maxAge"/)).toBeDefined()
    await letHappen(scene)
    expect(scene.platform.visited).toEqual([])
  })
})

describe('a session that is over and held on to', () => {
  it('shows a guarded page that is opened meanwhile, and sends nobody off', async () => {
    const scene = await createSignedInScene({ options: { onSessionLost: holdSession } })
    refuseRefreshes(scene)
    scene.auth.getAccessToken({ forceRefresh: true }).catch(() => undefined)
    await waitFor(() => expect(scene.auth.getState().reason).toBe('suspended'))
    render(<Guarded auth={scene.auth} />)
    expect(screen.getByText('secret of Alice')).toBeDefined()
    await letHappen(scene)
    expect(screen.getByText('secret of Alice')).toBeDefined()
    expect(scene.platform.visited).toEqual([])
  })
})

describe('what is guarded', () => {
  it('keeps its own state through a refresh and a change of the person’s claims', async () => {
    const { auth, provider } = await createSignedInScene()
    render(
      <AuthProvider client={auth}>
        <RequireAuth>
          <Counter />
        </RequireAuth>
      </AuthProvider>,
    )
    fireEvent.click(screen.getByRole('button'))
    provider.claims = { name: 'Alicia' }
    await act(() => auth.getAccessToken({ forceRefresh: true }))
    expect(screen.getByRole('button').textContent).toBe('Alicia 1')
  })
})

function Counter(): ReactNode {
  const [count, setCount] = useState(0)
  return (
    <button type="button" onClick={() => setCount(count + 1)}>
      {useAuth((auth) => auth.user?.name)} {count}
    </button>
  )
}
