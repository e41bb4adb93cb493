import { holdSession, type PopupOptions, reauthenticate } from '@latchkey/core/popup'
import { act, render, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { type ReactNode, useEffect } from 'react'
import { describe, expect, it } from 'vitest'
import { refusal } from '../../../core/test/fake-app.ts'
import type { FakePlatform } from '../../../core/test/fake-platform.ts'
import { refuseRefreshes } from '../../../core/test/refuse-refreshes.ts'
import { createScene, goThroughLogin, type Scene, sceneOf } from '../../../core/test/signed-in.ts'
import { passOn, windowOf } from '../../../core/test/windows.ts'
import { renderInBoundary } from '../../test/error-boundary.tsx'
import { AuthProvider, RequireAuth, SignedOut, useAuthClient } from '../index.ts'
import { useReauthentication } from './index.ts'

/** Alice has signed in, in an app that holds on to its session. */
async function signedIn(broken: Pick<Partial<FakePlatform>, 'openWindow'> = {}): Promise<Scene> {
  const { provider, platform } = await goThroughLogin(await createScene())
  const scene = sceneOf(provider, { ...platform, ...broken }, { onSessionLost: holdSession })
  await scene.auth.handleCallback()
  return scene
}

let mounted = 0

/** Counts how often what is half done was begun anew. */
function Form(): ReactNode {
  useEffect(() => {
    mounted += 1
  }, [])
  return <input aria-label="Half done" />
}

function Dialog(): ReactNode {
  const { isNeeded, isOpen, error, reauthenticate, giveUp } = useReauthentication(useAuthClient())
  if (!isNeeded) return null
  return (
    <div role="alertdialog" aria-label="Your session has ended">
      {isOpen && <p>The window is open.</p>}
      {error && <p role="alert">{error.code}</p>}
      <button type="button" onClick={reauthenticate}>
        Sign in again
      </button>
      <button type="button" onClick={giveUp}>
        Sign out
      </button>
    </div>
  )
}

/** The form is half filled in, and the session ends under it. */
async function endUnderForm(): Promise<Scene & { waiting: Promise<string> }> {
  const scene = await signedIn()
  render(
    <AuthProvider client={scene.auth}>
      <RequireAuth>
        <Form />
      </RequireAuth>
      <SignedOut>Signed out</SignedOut>
      <Dialog />
    </AuthProvider>,
  )
  await userEvent.type(await screen.findByLabelText('Half done'), 'Dear Sir')
  mounted = 0
  expect(screen.queryByRole('alertdialog')).toBeNull()
  refuseRefreshes(scene)
  const waiting = scene.auth.getAccessToken({ forceRefresh: true })
  waiting.catch(() => undefined)
  await screen.findByRole('alertdialog')
  return { ...scene, waiting }
}

function expectFormToStay(): void {
  expect(screen.getByLabelText<HTMLInputElement>('Half done').value).toBe('Dear Sir')
  expect(mounted).toBe(0)
}

/** Says how the sign-in in a window goes. */
function Progress({ auth, options }: { auth: Scene['auth']; options?: PopupOptions }): ReactNode {
  const { isOpen, error, reauthenticate } = useReauthentication(auth, options)
  return (
    <button type="button" onClick={reauthenticate}>
      {`Sign in again (${isOpen ? 'open' : 'closed'}, ${error?.code ?? 'no error'})`}
    </button>
  )
}

const progress = (): string | null => screen.getByRole('button').textContent

const press = (): void => act(() => screen.getByRole('button').click())

const signInAgain = (): Promise<void> =>
  userEvent.click(screen.getByRole('button', { name: 'Sign in again' }))

describe('useReauthentication', () => {
  it('keeps what is half done while the session is over, and lets what waits go on', async () => {
    const { auth, provider, platform, waiting } = await endUnderForm()
    expectFormToStay()
    await signInAgain()
    expect(screen.getByText('The window is open.')).toBeTruthy()
    passOn(platform.browser, provider.signIn((await windowOf({ platform })).url))
    await waitFor(() => expect(screen.queryByRole('alertdialog')).toBeNull())
    expectFormToStay()
    await expect(waiting).resolves.toBeTruthy()

    // When it ends once more, nothing is left of that window.
    auth.getAccessToken({ forceRefresh: true }).catch(() => undefined)
    await screen.findByRole('alertdialog')
    expect(screen.queryByText('The window is open.')).toBeNull()
  })

  it('still has its window open when the session ends meanwhile', async () => {
    const scene = await signedIn()
    render(<Progress auth={scene.auth} />)
    press()
    await act(() => windowOf(scene))
    refuseRefreshes(scene)
    scene.auth.getAccessToken({ forceRefresh: true }).catch(() => undefined)
    await waitFor(() => expect(scene.auth.getState().reason).toBe('suspended'))
    expect(progress()).toBe('Sign in again (open, no error)')
    passOn(scene.platform.browser, refusal((await windowOf(scene)).url, 'access_denied'))
    await waitFor(() => expect(progress()).toBe('Sign in again (closed, access_denied)'))
  })

  it('opens the window in the click itself', async () => {
    const { platform } = await endUnderForm()
    act(() => screen.getByRole('button', { name: 'Sign in again' }).click())
    expect(platform.windows).toHaveLength(1)
  })

  it('says why it did not work, and asks for another person where somebody else came back', async () => {
    const { provider, platform } = await endUnderForm()
    await signInAgain()
    passOn(platform.browser, refusal((await windowOf({ platform })).url, 'access_denied'))
    expect((await screen.findByRole('alert')).textContent).toBe('access_denied')
    provider.claims = { sub: 'bob' }
    await signInAgain()
    expect(screen.queryByRole('alert')).toBeNull()
    const second = await windowOf({ platform })
    expect(new URL(second.url).searchParams.get('prompt')).toBeNull()
    passOn(platform.browser, provider.signIn(second.url))
    expect((await screen.findByRole('alert')).textContent).toBe('subject_changed')
    provider.claims = {}
    await signInAgain()
    const third = await windowOf({ platform })
    expect(new URL(third.url).searchParams.get('prompt')).toBe('login')
    passOn(platform.browser, provider.signIn(third.url))
    await waitFor(() => expect(screen.queryByRole('alertdialog')).toBeNull())
    expectFormToStay()
  })

  it('says nothing of what went wrong before a session that came back another way and ended again', async () => {
    const { auth, provider, platform } = await endUnderForm()
    await signInAgain()
    passOn(platform.browser, refusal((await windowOf({ platform })).url, 'access_denied'))
    await screen.findByRole('alert')
    const back = reauthenticate(auth)
    passOn(platform.browser, provider.signIn((await windowOf({ platform })).url))
    await act(() => back)
    expect(screen.queryByRole('alertdialog')).toBeNull()
    auth.getAccessToken({ forceRefresh: true }).catch(() => undefined)
    await screen.findByRole('alertdialog')
    expect(screen.queryByRole('alert')).toBeNull()
  })

  it('signs out where the person gives up', async () => {
    const { waiting } = await endUnderForm()
    await userEvent.click(screen.getByRole('button', { name: 'Sign out' }))
    expect(await screen.findByText('Signed out')).toBeTruthy()
    expect(screen.queryByRole('alertdialog')).toBeNull()
    await expect(waiting).rejects.toMatchObject({ code: 'session_ended' })
  })

  it('signs out of the client that is there now', async () => {
    const [before, after] = [await signedIn(), await signedIn()]
    function SignOut({ auth }: { auth: Scene['auth'] }): ReactNode {
      return (
        <button type="button" onClick={useReauthentication(auth).giveUp}>
          Sign out
        </button>
      )
    }
    const { rerender } = render(<SignOut auth={before.auth} />)
    rerender(<SignOut auth={after.auth} />)
    press()
    await waitFor(() => expect(after.auth.getState().status).toBe('unauthenticated'))
    expect(before.auth.getState().status).toBe('authenticated')
  })

  it('says nothing of a window that another took the place of', async () => {
    const { auth, platform } = await signedIn()
    const { rerender } = render(<Progress auth={auth} options={{ maxAge: 60 }} />)
    press()
    await act(() => windowOf({ platform }))
    rerender(<Progress auth={auth} options={{ maxAge: 30 }} />)
    press()
    await waitFor(() => expect(platform.windows[0]?.isClosed).toBe(true))
    await act(() => windowOf({ platform }))
    expect(progress()).toBe('Sign in again (open, no error)')
    passOn(platform.browser, refusal((await windowOf({ platform })).url, 'access_denied'))
    await waitFor(() => expect(progress()).toBe('Sign in again (closed, access_denied)'))
  })

  it('says nothing of another client’s window', async () => {
    const [before, after] = [await signedIn(), await signedIn()]
    const { rerender } = render(<Progress auth={before.auth} />)
    press()
    const { url } = await act(() => windowOf(before))
    rerender(<Progress auth={after.auth} />)
    expect(progress()).toBe('Sign in again (closed, no error)')
    passOn(before.platform.browser, refusal(url, 'access_denied'))
    await act(() => before.platform.advance(1000))
    await waitFor(() => expect(before.platform.windows[0]?.isClosed).toBe(true))
    expect(progress()).toBe('Sign in again (closed, no error)')
    press()
    expect([before, after].map(({ platform }) => platform.windows.length)).toEqual([1, 1])
    expect(progress()).toBe('Sign in again (open, no error)')
  })

  it('is told nothing by an app that gives up', async () => {
    const { auth, platform } = await signedIn()
    const stop = new AbortController()
    render(<Progress auth={auth} options={{ signal: stop.signal }} />)
    press()
    await act(() => windowOf({ platform }))
    await act(async () => stop.abort(new Error('The app has given up.')))
    await waitFor(() => expect(progress()).toBe('Sign in again (closed, no error)'))
  })

  it.each([undefined, {}])('leaves bugs to the error boundary, also with the options %o', async (options) => {
    const bug = new Error('The platform has a bug.')
    const broken = await signedIn({
      openWindow: () => {
        throw bug
      },
    })
    const { caught } = renderInBoundary(<Progress auth={broken.auth} {...(options && { options })} />)
    press()
    await screen.findByText('caught')
    expect(new Set(caught)).toEqual(new Set([bug]))
  })
})
