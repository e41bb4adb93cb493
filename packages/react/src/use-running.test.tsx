import type { AuthClient } from '@latchkey/core'
import { act, render, screen, waitFor } from '@testing-library/react'
import { type ReactNode, useEffect, useLayoutEffect, useState } from 'react'
import { describe, expect, it } from 'vitest'
import { createFakeApp, type FakeApp, type Tab } from '../../core/test/fake-app.ts'
import { settle } from '../../core/test/fake-platform.ts'
import { AuthProvider, RequireAuth, useAuth, useAuthClient } from './index.ts'

/** As when a development server evaluates the module anew that makes the client: the same page, another client. */
function evaluateAgain(app: FakeApp, { platform }: Tab): Tab {
  return app.open({ stored: platform.stored })
}

function Name(): ReactNode {
  const { status, user } = useAuth()
  const [number] = useState(() => Math.random())
  return <p data-number={number}>{user?.name ?? status}</p>
}

/** Notes the client of every commit. */
function Watched({ seen }: { seen: Set<AuthClient> }): ReactNode {
  const client = useAuthClient()
  useLayoutEffect(() => void seen.add(client))
  return null
}

/** Notes when the page can have been painted first. */
function Painted({ order }: { order: string[] }): ReactNode {
  useEffect(() => void order.push('painted'))
  return null
}

function page({ auth }: { auth: AuthClient }): ReactNode {
  return (
    <AuthProvider client={auth}>
      <Name />
    </AuthProvider>
  )
}

/** Alice is signed in on a page that is rendered; nothing else holds the session. */
async function renderSignedIn(): Promise<{ app: FakeApp; tab: Tab; view: ReturnType<typeof render> }> {
  const app = await createFakeApp()
  const tab = await app.signIn()
  const view = render(page(tab))
  tab.close()
  return { app, tab, view }
}

it('starts a client before the page is painted: whoever comes back from the provider waits for no frame', async () => {
  const { auth } = (await createFakeApp()).open()
  const order: string[] = []
  const noted: AuthClient = {
    ...auth,
    start() {
      order.push('started')
      return auth.start()
    },
  }
  render(
    <AuthProvider client={noted}>
      <Painted order={order} />
    </AuthProvider>,
  )
  expect(new Set(order)).toEqual(new Set(['started', 'painted']))
  expect(order[0]).toBe('started')
})

describe('another client for the same app on the same page', () => {
  it('takes the session over, asks the provider nothing, and the one before is stopped', async () => {
    const { app, tab, view } = await renderSignedIn()
    const requests = app.provider.seen.length
    const number = view.container.querySelector('p')?.dataset.number
    const next = evaluateAgain(app, tab)
    view.rerender(page(next))
    await screen.findByText('Alice')
    await act(settle)
    expect(next.auth.getState()).toMatchObject({ status: 'authenticated', reason: 'restored' })
    expect(app.provider.seen.length).toBe(requests)
    expect(view.container.querySelector('p')?.dataset.number).toBe(number)
    expect(tab.platform.listenerCount()).toBe(0)
    expect(next.platform.listenerCount()).toBeGreaterThan(0)
  })

  it('takes it over however often that happens, and goes on renewing it', async () => {
    const { app, tab, view } = await renderSignedIn()
    let last = tab
    for (let count = 0; count < 5; count++) {
      last = evaluateAgain(app, last)
      view.rerender(page(last))
      await screen.findByText('Alice')
    }
    await act(() => last.auth.getAccessToken({ forceRefresh: true }))
    expect(last.auth.getState().status).toBe('authenticated')
    view.unmount()
    await act(() => app.advance(3000))
    expect([last.platform.listenerCount(), app.timerCount()]).toEqual([0, 0])
  })

  it('gets it from the first when it is swapped again before it has it', async () => {
    const { app, tab, view } = await renderSignedIn()
    const second = evaluateAgain(app, tab)
    const third = evaluateAgain(app, tab)
    view.rerender(page(second))
    view.rerender(page(third))
    await screen.findByText('Alice')
    await act(settle)
    expect(third.auth.getState()).toMatchObject({ status: 'authenticated' })
    expect([tab, second].map(({ platform }) => platform.listenerCount())).toEqual([0, 0])
  })

  it('is not shown, though it has the session first, where it was swapped again meanwhile', async () => {
    const { app, tab, view } = await renderSignedIn()
    const seen = new Set<AuthClient>()
    const watched = (auth: AuthClient): ReactNode => (
      <AuthProvider client={auth}>
        <Watched seen={seen} />
      </AuthProvider>
    )
    const second = evaluateAgain(app, tab)
    const third = evaluateAgain(app, tab)
    const before = third.auth.getState()
    let goOn: (() => void) | undefined
    const held = new Promise<void>((resolve) => {
      goOn = resolve
    })
    let isSlow = true
    const slow: AuthClient = {
      ...third.auth,
      getState: () => (isSlow ? before : third.auth.getState()),
      ready: () => held.then(third.auth.ready),
    }
    view.rerender(watched(tab.auth))
    view.rerender(watched(second.auth))
    view.rerender(watched(slow))
    await act(async () => void (await second.auth.ready()))
    isSlow = false
    goOn?.()
    await waitFor(() => expect(seen).toContain(slow))
    expect([...seen]).toEqual([tab.auth, slow])
  })

  it('is shown at once where it knows already who is signed in', async () => {
    const { app, tab, view } = await renderSignedIn()
    const other = await app.signIn()
    expect(other.auth.instanceId).toBe(tab.auth.instanceId)
    const seen = new Set<AuthClient>()
    view.rerender(
      <AuthProvider client={other.auth}>
        <Watched seen={seen} />
      </AuthProvider>,
    )
    expect([...seen]).toEqual([other.auth])
  })

  it('keeps what is guarded on the screen meanwhile, and shows its own session once it has it', async () => {
    const app = await createFakeApp()
    const tab = await app.signIn()
    const seen: string[] = []
    const mounts: string[] = []
    function Guarded(): ReactNode {
      const { status } = useAuth()
      const client = useAuthClient()
      useEffect(() => {
        mounts.push('mounted')
        return () => void mounts.push('gone')
      }, [])
      seen.push(`${status} ${client === tab.auth ? 'before' : 'after'}`)
      return status
    }
    const guarded = ({ auth }: { auth: AuthClient }): ReactNode => (
      <AuthProvider client={auth}>
        <RequireAuth>
          <Guarded />
        </RequireAuth>
      </AuthProvider>
    )
    const view = render(guarded(tab))
    tab.close()
    mounts.length = 0
    view.rerender(guarded(evaluateAgain(app, tab)))
    await waitFor(() => expect(seen).toContain('authenticated after'))
    expect(mounts).toEqual([])
    expect(new Set(seen)).toEqual(new Set(['authenticated before', 'authenticated after']))
  })

  it('is shown as it is where it is for another app', async () => {
    const { app, tab, view } = await renderSignedIn()
    const other = await app.signIn({ options: { name: 'other' } })
    const loading = app.open({ stored: other.platform.stored, options: { name: 'other' } })
    view.rerender(page(loading))
    expect(view.container.textContent).toBe('loading')
    expect(loading.auth.instanceId).not.toBe(tab.auth.instanceId)
    await screen.findByText('Alice')
  })

  it('is shown as it is where it is for the same app, and the one before has no session', async () => {
    const { app, tab, view } = await renderSignedIn()
    const next = evaluateAgain(app, tab)
    expect(next.auth.getState().status).toBe('loading')
    await act(async () => void (await tab.auth.logout({ local: true })))
    expect(view.container.textContent).toBe('unauthenticated')
    view.rerender(page(next))
    expect(view.container.textContent).toBe('loading')
    await act(() => app.advance(3000))
    await screen.findByText('unauthenticated')
  })

  it('is waited for no longer than 3 seconds', async () => {
    const { app, tab, view } = await renderSignedIn()
    app.browser.removeChannels()
    view.rerender(page(evaluateAgain(app, tab)))
    await act(() => app.advance(3000))
    await waitFor(() => expect(tab.platform.listenerCount()).toBe(0))
  })

  it('leaves nothing running when the page goes in the middle of it', async () => {
    const { app, tab, view } = await renderSignedIn()
    const next = evaluateAgain(app, tab)
    view.rerender(page(next))
    view.unmount()
    await act(settle)
    expect([tab.platform.listenerCount(), next.platform.listenerCount()]).toEqual([0, 0])
  })
})
