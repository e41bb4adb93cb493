import { act, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { Component, type ReactNode } from 'react'
import { describe, expect, it } from 'vitest'
import { createScene, createSignedInScene, goThroughLogin } from '../../core/test/signed-in.ts'
import type { Auth } from './auth.ts'
import * as plain from './index.ts'
import { createAuthContext } from './index.ts'

const staff = createAuthContext()
const shop = createAuthContext()

describe('two contexts on one page', () => {
  it('give each component its own client, whichever provider is nearer', async () => {
    const alice = await createSignedInScene()
    const nobody = await createScene({ options: { name: 'shop' } })
    function Both(): ReactNode {
      return `${staff.useUser()?.name} at work, ${shop.useAuth(({ status }) => status)} in the shop`
    }
    const { container } = render(
      <staff.AuthProvider client={alice.auth}>
        <shop.AuthProvider client={nobody.auth}>
          <Both />
        </shop.AuthProvider>
      </staff.AuthProvider>,
    )
    expect(container.textContent).toBe('Alice at work, unauthenticated in the shop')
    await act(() => alice.auth.logout({ local: true }))
    expect(container.textContent).toBe('undefined at work, unauthenticated in the shop')
  })

  it('do not mind the provider that the package exports by itself', async () => {
    const alice = await createSignedInScene()
    const nobody = await createScene({ options: { name: 'other' } })
    function Both(): ReactNode {
      return `${staff.useAuth().status} ${plain.useAuth().status}`
    }
    const { container } = render(
      <staff.AuthProvider client={alice.auth}>
        <plain.AuthProvider client={nobody.auth}>
          <Both />
        </plain.AuthProvider>
      </staff.AuthProvider>,
    )
    expect(container.textContent).toBe('authenticated unauthenticated')
  })
})

describe('a context that is made for a client', () => {
  it('provides that client where its provider is given none, and another where it is', async () => {
    const alice = await createSignedInScene()
    const nobody = await createScene({ options: { name: 'other' } })
    const { AuthProvider, useAuth } = createAuthContext(alice.auth)
    const Status = (): ReactNode => useAuth().status
    const page = (client?: typeof nobody.auth): ReactNode => (
      <AuthProvider client={client}>
        <Status />
      </AuthProvider>
    )
    const { container, rerender } = render(page())
    expect(container.textContent).toBe('authenticated')
    expect(alice.platform.listenerCount()).toBeGreaterThan(0)
    rerender(page(nobody.auth))
    expect(container.textContent).toBe('unauthenticated')
    rerender(page())
    expect(container.textContent).toBe('authenticated')
  })
})

describe('what createAuthContext gives', () => {
  it('is everything that the package exports', () => {
    // A context has its provider already, which takes a client where it is given one.
    const { createAuthContext: _, ClientProvider: __, ...exported } = plain
    expect(Object.keys(staff).sort()).toEqual(Object.keys(exported).sort())
  })

  it('reads its own context, each of it', async () => {
    const { auth } = await createSignedInScene()
    class Status extends Component<{ auth: Auth }> {
      override render(): ReactNode {
        return this.props.auth.status
      }
    }
    const StatusWithAuth = staff.withAuth(Status)
    const functions: unknown[] = []
    function Hooks(): ReactNode {
      functions.push(staff.useAuthClient(), staff.useAccessToken(), staff.useAuthFetch())
      return `${staff.useSuspenseAuth().status} ${staff.useSessionCountdown()} `
    }
    const { container } = render(
      <staff.AuthProvider client={auth}>
        <Hooks />
        <staff.RequireAuth>guarded </staff.RequireAuth>
        <staff.SignedIn>in </staff.SignedIn>
        <staff.SignedOut>out </staff.SignedOut>
        <StatusWithAuth />
      </staff.AuthProvider>,
    )
    expect(container.textContent).toBe('authenticated undefined guarded in authenticated')
    expect(new Set(functions)).toEqual(new Set([auth, auth.getAccessToken, auth.fetch]))
  })

  it('finishes a sign-in with its own callback, and signs in with its own hook', async () => {
    const { auth, platform } = await goThroughLogin(await createScene())
    function Button(): ReactNode {
      const { login } = staff.useAuth()
      return (
        <button type="button" onClick={login}>
          {staff.useAuth(({ status }) => status)}
        </button>
      )
    }
    render(
      <staff.AuthProvider client={auth}>
        <staff.Callback onDone={() => undefined} />
        <Button />
      </staff.AuthProvider>,
    )
    await screen.findByText('authenticated')
    fireEvent.click(screen.getByRole('button'))
    await waitFor(() => expect(platform.visited).toHaveLength(1))
  })

  it('makes a client of options, too', async () => {
    const { platform } = await createScene()
    render(
      <staff.AuthProvider
        issuer="https://id.example"
        clientId="app"
        redirectUri="/callback"
        platform={platform}
      >
        <staff.SignedOut>out</staff.SignedOut>
      </staff.AuthProvider>,
    )
    expect(screen.getByText('out')).toBeDefined()
  })
})
