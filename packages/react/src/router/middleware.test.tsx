import type { User } from '@latchkey/core'
import { screen, waitFor } from '@testing-library/react'
import type { RouterContextProvider } from 'react-router-7'
import { describe, expect, it } from 'vitest'
import { reactRoutersWithMiddleware } from '../../test/react-routers.ts'
import { createRouterApp, type RouterAppOptions } from '../../test/router-app.tsx'
import { openSignedIn, settled } from '../../test/router-scene.ts'
import { comeBack, openPage } from '../../test/window-scene.ts'
import { callbackRoute, requireAuth } from './index.ts'

describe.each(reactRoutersWithMiddleware)('as a middleware of %s', (_, library) => {
  const app = createRouterApp(library)

  function guarded(loaded: string[]): RouterAppOptions {
    return {
      routes: (auth, { place, problem, waiting }) => {
        const userContext = library.createContext<User>()
        const common = { errorElement: problem, hydrateFallbackElement: waiting }
        return [
          { ...callbackRoute(auth, '/callback'), ...common },
          { path: '/public', loader: () => ({}), element: place, ...common },
          {
            middleware: [requireAuth(auth, { context: userContext })],
            ...common,
            children: [
              {
                path: '/settings',
                loader: ({ request, context }) => {
                  loaded.push(new URL(request.url).pathname)
                  return { user: (context as Readonly<RouterContextProvider>).get(userContext) }
                },
                element: place,
                ...common,
              },
            ],
          },
        ]
      },
    }
  }

  it('puts the user into the router’s context, where the loaders below find it', async () => {
    const loaded: string[] = []
    app.start(await openSignedIn('/settings?tab=2'), guarded(loaded))
    expect(await screen.findByText('/settings?tab=2 Alice')).toBeDefined()
    expect(loaded).toEqual(['/settings'])
  })

  it('runs no loader below it before somebody is signed in', async () => {
    const before = await openPage('/settings?tab=2')
    const loaded: string[] = []
    app.start(before, guarded(loaded))
    await waitFor(() => expect(before.platform.visited).toHaveLength(1))
    await settled()
    expect([loaded, document.body.textContent]).toEqual([[], 'One moment…'])
    app.leave()
    app.start(await comeBack(before), guarded(loaded))
    expect(await screen.findByText('/settings?tab=2 Alice')).toBeDefined()
    expect(loaded).toEqual(['/settings'])
  })

  it('leaves the error element to whoever is not sent off, and runs no loader either', async () => {
    const scene = await openSignedIn('/settings')
    await scene.auth.logout({ local: true })
    const loaded: string[] = []
    app.start(scene, guarded(loaded))
    expect((await screen.findByRole('alert')).textContent).toBe('SignInRequiredError not_signed_in /settings')
    expect([loaded, scene.platform.visited]).toEqual([[], []])
  })
})
