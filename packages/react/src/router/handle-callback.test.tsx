import { screen, waitFor } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { reactRouters } from '../../test/react-routers.ts'
import { createRouterApp } from '../../test/router-app.tsx'
import { settled } from '../../test/router-scene.ts'
import { addressBar, arriveAtCallback, comeBack, openPage } from '../../test/window-scene.ts'
import { callbackRoute } from './index.ts'

describe.each(reactRouters)('the callback route of %s', (_, library) => {
  const app = createRouterApp(library)

  it('goes where the sign-in began, and leaves no entry of its own behind', async () => {
    const scene = await arriveAtCallback({ from: '/public?tab=2&q=a%20b#keys' })
    const entries = history.length
    const router = app.start(scene)
    expect(await screen.findByText('/public?tab=2&q=a%20b#keys anybody')).toBeDefined()
    expect([addressBar(), history.length]).toEqual(['/public?tab=2&q=a%20b#keys', entries])
    expect(scene.provider.count('/token')).toBe(1)
    app.press('settings')
    await screen.findByText('/settings?tab=3 Alice')
    expect([history.length, router.state.historyAction]).toEqual([entries + 1, 'PUSH'])
  })

  it('takes the code out of the address bar before it asks for anything (decision 9)', async () => {
    const scene = await arriveAtCallback({ from: '/public' })
    const seen: string[] = []
    scene.provider.onRequest = () => {
      seen.push(addressBar())
      return undefined
    }
    app.start(scene)
    await screen.findByText('/public anybody')
    expect(new Set(seen)).toEqual(new Set(['/callback']))
  })

  it('goes where the app says, by what `login()` was given', async () => {
    const scene = await arriveAtCallback({ from: '/', login: { appState: { tab: 4 } } })
    app.start(scene, {
      routes: (auth, { place, waiting: hydrateFallbackElement }) => [
        {
          ...callbackRoute(auth, '/callback', {
            goTo: ({ appState }) => `/public?tab=${(appState as { tab: number }).tab}`,
          }),
          hydrateFallbackElement,
        },
        { path: '/public', loader: () => ({}), element: place },
      ],
    })
    expect(await screen.findByText('/public?tab=4 anybody')).toBeDefined()
  })

  it.each(['https://evil.example/public', '//evil.example/public', '/\\evil.example'])(
    'stays in the app where it is told to go to %s',
    async (place) => {
      const scene = await arriveAtCallback({ from: '/' })
      const router = app.start(scene, {
        routes: (auth, { place: element, waiting: hydrateFallbackElement }) => [
          { ...callbackRoute(auth, '/callback', { goTo: () => place }), hydrateFallbackElement },
          { path: '/', loader: () => ({}), element },
        ],
      })
      expect(await screen.findByText('/ anybody')).toBeDefined()
      expect(router.state.location.pathname).toBe('/')
    },
  )

  it('tells the error element what went wrong, and a new sign-in from there ends in the same place', async () => {
    const scene = await arriveAtCallback({ from: '/settings?tab=2', answer: { error: 'access_denied' } })
    app.start(scene)
    expect((await screen.findByRole('alert')).textContent).toBe('ServerError access_denied /settings?tab=2')
    expect(scene.platform.visited).toEqual([])
    app.press('sign in')
    await waitFor(() => expect(scene.platform.visited).toHaveLength(1))
    app.leave()
    app.start(await comeBack(scene))
    expect(await screen.findByText('/settings?tab=2 Alice')).toBeDefined()
  })

  it('starts a sign-in again that a reload cut off, and waits while the page is being left', async () => {
    const before = await arriveAtCallback({ from: '/settings?tab=2' })
    before.provider.onRequest = ({ path }) => (path === '/token' ? new Promise(() => undefined) : undefined)
    app.start(before)
    await waitFor(() => expect(before.provider.count('/token')).toBe(1))
    app.leave()

    before.provider.onRequest = () => undefined
    const again = await openPage(addressBar(), {
      provider: before.provider,
      stored: before.platform.stored,
    })
    app.start(again)
    await waitFor(() => expect(again.platform.visited).toHaveLength(1))
    await settled()
    expect(document.body.textContent).toBe('One moment…')
    app.leave()
    app.start(await comeBack(again))
    expect(await screen.findByText('/settings?tab=2 Alice')).toBeDefined()
  })

  it('tells whoever opens it by hand that there is nothing to finish', async () => {
    const scene = await openPage('/callback')
    app.start(scene)
    expect((await screen.findByRole('alert')).textContent).toContain('SignInRequiredError no_sign_in_pending')
    expect(scene.provider.seen).toEqual([])
  })
})
