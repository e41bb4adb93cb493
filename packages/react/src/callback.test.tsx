import { type CallbackResult, createAuthClient } from '@latchkey/core'
import { act, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { type ReactNode, useEffect, useState } from 'react'
import { describe, expect, it } from 'vitest'
import { createFakePlatform, settle } from '../../core/test/fake-platform.ts'
import { cutOff, holdUp } from '../../core/test/pages.ts'
import { type Scene, sceneOf } from '../../core/test/signed-in.ts'
import { renderInBoundary } from '../test/error-boundary.tsx'
import { addressBar, arriveAtCallback, comeBack, openPage } from '../test/window-scene.ts'
import { AuthProvider, Callback, type CallbackProps, RequireAuth, useAuth } from './index.ts'

/** An app without a router: it looks at the address bar whenever the browser says that it has changed. */
function App({ auth, callback }: { auth: Scene['auth']; callback?: CallbackProps }): ReactNode {
  const [path, setPath] = useState(location.pathname)
  useEffect(() => {
    const look = (): void => setPath(location.pathname)
    addEventListener('popstate', look)
    return () => removeEventListener('popstate', look)
  }, [])
  return (
    <AuthProvider client={auth}>
      {path === '/callback' ? <Callback {...callback} /> : <Home path={path} />}
    </AuthProvider>
  )
}

function Home({ path }: { path: string }): ReactNode {
  const { status, user } = useAuth()
  return (
    <p>
      {path}: {user?.name ?? status}
    </p>
  )
}

/** An app that keeps everything from the page while it loads, its callback included. */
function Gate(): ReactNode {
  return useAuth((view) => view.isLoading) ? <p>One moment</p> : <Callback />
}

/** How often anybody was told of another address. */
function countPopStates(): { count: number } {
  const told = { count: 0 }
  addEventListener('popstate', () => {
    told.count += 1
  })
  return told
}

/** Longer than it is remembered where a sign-in that came back was to end. */
const anHourMs = 60 * 60 * 1000

/** Where the sign-in that was begun last ends. */
async function endOf(scene: Scene): Promise<string> {
  const { auth } = await comeBack(scene)
  return (await auth.handleCallback()).returnTo
}

/** Somebody signs in in another tab of the same browser. */
async function signInElsewhere({ provider, platform: { browser } }: Scene): Promise<void> {
  const open = (href: string, stored?: Map<string, string>): Scene => {
    const given = { fetch: provider.fetch, browser, href, ...(stored && { stored }) }
    return sceneOf(provider, createFakePlatform(given), undefined)
  }
  const left = open(`${location.origin}/`)
  await left.auth.login()
  const back = open(provider.signIn(left.platform.visited[0] ?? ''), left.platform.stored)
  back.auth.start()
  await back.auth.handleCallback()
}

async function letHappen({ platform }: Scene): Promise<void> {
  await act(() => platform.advance(20_000))
  await act(settle)
}

describe('a sign-in that worked', () => {
  it('is finished with one request for tokens, and ends where it began, query and hash included', async () => {
    const from = '/settings?tab=2&q=a%20b#keys'
    const { auth, provider } = await arriveAtCallback({ from })
    const told = countPopStates()
    render(<App auth={auth} />)
    expect(addressBar()).toBe('/callback') // before anything is awaited

    await screen.findByText('/settings: Alice')
    expect(addressBar()).toBe(from)
    expect(provider.count('/token')).toBe(1)
    expect(told.count).toBe(1)
  })

  it('is finished too where the app renders nothing but a spinner while it loads', async () => {
    const { auth, provider } = await arriveAtCallback({ from: '/settings' })
    render(
      <AuthProvider client={auth}>
        <Gate />
      </AuthProvider>,
    )
    screen.getByText('One moment')
    await waitFor(() => expect(addressBar()).toBe('/settings'))
    expect(auth.getState().status).toBe('authenticated')
    expect(provider.count('/token')).toBe(1)
  })

  it('shows a short text meanwhile, or what the app says', async () => {
    const first = await arriveAtCallback()
    const { unmount } = render(<App auth={first.auth} />)
    expect(screen.getByRole('status').textContent).toBe('Signing in…')
    await screen.findByText('/: Alice')
    unmount()

    const second = await arriveAtCallback()
    const { container } = render(<App auth={second.auth} callback={{ fallback: <b>…</b> }} />)
    expect(container.innerHTML).toBe('<b>…</b>')
    await screen.findByText('/: Alice')
  })

  it('makes the history no longer, and keeps what somebody keeps in it', async () => {
    const { auth } = await arriveAtCallback({ from: '/orders' })
    history.replaceState({ mine: [1] }, '')
    const before = history.length
    const states: unknown[] = []
    addEventListener('popstate', ({ state }) => void states.push(state))
    render(<App auth={auth} />)
    await screen.findByText('/orders: Alice')
    expect(history.length).toBe(before)
    expect(history.state).toEqual({ mine: [1] })
    expect(states).toEqual([{ mine: [1] }])
  })

  it('is left to `onDone` where there is one, which is called once and moves or does not', async () => {
    const { auth } = await arriveAtCallback({ from: '/orders', login: { appState: { step: 3 } } })
    const told = countPopStates()
    const results: CallbackResult[] = []
    render(<App auth={auth} callback={{ onDone: (result) => void results.push(result) }} />)
    await waitFor(() => expect(results).toHaveLength(1))
    await act(settle)
    expect(results).toEqual([{ returnTo: '/orders', appState: { step: 3 } }])
    expect([addressBar(), told.count]).toEqual(['/callback', 0])
    expect(screen.getByText('Signing in…')).toBeDefined()
  })

  it('is told to the `onDone` of the last render', async () => {
    const scene = await arriveAtCallback()
    const { goOn } = holdUp(scene, '/token')
    const called: string[] = []
    const app = (name: string): ReactNode => (
      <App auth={scene.auth} callback={{ onDone: () => void called.push(name) }} />
    )
    const { rerender } = render(app('first'))
    rerender(app('second'))
    goOn()
    await waitFor(() => expect(called).toHaveLength(1))
    await act(settle)
    expect(called).toEqual(['second'])
    expect(scene.provider.count('/token')).toBe(1)
  })

  it('works where the callback unmounts with the change of the session', async () => {
    const { auth } = await arriveAtCallback({ from: '/orders' })
    render(
      <AuthProvider client={auth}>
        <Halves />
      </AuthProvider>,
    )
    await screen.findByText('signed in')
    await waitFor(() => expect(addressBar()).toBe('/orders'))
  })

  it('does not fetch back whoever went elsewhere before it was finished', async () => {
    const scene = await arriveAtCallback({ from: '/orders' })
    const { arrived, goOn } = holdUp(scene, '/token')
    render(<App auth={scene.auth} />)
    await act(() => arrived)
    act(() => {
      history.pushState(null, '', '/help')
      dispatchEvent(new PopStateEvent('popstate'))
    })
    expect(screen.getByText('/help: loading')).toBeDefined()
    const told = countPopStates()
    goOn()
    await screen.findByText('/help: Alice')
    await act(settle)
    expect([addressBar(), told.count]).toEqual(['/help', 0])
  })

  it('is finished once where the callback is mounted, unmounted and mounted again', async () => {
    const scene = await arriveAtCallback({ from: '/orders?page=2' })
    const { arrived, goOn } = holdUp(scene, '/token')
    const told = countPopStates()
    const first = render(<App auth={scene.auth} />)
    first.unmount()
    render(<App auth={scene.auth} />)
    await act(() => arrived)
    goOn()
    await screen.findByText('/orders: Alice')
    expect([addressBar(), told.count, scene.provider.count('/token')]).toEqual(['/orders?page=2', 1, 1])
  })

  it('leads on again when the app shows its callback route later', async () => {
    const { auth, provider } = await arriveAtCallback({ from: '/orders' })
    render(<App auth={auth} />)
    await screen.findByText('/orders: Alice')
    act(() => {
      history.pushState(null, '', '/callback')
      dispatchEvent(new PopStateEvent('popstate'))
    })
    await screen.findByText('/orders: Alice')
    expect(provider.count('/token')).toBe(1)
  })

  it('leads on after a reload of the callback page, though the tokens are gone', async () => {
    const before = await arriveAtCallback({ from: '/orders' })
    await before.auth.handleCallback()
    const results: unknown[] = []
    const after = await openPage('/callback', { provider: before.provider, stored: before.platform.stored })
    render(<App auth={after.auth} callback={{ onDone: (result) => void results.push(result) }} />)
    await waitFor(() => expect(results).not.toEqual([]))
    await act(settle)
    expect(results).toEqual([{ returnTo: '/orders' }])
    expect(after.auth.getState()).toMatchObject({ status: 'unauthenticated', reason: 'no_session' })
    expect(after.provider.count('/token')).toBe(1)
  })
})

function Halves(): ReactNode {
  return useAuth(({ isAuthenticated }) => isAuthenticated) ? <p>signed in</p> : <Callback />
}

describe('a sign-in that failed', () => {
  const denied = { error: 'access_denied', error_description: '<img src=x onerror="alert(1)"><b>no</b>' }

  it('shows an alert with a button that signs in again, to end where it was to end', async () => {
    const scene = await arriveAtCallback({ from: '/orders?page=2#end', answer: denied })
    const { auth, platform, provider } = scene
    render(<App auth={auth} />)
    expect((await screen.findByRole('alert')).textContent).toContain('cancelled')
    expect([addressBar(), provider.count('/token')]).toEqual(['/callback', 0])
    expect(platform.visited).toEqual([])

    fireEvent.click(screen.getByRole('button', { name: 'Sign in' }))
    await waitFor(() => expect(platform.visited).toHaveLength(1))
    await act(settle)
    expect(platform.visited).toHaveLength(1)
    expect(await endOf(scene)).toBe('/orders?page=2#end')
  })

  it('shows the app’s own words, with the provider’s as text', async () => {
    const { auth } = await arriveAtCallback({ answer: denied })
    const { container } = render(
      <App
        auth={auth}
        callback={{
          error: (error, retry) => (
            <button type="button" onClick={retry}>
              {error?.code}: {error?.name === 'ServerError' && error.description}
            </button>
          ),
        }}
      />,
    )
    const button = await screen.findByRole('button')
    expect(button.textContent).toBe(`access_denied: ${denied.error_description}`)
    expect(container.querySelector('img, b')).toBeNull()
  })

  it('hands the app’s own words a way to try again', async () => {
    const scene = await arriveAtCallback({ from: '/orders', answer: denied })
    render(
      <App
        auth={scene.auth}
        callback={{
          error: (_, retry) => (
            <button type="button" onClick={retry}>
              again
            </button>
          ),
        }}
      />,
    )
    fireEvent.click(await screen.findByText('again'))
    await waitFor(() => expect(scene.platform.visited).toHaveLength(1))
    await act(settle)
    expect(await endOf(scene)).toBe('/orders')
  })

  it('ends a new sign-in there however long somebody has looked at the notice', async () => {
    const scene = await arriveAtCallback({ from: '/orders', answer: denied })
    render(<App auth={scene.auth} />)
    const button = await screen.findByRole('button', { name: 'Sign in' })
    await act(() => scene.platform.advance(anHourMs))
    fireEvent.click(button)
    await waitFor(() => expect(scene.platform.visited).toHaveLength(1))
    expect(await endOf(scene)).toBe('/orders')
  })

  it('shows an element of the app in place of the notice', async () => {
    const { auth } = await arriveAtCallback({ answer: denied })
    const { container } = render(<App auth={auth} callback={{ error: <h1>Sorry</h1> }} />)
    await screen.findByText('Sorry')
    expect(container.innerHTML).toBe('<h1>Sorry</h1>')
  })

  it('shows neither markup nor words of a link that somebody else made', async () => {
    const link = new URLSearchParams({ error: '<b>x</b>', error_description: denied.error_description })
    const { auth, platform } = await openPage(`/callback?${link}`)
    const { container } = render(<App auth={auth} />)
    await screen.findByRole('alert')
    expect(container.querySelector('img, b')).toBeNull()
    expect(container.textContent).not.toContain('no</b>')
    expect(platform.visited).toEqual([])
  })

  it('tells when trying again goes wrong in another way', async () => {
    const scene = await arriveAtCallback({ answer: denied })
    render(<App auth={scene.auth} />)
    await screen.findByText(/cancelled/)
    scene.platform.setSecure(false)
    fireEvent.click(screen.getByRole('button', { name: 'Sign in' }))
    await screen.findByText('insecure_context')
    expect(scene.platform.visited).toEqual([])
  })

  it('goes on to where it was to end once somebody has signed in in another tab', async () => {
    const scene = await arriveAtCallback({ from: '/orders?page=2', answer: denied })
    render(<App auth={scene.auth} />)
    await screen.findByRole('alert')
    const told = countPopStates()
    await act(() => signInElsewhere(scene))
    await screen.findByText('/orders: Alice')
    expect([addressBar(), told.count]).toEqual(['/orders?page=2', 1])
  })

  it('tells `onDone` of that, and fetches nobody back who went elsewhere meanwhile', async () => {
    const results: unknown[] = []
    const callback = { onDone: (result: unknown) => void results.push(result) }
    const scene = await arriveAtCallback({ from: '/orders', answer: denied })
    const { unmount } = render(<App auth={scene.auth} callback={callback} />)
    await screen.findByRole('alert')
    await act(() => signInElsewhere(scene))
    await waitFor(() => expect(results).toEqual([{ returnTo: '/orders' }]))
    unmount()

    const left = await arriveAtCallback({ from: '/orders', answer: denied })
    render(<App auth={left.auth} callback={callback} />)
    await screen.findByRole('alert')
    act(() => {
      history.pushState(null, '', '/help')
      dispatchEvent(new PopStateEvent('popstate'))
    })
    await act(() => signInElsewhere(left))
    await screen.findByText('/help: Alice')
    expect([addressBar(), results.length]).toEqual(['/help', 1])
  })

  it('calls no `onDone` of a page that is left, whoever signs in after that', async () => {
    const results: unknown[] = []
    const scene = await arriveAtCallback({ from: '/orders', answer: denied })
    const { unmount } = render(
      <App auth={scene.auth} callback={{ onDone: (result) => void results.push(result) }} />,
    )
    await screen.findByRole('alert')
    unmount()
    const stop = scene.auth.start()
    await signInElsewhere(scene)
    await waitFor(() => expect(scene.auth.getState().status).toBe('authenticated'))
    expect(results).toEqual([])
    stop()
  })

  it('goes on showing so beside a session that nothing was taken from, whatever becomes of that', async () => {
    const { auth, platform, provider } = await arriveAtCallback({ from: '/orders' })
    const stop = auth.start()
    await auth.handleCallback()
    await auth.login()
    platform.wake('restored')
    const { pathname, search } = new URL(provider.signIn(platform.visited.at(-1) ?? '', denied))
    history.replaceState(null, '', pathname + search)
    render(<App auth={auth} />)
    await screen.findByText('access_denied')
    provider.claims = { name: 'Alicia' }
    await act(() => auth.getAccessToken({ forceRefresh: true }))
    expect(auth.getState()).toMatchObject({ status: 'authenticated', user: { name: 'Alicia' } })
    expect(screen.getByText('access_denied')).toBeDefined()
    expect(addressBar()).toBe('/callback')
    stop()
  })

  it('calls no `onDone`', async () => {
    const { auth } = await arriveAtCallback({ answer: denied })
    const results: unknown[] = []
    render(<App auth={auth} callback={{ onDone: (result) => void results.push(result) }} />)
    await screen.findByRole('alert')
    await act(settle)
    expect(results).toEqual([])
  })

  it('shows an alert where the network failed, and asks for tokens once', async () => {
    const scene = await arriveAtCallback()
    cutOff(scene)
    render(<App auth={scene.auth} />)
    expect((await screen.findByRole('alert')).textContent).toContain('cannot be reached')
    await letHappen(scene)
    expect(scene.provider.count('/token')).toBeLessThanOrEqual(1)
    expect(scene.platform.visited).toEqual([])
  })
})

describe('a visit without an answer', () => {
  it('shows a notice where nobody is signed in, and redirects nobody', async () => {
    const scene = await openPage('/callback')
    render(<App auth={scene.auth} />)
    const alert = await screen.findByRole('alert')
    expect(alert.textContent).toContain('no_sign_in_pending')
    await letHappen(scene)
    expect([scene.platform.visited, scene.provider.seen]).toEqual([[], []])
    expect(addressBar()).toBe('/callback')

    fireEvent.click(screen.getByRole('button', { name: 'Sign in' }))
    await waitFor(() => expect(scene.platform.visited).toHaveLength(1))
  })

  it('leads to the start page once somebody has signed in in another tab', async () => {
    const scene = await openPage('/callback')
    render(<App auth={scene.auth} />)
    await screen.findByRole('alert')
    await act(() => signInElsewhere(scene))
    await screen.findByText('/: Alice')
    expect(addressBar()).toBe('/')
  })

  it('shows a notice for an answer to a sign-in that this tab did not start, and leaves the URL alone', async () => {
    const elsewhere = await arriveAtCallback()
    const url = addressBar()
    const scene = await openPage(url, { provider: elsewhere.provider })
    render(<App auth={scene.auth} />)
    expect((await screen.findByRole('alert')).textContent).toContain('sign_in_unknown')
    expect([addressBar(), scene.provider.count('/token')]).toEqual([url, 0])

    await act(() => signInElsewhere(scene))
    await screen.findByText('/: Alice')
    expect(addressBar()).toBe('/')
  })

  it('has one for the client that takes the place of the other, and finishes its sign-in', async () => {
    const theirs = await arriveAtCallback({ from: '/orders' })
    const other = await openPage(addressBar(), { options: { clientId: 'other' } })
    const { rerender } = render(<App auth={other.auth} />)
    expect((await screen.findByRole('alert')).textContent).toContain('no_sign_in_pending')
    rerender(<App auth={theirs.auth} />)
    await screen.findByText('/orders: Alice')
    expect(addressBar()).toBe('/orders')
  })
})

describe('a sign-in that a reload cut off', () => {
  /** The page is reloaded while its request for tokens is on its way. */
  async function reload(before: Scene): Promise<Scene> {
    const { arrived } = holdUp(before, '/token') // never to be answered: that page is gone
    const { unmount } = render(<App auth={before.auth} />)
    await act(() => arrived)
    unmount()
    const { provider, platform } = before
    const stored = new Map(platform.stored)
    provider.onRequest = () => undefined
    return openPage('/callback', { provider, stored })
  }

  it('is started again by itself, once, to end where it was to end', async () => {
    const scene = await reload(await arriveAtCallback({ from: '/orders' }))
    render(<App auth={scene.auth} />)
    await waitFor(() => expect(scene.platform.visited).toHaveLength(1))
    await letHappen(scene)
    expect(scene.platform.visited).toHaveLength(1)
    expect(screen.getByRole('status').textContent).toBe('Signing in…')
    expect(await endOf(scene)).toBe('/orders')
  })

  it('is started again once there is a network, to end there however long that took', async () => {
    const scene = await reload(await arriveAtCallback({ from: '/orders' }))
    scene.platform.setOnline(false)
    render(<App auth={scene.auth} />)
    await act(settle)
    await act(() => scene.platform.advance(anHourMs))
    expect(scene.platform.visited).toEqual([])
    scene.platform.setOnline(true)
    act(() => scene.platform.wake('online'))
    await waitFor(() => expect(scene.platform.visited).toHaveLength(1))
    expect(await endOf(scene)).toBe('/orders')
  })

  it('is started again for nobody who has left the page meanwhile', async () => {
    const scene = await reload(await arriveAtCallback({ from: '/orders' }))
    scene.platform.setOnline(false)
    const { unmount } = render(<App auth={scene.auth} />)
    await act(settle)
    unmount()
    const stop = scene.auth.start()
    scene.platform.setOnline(true)
    scene.platform.wake('online')
    await letHappen(scene)
    expect(scene.platform.visited).toEqual([])
    stop()
  })

  it('goes on where somebody has signed in in another tab before it could be', async () => {
    const scene = await reload(await arriveAtCallback({ from: '/orders' }))
    scene.platform.setOnline(false)
    render(<App auth={scene.auth} />)
    await act(settle)
    await act(() => signInElsewhere(scene))
    scene.platform.setOnline(true)
    act(() => scene.platform.wake('online'))
    await screen.findByText('/orders: Alice')
    expect([addressBar(), scene.platform.visited]).toEqual(['/orders', []])
  })

  it('leads nobody on who has left before it could be', async () => {
    const results: unknown[] = []
    const scene = await reload(await arriveAtCallback({ from: '/orders' }))
    scene.platform.setOnline(false)
    const { unmount } = render(
      <App auth={scene.auth} callback={{ onDone: (result) => void results.push(result) }} />,
    )
    await act(settle)
    unmount()
    const stop = scene.auth.start()
    await settle()
    await signInElsewhere(scene)
    await waitFor(() => expect(scene.auth.getState().status).toBe('authenticated'))
    expect([results, scene.platform.visited, addressBar()]).toEqual([[], [], '/callback'])
    stop()
  })

  it('shows the notice once it has been started again too often', async () => {
    let scene = await reload(await arriveAtCallback({ from: '/orders' }))
    for (let page = 0; page < 2; page++) {
      const { unmount } = render(<App auth={scene.auth} />)
      await waitFor(() => expect(scene.platform.visited).toHaveLength(1))
      unmount()
      const { provider, platform } = scene
      const answer = new URL(provider.signIn(platform.visited[0] ?? ''))
      scene = await reload(
        await openPage(answer.pathname + answer.search, { provider, stored: platform.stored }),
      )
    }
    render(<App auth={scene.auth} />)
    expect((await screen.findByRole('alert')).textContent).toContain('Please sign in again.')
    await letHappen(scene)
    expect(scene.platform.visited).toEqual([])

    fireEvent.click(screen.getByRole('button', { name: 'Sign in' }))
    await waitFor(() => expect(scene.platform.visited).toHaveLength(1))
  })
})

describe('what is no sign-in’s fault', () => {
  it('goes to the error boundary, not to the person', async () => {
    const { provider, platform } = await arriveAtCallback()
    const bug = new Error('the platform has a bug')
    const auth = createAuthClient({
      issuer: provider.issuer,
      clientId: 'app',
      redirectUri: '/callback',
      platform: {
        ...platform,
        clock: {
          ...platform.clock,
          now: () => {
            throw bug
          },
        },
      },
    })
    const { caught } = renderInBoundary(<App auth={auth} />)
    await screen.findByText('caught')
    expect(new Set(caught)).toEqual(new Set([bug]))
  })
})

describe('a guard beside it', () => {
  it('starts no sign-in while one is being finished', async () => {
    const scene = await arriveAtCallback({ from: '/orders' })
    const { arrived, goOn } = holdUp(scene, '/token')
    render(
      <AuthProvider client={scene.auth}>
        <Callback fallback={<p>finishing</p>} />
        <RequireAuth fallback={<p>guarding</p>}>secret</RequireAuth>
      </AuthProvider>,
    )
    await act(() => arrived)
    expect(screen.getByText('guarding')).toBeDefined()
    goOn()
    await screen.findByText(/secret/)
    await letHappen(scene)
    expect(scene.platform.visited).toEqual([])
  })
})
