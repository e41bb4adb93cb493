import '../test/setup.ts'
import { act, render, screen } from '@testing-library/react'
import { type ReactNode, useState } from 'react'
import { describe, expect, it } from 'vitest'
import { createScene, createSignedInScene, goThroughLogin } from '../../core/test/signed-in.ts'
import { AuthProvider, SignedIn, SignedOut } from './index.ts'

function Page({ fallback }: { fallback?: ReactNode }): ReactNode {
  return (
    <>
      <SignedIn fallback={fallback}>in</SignedIn>
      <SignedOut fallback={fallback}>out</SignedOut>
    </>
  )
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
