import { act, render, screen } from '@testing-library/react'
import type { ReactNode } from 'react'
import { afterEach, describe, expect, it } from 'vitest'
import { settle } from '../../core/test/fake-platform.ts'
import type { Scene } from '../../core/test/signed-in.ts'
import { future, reactRouters } from '../test/react-routers.ts'
import { addressBar, arriveAtCallback } from '../test/window-scene.ts'
import { AuthProvider, Callback, RequireAuth, useAuth } from './index.ts'

const from = '/settings?tab=2&q=a%20b#keys'

/** One token request, one history entry, and the router and the address bar agree. */
function expectArrival({ provider, platform }: Scene, address: string, entries: number): void {
  expect(addressBar()).toBe(address)
  expect(provider.count('/token')).toBe(1)
  expect(history.length).toBe(entries)
  expect(platform.visited).toEqual([])
  expect(location.href).not.toMatch(/code=|state=/)
}

describe.each(reactRouters)('with %s', (_, library) => {
  const { BrowserRouter, createBrowserRouter, HashRouter, Link, Outlet, Route, RouterProvider, Routes } =
    library
  const { useLocation, useNavigate } = library

  /** What the router believes, and who is signed in. */
  function Place(): ReactNode {
    const { pathname, search, hash } = useLocation()
    const { user, status } = useAuth()
    return (
      <>
        <p>
          {pathname + search + hash} {user?.name ?? status}
        </p>
        <Link to="/next">next</Link>
      </>
    )
  }

  function BrowserApp({ auth, basename = '/' }: { auth: Scene['auth']; basename?: string }): ReactNode {
    return (
      <AuthProvider client={auth}>
        <BrowserRouter basename={basename} {...{ future }}>
          <Routes>
            <Route path="/callback" element={<Callback />} />
            <Route
              path="/settings"
              element={
                <RequireAuth>
                  <Place />
                </RequireAuth>
              }
            />
            <Route path="*" element={<Place />} />
          </Routes>
        </BrowserRouter>
      </AuthProvider>
    )
  }

  describe('<BrowserRouter>', () => {
    it('shows the page where the sign-in began, guard and all', async () => {
      const scene = await arriveAtCallback({ from })
      const entries = history.length
      render(<BrowserApp auth={scene.auth} />)
      expect(screen.getByText('Signing in…')).toBeDefined()
      expect(await screen.findByText(`${from} Alice`)).toBeDefined()
      expectArrival(scene, from, entries)
    })

    it('goes on from there as if it had been there from the start', async () => {
      const { auth } = await arriveAtCallback({ from })
      render(<BrowserApp auth={auth} />)
      await screen.findByText(`${from} Alice`)
      const entries = history.length
      act(() => screen.getByText('next').click())
      expect(await screen.findByText('/next Alice')).toBeDefined()
      expect([addressBar(), history.length, history.state.idx]).toEqual(['/next', entries + 1, 1])
    })

    it('works below a basename', async () => {
      const scene = await arriveAtCallback({
        from: `/app${from}`,
        options: { redirectUri: '/app/callback' },
      })
      const entries = history.length
      render(<BrowserApp auth={scene.auth} basename="/app" />)
      expect(await screen.findByText(`${from} Alice`)).toBeDefined()
      expectArrival(scene, `/app${from}`, entries)
    })

    it('hands a sign-in over to `useNavigate` in `onDone`', async () => {
      const scene = await arriveAtCallback({ from })
      const entries = history.length
      render(
        <AuthProvider client={scene.auth}>
          <BrowserRouter {...{ future }}>
            <Routes>
              <Route path="/callback" element={<NavigatingCallback />} />
              <Route path="*" element={<Place />} />
            </Routes>
          </BrowserRouter>
        </AuthProvider>,
      )
      expect(await screen.findByText(`${from} Alice`)).toBeDefined()
      expectArrival(scene, from, entries)
    })
  })

  function NavigatingCallback(): ReactNode {
    const navigate = useNavigate()
    return <Callback onDone={({ returnTo }) => void navigate(returnTo, { replace: true })} />
  }

  describe('createBrowserRouter', () => {
    const routers: { dispose(): void }[] = []
    afterEach(() => {
      for (const router of routers.splice(0)) router.dispose()
    })

    function createRouter(basename = '/'): ReturnType<typeof createBrowserRouter> {
      const router = createBrowserRouter(
        [
          {
            element: <Outlet />,
            children: [
              { path: '/callback', element: <Callback /> },
              { path: '*', loader: () => 'loaded', element: <Place /> },
            ],
          },
        ],
        { basename, future: future as object },
      )
      routers.push(router)
      return router
    }

    it.each(['', '/app'])('shows the page where the sign-in began (basename "%s")', async (basename) => {
      const scene = await arriveAtCallback({
        from: basename + from,
        options: { redirectUri: `${basename}/callback` },
      })
      const entries = history.length
      const router = createRouter(basename || '/')
      render(
        <AuthProvider client={scene.auth}>
          <RouterProvider router={router} {...{ future }} />
        </AuthProvider>,
      )
      expect(await screen.findByText(`${from} Alice`)).toBeDefined()
      expectArrival(scene, basename + from, entries)
      expect(router.state.loaderData).toMatchObject({ '0-1': 'loaded' })
      await act(settle)
      expect(router.state.location).toMatchObject({ pathname: `${basename}/settings`, hash: '#keys' })
    })
  })

  describe('<HashRouter>', () => {
    it('shows the page that the hash of `returnTo` names', async () => {
      const place = '/settings?tab=2#keys'
      const scene = await arriveAtCallback({ from: `/?lang=de#${place}` })
      const entries = history.length
      render(
        <AuthProvider client={scene.auth}>
          <HashRouter {...{ future }}>
            <Routes>
              <Route path="/" element={<Callback />} />
              <Route path="*" element={<Place />} />
            </Routes>
          </HashRouter>
        </AuthProvider>,
      )
      expect(await screen.findByText(`${place} Alice`)).toBeDefined()
      expectArrival(scene, `/?lang=de#${place}`, entries)
    })
  })
})
