import type { AuthClient } from '@latchkey/core'
import { act, render, screen, waitFor } from '@testing-library/react'
import { type ReactNode, Suspense, useState } from 'react'
import { describe, expect, it } from 'vitest'
import { createFakeApp, frameOf, refuseFrame, sameSite } from '../../core/test/fake-app.ts'
import { settle } from '../../core/test/fake-platform.ts'
import { cutOff, holdUp } from '../../core/test/pages.ts'
import { createScene, createSignedInScene, goThroughLogin, type Scene } from '../../core/test/signed-in.ts'
import { until } from '../../core/test/until.ts'
import { renderInBoundary } from '../test/error-boundary.tsx'
import { hydrateLive, renderLive } from '../test/live-root.tsx'
import { AuthProvider, useSuspenseAuth } from './index.ts'

function Name(): ReactNode {
  const { status, user } = useSuspenseAuth()
  const [number] = useState(() => Math.random())
  return <p data-number={number}>{user?.name ?? status}</p>
}

function App({ auth, children = <Name /> }: { auth: AuthClient; children?: ReactNode }): ReactNode {
  return (
    <AuthProvider client={auth}>
      <Suspense fallback={<i>One moment…</i>}>{children}</Suspense>
    </AuthProvider>
  )
}

/** A page that is loaded at the callback path, and has not looked yet. */
async function createCallbackScene(name = ''): Promise<Scene> {
  return goThroughLogin(await createScene({ options: { name } }))
}

const shown = (container: HTMLElement): string => container.textContent ?? ''

describe('useSuspenseAuth', () => {
  it('shows the fallback until it is decided who is signed in, and then the person', async () => {
    const { auth } = await createCallbackScene()
    const { container, commits } = renderLive(<App auth={auth} />, shown)
    await waitFor(() => expect(shown(container)).toBe('One moment…'))
    await auth.handleCallback()
    await waitFor(() => expect(shown(container)).toBe('Alice'))
    expect([...new Set(commits)]).toEqual(['One moment…', 'Alice'])
  })

  it.each([
    ['somebody is signed in', createSignedInScene, 'Alice'],
    ['nobody is', createScene, 'unauthenticated'],
  ])('does not suspend where %s already', async (_, create, text) => {
    const { auth } = await create()
    const { commits } = renderLive(<App auth={auth} />, shown)
    await waitFor(() => expect(commits).toEqual([text]))
  })

  it('ends without an error where the sign-in fails', async () => {
    const scene = await createCallbackScene()
    cutOff(scene)
    const { caught } = renderInBoundary(<App auth={scene.auth} />)
    expect(await screen.findByText('unauthenticated')).toBeDefined()
    expect(caught).toEqual([])
  })

  it('ends without an error where the session cannot be found, and when it takes too long', async () => {
    const app = await createFakeApp(sameSite)
    app.browser.removeChannels()
    const before = await app.signIn()
    before.close()
    const open = (): typeof before => app.open({ stored: before.platform.stored })

    const refused = open()
    const first = renderInBoundary(<App auth={refused.auth} />)
    refuseFrame(await frameOf(refused))
    expect(await first.findByText('unauthenticated')).toBeDefined()
    first.unmount()

    await app.signIn().then((tab) => tab.close())
    const slow = open()
    const second = renderInBoundary(<App auth={slow.auth} />)
    await frameOf(slow)
    expect(screen.getByText('One moment…')).toBeDefined()
    await act(() => app.advance(3000))
    expect(await second.findByText('unauthenticated')).toBeDefined()
    expect([first.caught, second.caught]).toEqual([[], []])
  })

  it('shows no fallback for a refresh, a change of claims or a sign-out', async () => {
    const { auth, provider } = await createSignedInScene()
    const { container, commits } = renderLive(<App auth={auth} />, shown)
    await waitFor(() => expect(shown(container)).toBe('Alice'))
    await auth.getAccessToken({ forceRefresh: true })
    provider.claims = { name: 'Alicia' }
    await auth.getAccessToken({ forceRefresh: true })
    await waitFor(() => expect(shown(container)).toBe('Alicia'))
    await auth.logout({ local: true })
    await waitFor(() => expect(shown(container)).toBe('unauthenticated'))
    expect(commits).toEqual(['Alice', 'Alicia', 'unauthenticated'])
  })

  it('waits once for all boundaries and for both renders of StrictMode, and once more for the next decision', async () => {
    const scene = await createCallbackScene()
    let starts = 0
    const auth: AuthClient = {
      ...scene.auth,
      start() {
        starts += 1
        return scene.auth.start()
      },
    }
    const { container } = renderLive(
      <AuthProvider client={auth}>
        {['one', 'two'].map((key) => (
          <Suspense key={key} fallback="…">
            <Name />
            <Name />
          </Suspense>
        ))}
      </AuthProvider>,
      shown,
    )
    await waitFor(() => expect(shown(container)).toBe('Alice'.repeat(4)))
    // The provider's own two, which StrictMode mounts twice, and one that was waited with.
    expect(starts).toBe(3)
    expect(scene.provider.count('/token')).toBe(1)
  })

  it('suspends again when a callback is handled on the page later', async () => {
    const scene = await createScene()
    const { container, commits } = renderLive(<App auth={scene.auth} />, shown)
    await waitFor(() => expect(shown(container)).toBe('unauthenticated'))
    await scene.auth.login()
    scene.platform.wake('restored')
    await scene.auth.handleCallback(scene.provider.signIn(scene.platform.visited.at(-1) ?? ''))
    await waitFor(() => expect(shown(container)).toBe('Alice'))
    expect(commits).not.toContain('')
  })

  it('leaves nothing behind when it is unmounted while it waits', async () => {
    const scene = await createCallbackScene()
    const { arrived, goOn } = holdUp(scene, '/token')
    const { unmount } = renderLive(<App auth={scene.auth} />, shown)
    await arrived
    unmount()
    goOn()
    await until(() => scene.auth.getState().status === 'authenticated')
    await settle()
    expect([scene.platform.listenerCount(), scene.platform.timerCount()]).toEqual([0, 0])
  })

  it('goes by another client once it is swapped, while it waits and after, with the state of its children', async () => {
    const waiting = await createCallbackScene()
    holdUp(waiting, '/token')
    const signedIn = await createSignedInScene()
    // Of another app: while one of the same app looks for the session, the one before stays on the screen.
    const undecided = await createCallbackScene('another app')
    const { container, rerender } = render(<App auth={waiting.auth} />)
    expect(shown(container)).toBe('One moment…')
    rerender(<App auth={signedIn.auth} />)
    expect(shown(container)).toBe('Alice')
    const number = container.querySelector('p')?.dataset.number

    undecided.provider.claims = { name: 'Bob' }
    const { goOn } = holdUp(undecided, '/token')
    rerender(<App auth={undecided.auth} />)
    expect(container.querySelector('i')?.textContent).toBe('One moment…')
    await act(async () => {
      goOn()
      await until(() => undecided.auth.getState().status === 'authenticated')
      await settle()
    })
    expect(shown(container)).toBe('Bob')
    expect(container.querySelector('i')).toBeNull()
    expect(container.querySelector('p')?.dataset.number).toBe(number)
  })
})

describe('a boundary around the provider', () => {
  it('is shown in the end, though nothing below it is mounted until then', async () => {
    const { auth, provider } = await createCallbackScene()
    const { container } = render(
      <Suspense fallback="One moment…">
        <AuthProvider client={auth}>
          <Name />
        </AuthProvider>
      </Suspense>,
    )
    expect(shown(container)).toBe('One moment…')
    await waitFor(() => expect(shown(container)).toBe('Alice'))
    expect(provider.count('/token')).toBe(1)
  })

  it('is shown in the end where the provider makes the client, too', async () => {
    const { platform, provider } = await createCallbackScene()
    const { container, unmount } = render(
      <Suspense fallback="One moment…">
        <AuthProvider issuer={provider.issuer} clientId="app" redirectUri="/callback" platform={platform}>
          <Name />
        </AuthProvider>
      </Suspense>,
    )
    expect(shown(container)).toBe('One moment…')
    await waitFor(() => expect(shown(container)).toBe('Alice'))
    unmount()
    expect([platform.listenerCount(), platform.timerCount()]).toEqual([0, 0])
  })
})

describe('what a server rendered', () => {
  // Boundaries are comments in a server's markup.
  const markup = '<!--$--><p data-number="0.5">loading</p><!--/$-->'
  function Status(): ReactNode {
    const { status, user } = useSuspenseAuth()
    return <p data-number={0.5}>{user?.name ?? status}</p>
  }

  it('stays until it is decided who is signed in: no fallback, and nothing that React has to mend', async () => {
    const { auth } = await createCallbackScene()
    const { container, commits, recovered } = hydrateLive(
      <App auth={auth}>
        <Status />
      </App>,
      markup,
      shown,
    )
    await waitFor(() => expect(shown(container)).toBe('Alice'))
    expect(new Set(commits)).toEqual(new Set(['loading', 'Alice']))
    expect(recovered).toEqual([])
  })

  it('makes way for the fallback when it is looked again, once there was something better to show', async () => {
    const scene = await createScene()
    const { container } = hydrateLive(
      <App auth={scene.auth}>
        <Status />
      </App>,
      markup,
      shown,
    )
    await waitFor(() => expect(shown(container)).toBe('unauthenticated'))
    await scene.auth.login()
    scene.platform.wake('restored')
    const { goOn } = holdUp(scene, '/token')
    const signIn = scene.auth.handleCallback(scene.provider.signIn(scene.platform.visited.at(-1) ?? ''))
    await waitFor(() => expect(container.querySelector('i')?.textContent).toBe('One moment…'))
    goOn()
    await signIn
    await waitFor(() => expect(shown(container)).toBe('Alice'))
  })
})
