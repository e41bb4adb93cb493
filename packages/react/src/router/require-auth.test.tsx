import { holdSession, reauthenticate } from '@latchkey/core/popup'
import { act, fireEvent, screen, waitFor } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { refuseRefreshes } from '../../../core/test/refuse-refreshes.ts'
import type { Scene } from '../../../core/test/signed-in.ts'
import { passOn, windowOf } from '../../../core/test/windows.ts'
import { reactRouters } from '../../test/react-routers.ts'
import { createRouterApp } from '../../test/router-app.tsx'
import { openSignedIn, settled } from '../../test/router-scene.ts'
import { addressBar, comeBack, openPage } from '../../test/window-scene.ts'
import { requireAuth } from './index.ts'

const from = '/settings?tab=2&q=a%20b#keys'

/** Alice's session has ended, and the app holds on to it. */
async function openSuspended(path: string): Promise<Scene> {
  const scene = await openSignedIn(path, { options: { onSessionLost: holdSession } })
  refuseRefreshes(scene)
  scene.auth.getAccessToken({ forceRefresh: true }).catch(() => undefined)
  await waitFor(() => expect(scene.auth.getState().reason).toBe('suspended'))
  return scene
}

describe.each(reactRouters)('a guarded route of %s', (_, library) => {
  const app = createRouterApp(library)

  it('is shown to whoever is signed in, and its loader gives the user', async () => {
    const scene = await openSignedIn(from)
    app.start(scene)
    expect(await screen.findByText(`${from} Alice`)).toBeDefined()
    expect(scene.platform.visited).toEqual([])
  })

  it.each(['', '/app'])(
    'sends anybody else to sign in, once, and back to it (basename "%s")',
    async (base) => {
      const options = { redirectUri: `${base}/callback` }
      const before = await openPage(base + from, { options })
      app.start(before, { basename: base || '/' })
      await waitFor(() => expect(before.platform.visited).toHaveLength(1))
      await settled()
      expect(before.platform.visited).toHaveLength(1)
      expect(document.body.textContent).not.toContain('settings')
      app.leave()

      const after = await comeBack(before, { options })
      const entries = history.length
      app.start(after, { basename: base || '/' })
      expect(await screen.findByText(`${from} Alice`)).toBeDefined()
      expect([addressBar(), history.length]).toEqual([base + from, entries])
      expect([after.provider.count('/token'), after.platform.visited]).toEqual([1, []])
    },
  )

  it('brings whoever goes to it inside the app back to it, not to where they came from', async () => {
    const before = await openPage('/public?x=1#top')
    app.start(before)
    await screen.findByText('/public?x=1#top anybody')
    app.press('settings')
    await waitFor(() => expect(before.platform.visited).toHaveLength(1))
    expect(addressBar()).toBe('/public?x=1#top')
    app.leave()
    app.start(await comeBack(before))
    expect(await screen.findByText('/settings?tab=3 Alice')).toBeDefined()
  })

  it.each(['', '/app'])(
    'that only a fetcher loads brings the person back to the page that they were on (basename "%s")',
    async (base) => {
      const options = { redirectUri: `${base}/callback` }
      const page = '/public?x=1#top'
      const before = await openPage(base + page, { options })
      app.start(before, { basename: base || '/' })
      await screen.findByText(`${page} anybody`)
      app.press('rows')
      await waitFor(() => expect(before.platform.visited).toHaveLength(1))
      app.leave()
      app.start(await comeBack(before, { options }), { basename: base || '/' })
      await screen.findByText(`${page} anybody`)
      expect(addressBar()).toBe(base + page)
      app.press('rows')
      expect(await screen.findByText('rows of Alice')).toBeDefined()
    },
  )

  it('sends to where `login` says, with what it asks for', async () => {
    const before = await openPage('/settings')
    app.start(before, { guard: { login: { returnTo: '/public', loginHint: 'alice' } } })
    await waitFor(() => expect(before.platform.visited).toHaveLength(1))
    expect(before.platform.visited[0]).toContain('login_hint=alice')
    app.leave()
    app.start(await comeBack(before))
    expect(await screen.findByText('/public anybody')).toBeDefined()
  })

  it('does nothing while a link to it is pointed at, which may load ahead of time', async () => {
    const scene = await openPage('/public')
    app.start(scene)
    const link = await screen.findByText('settings')
    fireEvent.mouseEnter(link)
    fireEvent.focus(link)
    fireEvent.touchStart(link)
    await settled()
    expect([scene.platform.visited, scene.provider.seen, scene.auth.getState().status]).toEqual([
      [],
      [],
      'unauthenticated',
    ])
  })

  it('does nothing while the route is only found out about', async () => {
    const scene = await openPage('/public')
    const router = app.start(scene, {
      create: (routes, options) =>
        library.createBrowserRouter(
          routes.filter(({ path }) => path === '/public'),
          {
            ...options,
            patchRoutesOnNavigation: ({ patch }) =>
              patch(
                null,
                routes.filter(({ path }) => path === '/settings'),
              ),
          },
        ),
    })
    await screen.findByText('/public anybody')
    await act(async () => router.patchRoutes(null, [{ path: '/other', loader: requireAuth(scene.auth) }]))
    await settled()
    expect(scene.platform.visited).toEqual([])
    app.press('settings')
    await waitFor(() => expect(scene.platform.visited).toHaveLength(1))
  })

  it('lets go of whoever gives up while the page is being left', async () => {
    const scene = await openPage('/public')
    const router = app.start(scene)
    await screen.findByText('/public anybody')
    app.press('settings')
    await waitFor(() => expect(scene.platform.visited).toHaveLength(1))
    expect(router.state.navigation.state).toBe('loading')
    await act(() => router.navigate('/public?y=2'))
    expect(await screen.findByText('/public?y=2 anybody')).toBeDefined()
    expect(router.state).toMatchObject({ navigation: { state: 'idle' }, errors: null })
  })

  it('leaves the page for nobody who went elsewhere while it was offline', async () => {
    const scene = await openPage('/public')
    scene.platform.setOnline(false)
    const router = app.start(scene)
    await screen.findByText('/public anybody')
    app.press('settings')
    await settled()
    expect(router.state.navigation.state).toBe('loading')
    await act(() => router.navigate('/public?y=2'))
    scene.platform.setOnline(true)
    scene.platform.wake('online')
    await settled()
    expect([scene.platform.visited, addressBar()]).toEqual([[], '/public?y=2'])
  })

  it('offers a button where nobody is to be sent off unasked, and is where that leads back to', async () => {
    const scene = await openSignedIn('/public')
    await scene.auth.logout({ local: true })
    app.start(scene)
    await screen.findByText('/public anybody')
    app.press('settings')
    expect((await screen.findByRole('alert')).textContent).toBe(
      'SignInRequiredError not_signed_in /settings?tab=3',
    )
    expect(scene.platform.visited).toHaveLength(0)
    app.press('sign in')
    await waitFor(() => expect(scene.platform.visited).toHaveLength(1))
    app.leave()
    app.start(await comeBack(scene))
    expect(await screen.findByText('/settings?tab=3 Alice')).toBeDefined()
  })

  it('tells what kept it from sending anybody off', async () => {
    const scene = await openPage('/settings')
    scene.provider.onRequest = () => Response.json({})
    const router = app.start(scene)
    expect((await screen.findByRole('alert')).textContent).toBe('SignInRequiredError not_signed_in /settings')
    expect(router.state.errors).toMatchObject({ 1: { cause: { code: 'issuer_mismatch' } } })
  })

  it('offers a button to whoever comes back from the provider without having signed in', async () => {
    const scene = await openPage('/settings')
    app.start(scene)
    await waitFor(() => expect(scene.auth.getState().status).toBe('redirecting'))
    act(() => scene.platform.wake('restored'))
    expect((await screen.findByRole('alert')).textContent).toBe('SignInRequiredError not_signed_in /settings')
    expect(scene.platform.visited).toHaveLength(1)
  })

  it('is shown once somebody has signed in, where the error element has the router look again', async () => {
    const scene = await openSignedIn('/settings')
    await scene.auth.logout({ local: true })
    app.start(scene)
    await screen.findByRole('alert')
    await act(() => scene.auth.login())
    scene.platform.wake('restored')
    const { search } = new URL(scene.provider.signIn(scene.platform.visited.at(-1) ?? ''))
    await act(() => scene.auth.handleCallback(`${location.origin}/callback${search}`))
    expect(await screen.findByText('/settings Alice')).toBeDefined()
  })

  it('guards what is sent to it as well', async () => {
    const scene = await openSignedIn('/form')
    const sent: unknown[] = []
    const router = app.start(scene, {
      routes: (auth, { place, problem, waiting }) => [
        {
          path: '/form',
          loader: () => ({}),
          action: async (args) => {
            const { user } = await requireAuth(auth)(args)
            sent.push(user.name)
            return null
          },
          element: place,
          errorElement: problem,
          hydrateFallbackElement: waiting,
        },
      ],
    })
    await screen.findByText('/form anybody')
    const submit = (): Promise<void> =>
      act(() => router.navigate('/form', { formMethod: 'post', formData: new FormData() }))
    await submit()
    expect(sent).toEqual(['Alice'])
    await act(() => scene.auth.logout({ local: true }))
    await submit()
    expect((await screen.findByRole('alert')).textContent).toContain('SignInRequiredError')
    expect(sent).toEqual(['Alice'])
  })

  it('leaves the page alone while the session is held on to, and lets the person go about in it', async () => {
    const scene = await openSuspended('/settings')
    app.start(scene)
    expect(await screen.findByText('/settings Alice')).toBeDefined()
    app.press('settings')
    expect(await screen.findByText('/settings?tab=3 Alice')).toBeDefined()
    expect([screen.queryByRole('alert'), scene.platform.visited]).toEqual([null, []])
  })

  it('waits for the session that is held on to where it demands proof, and shows no error', async () => {
    const scene = await openSuspended('/public')
    app.start(scene, { guard: { login: { acrValues: ['gold'] } } })
    expect(await screen.findByText('/public anybody')).toBeDefined()
    app.press('settings')
    await settled()
    expect([screen.getByText('/public anybody'), screen.queryByRole('alert')]).toEqual([
      expect.anything(),
      null,
    ])
    scene.provider.claims = { acr: 'gold' }
    const back = reauthenticate(scene.auth, { acrValues: ['gold'] })
    passOn(scene.platform.browser, scene.provider.signIn((await windowOf(scene)).url))
    await act(() => back)
    expect(await screen.findByText('/settings?tab=3 Alice')).toBeDefined()
    expect(scene.platform.visited).toEqual([])
  })
})
