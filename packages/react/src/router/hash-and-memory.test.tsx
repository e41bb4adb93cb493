import type { AuthClient } from '@latchkey/core'
import { cleanup, render, screen, waitFor } from '@testing-library/react'
import { type ReactNode, useState } from 'react'
import { describe, expect, it } from 'vitest'
import type { Scene } from '../../../core/test/signed-in.ts'
import { future, reactRouters } from '../../test/react-routers.ts'
import { disposable, leavePage } from '../../test/router-scene.ts'
import { addressBar, comeBack, openPage } from '../../test/window-scene.ts'
import { AuthProvider, Callback } from '../index.ts'
import { type RouterHistory, requireAuth } from './index.ts'

describe.each(reactRouters)('a router of %s that is not in the path', (_, library) => {
  const { createHashRouter, createMemoryRouter, RouterProvider, useLocation } = library

  /** The recipe of the README: the redirect URI is a real path, which such a router does not see. */
  function Root({ auth, history: kind }: { auth: AuthClient; history: RouterHistory }): ReactNode {
    const [returnTo, setReturnTo] = useState(() =>
      location.pathname === '/callback' ? undefined : '/settings?tab=2',
    )
    if (returnTo !== undefined) return <Routed auth={auth} history={kind} entry={returnTo} />
    return (
      <Callback
        onDone={(result) => {
          history.replaceState(null, '', kind === 'hash' ? result.returnTo : '/')
          setReturnTo(result.returnTo)
        }}
      />
    )
  }

  function Routed({
    auth,
    history: kind,
    entry,
  }: {
    auth: AuthClient
    history: RouterHistory
    entry: string
  }): ReactNode {
    const [router] = useState(() => {
      const element = { element: <Place />, hydrateFallbackElement: <p>One moment…</p> }
      const routes = [{ path: '/settings', loader: requireAuth(auth, { history: kind }), ...element }]
      const options = { future: future as object }
      return disposable(
        kind === 'hash'
          ? createHashRouter(routes, options)
          : createMemoryRouter(routes, { initialEntries: [entry], ...options }),
      )
    })
    return <RouterProvider router={router} {...{ future }} />
  }

  function Place(): ReactNode {
    const { pathname, search } = useLocation()
    return <p>{pathname + search}</p>
  }

  function start({ auth }: Scene, kind: RouterHistory): void {
    render(
      <AuthProvider client={auth}>
        <Root auth={auth} history={kind} />
      </AuthProvider>,
    )
  }

  it.each<[RouterHistory, string, string]>([
    ['hash', '/?lang=de#/settings?tab=2', '/?lang=de#/settings?tab=2'],
    ['hash', '/app/index.html#/settings?tab=2', '/app/index.html#/settings?tab=2'],
    ['memory', '/', '/'],
  ])('(%s) leads from a guarded page through the sign-in and back (%s)', async (kind, from, end) => {
    const before = await openPage(from)
    start(before, kind)
    await waitFor(() => expect(before.platform.visited).toHaveLength(1))
    leavePage()
    cleanup()

    const after = await comeBack(before)
    expect(new URL(before.platform.visited[0] ?? '').searchParams.get('redirect_uri')).toMatch(/\/callback$/)
    start(after, kind)
    expect(await screen.findByText('/settings?tab=2')).toBeDefined()
    expect([addressBar(), after.platform.visited, after.provider.count('/token')]).toEqual([end, [], 1])
  })
})
