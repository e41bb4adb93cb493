import { act, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { type ReactNode, StrictMode } from 'react'
import { describe, expect, it } from 'vitest'
import {
  answerFrame,
  createFakeApp,
  decided,
  type FakeApp,
  frameOf,
  letNobodyAnswer,
  refuseFrame,
  sameSite,
  type Tab,
} from '../../core/test/fake-app.ts'
import { settle } from '../../core/test/fake-platform.ts'
import { until } from '../../core/test/until.ts'
import { renderLive } from '../test/live-root.tsx'
import { AuthProvider, Callback, RequireAuth, useAuth } from './index.ts'

/** A page that anybody may see. */
function Home(): ReactNode {
  const { status, user } = useAuth()
  if (status === 'loading') return <p>One moment…</p>
  return <p>{user ? `Hello, ${user.name}` : 'Please sign in'}</p>
}

function Open({ auth }: Pick<Tab, 'auth'>): ReactNode {
  return (
    <AuthProvider client={auth}>
      <Home />
    </AuthProvider>
  )
}

function Guarded({ auth }: Pick<Tab, 'auth'>): ReactNode {
  return (
    <AuthProvider client={auth}>
      <RequireAuth fallback={<p>One moment…</p>}>
        <p>secret</p>
      </RequireAuth>
    </AuthProvider>
  )
}

/** The app after a sign-in on a page that is gone, with nobody to ask but the provider. */
async function reloaded(): Promise<{ app: FakeApp; tab: Tab }> {
  const app = await createFakeApp(sameSite)
  app.browser.removeChannels()
  const before = await app.signIn()
  before.close()
  return { app, tab: app.open({ stored: before.platform.stored }) }
}

const shown = (container: HTMLElement): string => container.textContent ?? ''

describe('a page for anybody', () => {
  it('is shown signed out in the first frame to whoever was never here, and nothing is asked (pain 1)', async () => {
    const app = await createFakeApp(sameSite)
    const tab = app.open()
    const live = renderLive(<Open auth={tab.auth} />, shown)
    await waitFor(() => expect(live.commits).toEqual(['Please sign in']))
    await act(settle)
    expect(live.commits).toHaveLength(1)
    expect([app.provider.seen, app.browser.messages]).toEqual([[], []])
  })

  it('is shown once more when another tab has handed the session over, and never signed out before (pain 8)', async () => {
    const app = await createFakeApp()
    await app.signIn()
    const requests = app.provider.seen.length
    const live = renderLive(<Open auth={app.open().auth} />, shown)
    await waitFor(() => expect(live.commits).toEqual(['One moment…', 'Hello, Alice']))
    expect(app.provider.seen.length).toBe(requests)
  })

  it('looks once for the session in StrictMode, where everything is mounted twice (pain 5)', async () => {
    const app = await createFakeApp()
    await app.signIn()
    const tab = app.open()
    const { unmount } = render(
      <StrictMode>
        <Open auth={tab.auth} />
      </StrictMode>,
    )
    await screen.findByText('Hello, Alice')
    expect(app.count('ask')).toBe(1)
    unmount()
    expect(tab.platform.listenerCount()).toBe(0)
  })

  it('does not blink while it looks again for a session that it could not ask for', async () => {
    const { app, tab } = await reloaded()
    tab.platform.setOnline(false)
    const live = renderLive(<Open auth={tab.auth} />, shown)
    await waitFor(() => expect(live.commits).toEqual(['One moment…', 'Please sign in']))
    tab.platform.setOnline(true)
    tab.platform.wake('online')
    const frame = await frameOf(tab)
    await settle()
    expect(live.commits).toHaveLength(2)
    answerFrame(frame, app)
    await waitFor(() => expect(live.commits).toEqual(['One moment…', 'Please sign in', 'Hello, Alice']))
  })
})

describe('a guarded page', () => {
  it('shows its fallback while the session is looked for, and goes nowhere', async () => {
    const { app, tab } = await reloaded()
    const live = renderLive(<Guarded auth={tab.auth} />, shown)
    const frame = await frameOf(tab)
    expect(live.commits).toEqual(['One moment…'])
    answerFrame(frame, app)
    await waitFor(() => expect(live.commits).toEqual(['One moment…', 'secret']))
    expect(tab.platform.visited).toEqual([])
  })

  it('leaves once where the provider says that nobody is signed in', async () => {
    const { tab } = await reloaded()
    render(<Guarded auth={tab.auth} />)
    refuseFrame(await frameOf(tab))
    await waitFor(() => expect(tab.platform.visited).toHaveLength(1))
    expect(screen.getByText('One moment…')).toBeDefined()
  })

  it('says so where the session could not be asked for, and comes back by itself (pain 6)', async () => {
    const { app, tab } = await reloaded()
    tab.platform.setOnline(false)
    render(<Guarded auth={tab.auth} />)
    expect((await screen.findByRole('alert')).textContent).toContain('cannot be reached')
    expect(tab.platform.visited).toEqual([])
    tab.platform.setOnline(true)
    act(() => tab.platform.wake('online'))
    answerFrame(await frameOf(tab), app)
    await screen.findByText('secret')
  })

  it('says so after a sign-out in another tab, and does not leave (pain 16)', async () => {
    const app = await createFakeApp()
    const other = await app.signIn()
    const tab = app.open()
    render(<Guarded auth={tab.auth} />)
    await screen.findByText('secret')
    await act(async () => {
      await other.auth.logout({ local: true })
      await settle()
    })
    expect((await screen.findByRole('status')).textContent).toContain('You are signed out.')
    expect(screen.queryByText('secret')).toBeNull()
    await act(() => app.advance(60_000))
    expect(tab.platform.visited).toEqual([])

    fireEvent.click(screen.getByRole('button', { name: 'Sign in' }))
    await waitFor(() => expect(tab.platform.visited).toHaveLength(1))
  })

  it('is back once somebody signs in in another tab', async () => {
    const app = await createFakeApp()
    const other = await app.signIn()
    const tab = app.open()
    render(<Guarded auth={tab.auth} />)
    await screen.findByText('secret')
    await act(async () => {
      await other.auth.logout({ local: true })
      await settle()
    })
    await act(() => app.signIn())
    await screen.findByText('secret')
    expect(tab.platform.visited).toEqual([])
  })
})

describe('the callback page, loaded again', () => {
  it('shows where the sign-in was to end where another tab has the session', async () => {
    const app = await createFakeApp()
    const first = await app.signIn()
    await decided(app.load())
    first.close()
    history.replaceState(null, '', '/callback')
    const tab = app.open({ href: 'https://app.example/callback', stored: first.platform.stored })
    render(
      <AuthProvider client={tab.auth}>
        <Callback />
        <Home />
      </AuthProvider>,
    )
    await screen.findByText('Hello, Alice')
    await waitFor(() => expect(location.pathname).toBe('/'))
    expect(screen.queryByRole('alert')).toBeNull()
  })

  it('shows no error where nobody has it any more: somebody is signed out, and that is all', async () => {
    const app = await createFakeApp()
    const first = await app.signIn()
    first.close()
    history.replaceState(null, '', '/callback')
    const tab = app.open({ href: 'https://app.example/callback', stored: first.platform.stored })
    render(
      <AuthProvider client={tab.auth}>
        <Callback />
        <Home />
      </AuthProvider>,
    )
    await act(() => letNobodyAnswer(app))
    await act(() => until(() => location.pathname === '/'))
    await screen.findByText('Please sign in')
    expect(screen.queryByRole('alert')).toBeNull()
    expect(tab.platform.visited).toEqual([])
  })
})
