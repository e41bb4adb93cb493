import type { CallbackResult } from '@latchkey/core'
import { act, render, screen } from '@testing-library/react'
import { type ReactNode, useState } from 'react'
import { describe, expect, it } from 'vitest'
import { answerTo, cutOff, nextPage } from '../../core/test/pages.ts'
import { createScene, createSignedInScene, goThroughLogin, type Scene } from '../../core/test/signed-in.ts'
import { until } from '../../core/test/until.ts'
import { AuthProvider, SignedIn, SignedOut } from './index.ts'

function Page({ fallback }: { fallback?: ReactNode }): ReactNode {
  return (
    <>
      <SignedIn fallback={fallback}>in</SignedIn>
      <SignedOut fallback={fallback}>out</SignedOut>
    </>
  )
}

/** How the sign-in ends that the page was left for. */
async function goOn(scene: Scene): Promise<CallbackResult> {
  const back = await nextPage(scene, answerTo(scene))
  return back.auth.handleCallback()
}

describe('SignedIn and SignedOut', () => {
  it('show one or the other, and neither while nothing is decided or the page is being left', async () => {
    const { auth, platform } = await goThroughLogin(await createScene())
    const { container } = render(
      <AuthProvider client={auth}>
        <Page />
      </AuthProvider>,
    )
    expect(container.textContent).toBe('')
    await act(() => auth.handleCallback())
    expect(container.textContent).toBe('in')
    await act(() => auth.logout({ local: true }))
    expect(container.textContent).toBe('out')
    await act(() => auth.login())
    expect(container.textContent).toBe('')
    // Neither of them has sent anybody anywhere.
    expect(platform.visited).toHaveLength(1)
  })

  it('show their fallback then', async () => {
    const { auth } = await goThroughLogin(await createScene())
    const { container } = render(
      <AuthProvider client={auth}>
        <Page fallback="…" />
      </AuthProvider>,
    )
    expect(container.textContent).toBe('……')
    await act(() => auth.handleCallback())
    expect(container.textContent).toBe('in')
    await act(() => auth.logout())
    expect(container.textContent).toBe('……')
  })

  it('show what they are given for whoever is not signed in, and for what went wrong, and nothing of it by themselves', async () => {
    const scene = await createScene()
    const { auth, platform, provider } = scene
    const { container, rerender } = render(
      <AuthProvider client={auth}>
        <Page />
      </AuthProvider>,
    )
    const full = (
      <AuthProvider client={auth}>
        <SignedIn
          signedOut={(login) => (
            <button type="button" onClick={login}>
              please
            </button>
          )}
          error={(error) => `in: ${error.code} `}
        >
          in
        </SignedIn>
        <SignedOut
          error={(error, retry) => (
            <button type="button" onClick={retry}>
              {error.code}
            </button>
          )}
        >
          out
        </SignedOut>
      </AuthProvider>
    )
    expect(container.textContent).toBe('out')
    rerender(full)
    expect(container.textContent).toBe('pleaseout')
    cutOff(scene)
    await act(async () => void screen.getByText('please').click())
    await screen.findByText('network_failed')
    expect(container.textContent).toBe('in: network_failed network_failed')
    rerender(
      <AuthProvider client={auth}>
        <Page />
      </AuthProvider>,
    )
    expect(container.textContent).toBe('out')
    rerender(full)
    provider.onRequest = () => undefined
    await act(async () => void screen.getByText('network_failed').click())
    await act(async () => until(() => platform.visited.length > 0))
    expect(container.textContent).toBe('')
  })

  it.each([
    ['SignedIn', SignedIn],
    ['SignedOut', SignedOut],
  ])('sign in to the place where the sign-in that failed was to end: %s', async (_, Part) => {
    const scene = await goThroughLogin(await createScene(), { returnTo: '/orders?page=2' })
    cutOff(scene)
    await scene.auth.handleCallback().catch(() => undefined)
    scene.provider.onRequest = () => undefined
    render(
      <AuthProvider client={scene.auth}>
        <Part
          error={(_, retry) => (
            <button type="button" onClick={retry}>
              again
            </button>
          )}
        />
      </AuthProvider>,
    )
    // From the callback page itself every sign-in would end there.
    scene.platform.goTo('https://app.example/welcome')
    await act(async () => void screen.getByText('again').click())
    await act(async () => until(() => scene.platform.visited.length > 0))
    expect((await goOn(scene)).returnTo).toBe('/orders?page=2')
  })

  it('keep what is in them while the person’s claims change', async () => {
    const { auth, provider } = await createSignedInScene()
    function Kept(): ReactNode {
      const [number] = useState(() => Math.random())
      return <p>{number}</p>
    }
    render(
      <AuthProvider client={auth}>
        <SignedIn>
          <Kept />
        </SignedIn>
      </AuthProvider>,
    )
    const before = screen.getByText(/^0/).textContent
    provider.claims = { name: 'Alicia' }
    await act(() => auth.getAccessToken({ forceRefresh: true }))
    expect(screen.getByText(/^0/).textContent).toBe(before)
  })
})
