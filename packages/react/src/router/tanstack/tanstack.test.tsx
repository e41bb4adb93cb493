import { act, fireEvent, screen, waitFor } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { openSignedIn, settled } from '../../../test/router-scene.ts'
import { leaveTanStackPage, loadersRun, startTanStackApp } from '../../../test/tanstack-app.tsx'
import { addressBar, arriveAtCallback, comeBack, openPage } from '../../../test/window-scene.ts'
import { handleCallback } from './index.ts'

const from = '/settings?tab=2&q=a%20b#keys'

/** What an error component is shown for, the router puts on the console while it is developed with. */
function allowRouterWarning(): void {
  const { warn } = console
  console.warn = (...values: unknown[]) => {
    if (!String(values[0]).startsWith('Warning: Error in route match')) warn(...values)
  }
}

describe('a guarded route of TanStack Router', () => {
  it('is shown to whoever is signed in, and the routes below have the user in their context', async () => {
    const scene = await openSignedIn('/settings')
    startTanStackApp(scene)
    expect(await screen.findByText('/settings Alice')).toBeDefined()
    expect([loadersRun(), scene.platform.visited]).toEqual([['settings of Alice'], []])
  })

  it.each(['', '/app'])(
    'sends anybody else to sign in, once, and back to it (basepath "%s")',
    async (base) => {
      const options = { redirectUri: `${base}/callback` }
      const before = await openPage(base + from, { options })
      startTanStackApp(before, { basepath: base || '/' })
      await waitFor(() => expect(before.platform.visited).toHaveLength(1))
      await settled()
      expect(before.platform.visited).toHaveLength(1)
      expect([loadersRun(), document.body.textContent]).toEqual([[], 'One moment…'])
      leaveTanStackPage()

      const after = await comeBack(before, { options })
      const entries = history.length
      startTanStackApp(after, { basepath: base || '/' })
      expect(await screen.findByText(/^\/settings.* Alice$/)).toBeDefined()
      const { pathname, searchParams, hash } = new URL(location.href)
      expect([pathname, hash, history.length]).toEqual([`${base}/settings`, '#keys', entries])
      expect([searchParams.get('tab'), searchParams.get('q')]).toEqual(['2', 'a b'])
      expect([after.provider.count('/token'), after.platform.visited]).toEqual([1, []])
    },
  )

  it('does nothing while it is preloaded, and guards when somebody goes there', async () => {
    const scene = await openPage('/public')
    startTanStackApp(scene)
    const link = await screen.findByText('settings')
    fireEvent.mouseEnter(link)
    fireEvent.focus(link)
    fireEvent.touchStart(link)
    await settled()
    expect([scene.platform.visited, scene.provider.seen, loadersRun()]).toEqual([[], [], []])
    act(() => link.click())
    await waitFor(() => expect(scene.platform.visited).toHaveLength(1))
    expect(loadersRun()).toEqual([])
  })

  it('gives a preload up without an error', async () => {
    const router = startTanStackApp(await openPage('/public'))
    await screen.findByText('/public anybody')
    await expect(act(() => router.preloadRoute({ to: '/settings' }))).resolves.toBeUndefined()
  })

  it('preloads for whoever is signed in', async () => {
    const scene = await openSignedIn('/public')
    startTanStackApp(scene)
    fireEvent.mouseEnter(await screen.findByText('settings'))
    await waitFor(() => expect(loadersRun()).toEqual(['settings of Alice']))
  })

  it('lets go of whoever gives up while the page is being left', async () => {
    const scene = await openPage('/public')
    const router = startTanStackApp(scene)
    await screen.findByText('/public anybody')
    act(() => screen.getByText('settings').click())
    await waitFor(() => expect(scene.platform.visited).toHaveLength(1))
    act(() => void router.navigate({ to: '/public', hash: 'there' }))
    expect(await screen.findByText('/public#there anybody')).toBeDefined()
    expect(screen.queryByRole('alert')).toBeNull()
  })

  it('leaves the page for nobody who went elsewhere while it was offline', async () => {
    const scene = await openPage('/public')
    scene.platform.setOnline(false)
    const router = startTanStackApp(scene)
    await screen.findByText('/public anybody')
    act(() => screen.getByText('settings').click())
    await settled()
    act(() => void router.navigate({ to: '/public', hash: 'there' }))
    scene.platform.setOnline(true)
    scene.platform.wake('online')
    await settled()
    expect([scene.platform.visited, addressBar()]).toEqual([[], '/public#there'])
  })

  it('offers a button where nobody is to be sent off, and is shown once somebody has signed in', async () => {
    allowRouterWarning()
    const scene = await openSignedIn('/settings')
    await scene.auth.logout({ local: true })
    startTanStackApp(scene)
    expect((await screen.findByRole('alert')).textContent).toBe('SignInRequiredError not_signed_in /settings')
    expect([scene.platform.visited, loadersRun()]).toEqual([[], []])
    act(() => screen.getByText('sign in').click())
    await waitFor(() => expect(scene.platform.visited).toHaveLength(1))
    await act(async () => scene.platform.wake('restored'))
    const { search } = new URL(scene.provider.signIn(scene.platform.visited[0] ?? ''))
    await act(() => scene.auth.handleCallback(`${location.origin}/callback${search}`))
    expect(await screen.findByText('/settings Alice')).toBeDefined()
  })
})

describe('the callback route of TanStack Router', () => {
  it('takes the code out of the address bar, and leaves no entry of its own behind', async () => {
    const scene = await arriveAtCallback({ from: '/public#there' })
    const entries = history.length
    const seen: string[] = []
    scene.provider.onRequest = () => {
      seen.push(addressBar())
      return undefined
    }
    startTanStackApp(scene)
    expect(await screen.findByText('/public#there anybody')).toBeDefined()
    expect([addressBar(), history.length, new Set(seen)]).toEqual([
      '/public#there',
      entries,
      new Set(['/callback']),
    ])
    expect(scene.provider.count('/token')).toBe(1)
  })

  it.each(['https://evil.example/public', '//evil.example/public', '/\\evil.example', '/.//evil.example'])(
    'stays in the app where it is told to go to %s',
    async (place) => {
      const { auth } = await arriveAtCallback({ from: '/' })
      const going = handleCallback(auth, { goTo: () => place })({ abortController: new AbortController() })
      await expect(going).rejects.toMatchObject({ options: { href: '/' } })
    },
  )

  it('tells the error component what went wrong', async () => {
    allowRouterWarning()
    const scene = await arriveAtCallback({ from: '/settings?tab=2', answer: { error: 'access_denied' } })
    startTanStackApp(scene)
    expect((await screen.findByRole('alert')).textContent).toBe('ServerError access_denied /settings?tab=2')
    expect(scene.platform.visited).toEqual([])
  })
})

describe('a history of TanStack Router that is not in the path', () => {
  it.each<['hash' | 'memory', string, string]>([
    ['hash', '/#/settings', '/#/settings'],
    ['hash', '/app/index.html#/settings', '/app/index.html#/settings'],
    ['memory', '/', '/'],
  ])('(%s) leads from a guarded page through the sign-in and back (%s)', async (kind, address, end) => {
    const before = await openPage(address)
    startTanStackApp(before, { history: kind, entry: '/settings' })
    await waitFor(() => expect(before.platform.visited).toHaveLength(1))
    leaveTanStackPage()

    // The recipe of the README: the redirect URI is a real path, which such a history does not hold.
    const after = await comeBack(before)
    const { returnTo } = await after.auth.handleCallback()
    history.replaceState(null, '', kind === 'hash' ? returnTo : '/')
    startTanStackApp(after, { history: kind, entry: returnTo })
    expect(await screen.findByText('/settings Alice')).toBeDefined()
    expect([addressBar(), after.platform.visited, after.provider.count('/token')]).toEqual([end, [], 1])
  })
})
