import type { AuthClient } from '@latchkey/core'
import { act, render } from '@testing-library/react'
import type { ReactNode } from 'react'
import { describe, expect, it, vi } from 'vitest'
import { createScene, createSignedInScene, goThroughLogin } from '../../core/test/signed-in.ts'
import { renderInBoundary } from '../test/error-boundary.tsx'
import {
  AuthProvider,
  Callback,
  createAuthContext,
  RequireAuth,
  SignedIn,
  SignedOut,
  useAccessToken,
  useAuth,
  useAuthClient,
  useAuthFetch,
  useSessionCountdown,
  useSuspenseAuth,
  useUser,
  withAuth,
} from './index.ts'

function Session({ of: hook = useAuth }: { of?: typeof useAuth }): ReactNode {
  return hook().status
}

const WithAuthSession = withAuth(Session)

function Hook({ hook }: { hook: () => unknown }): ReactNode {
  return String(hook())
}

function Client({ onRender }: { onRender?: (client: AuthClient) => void }): ReactNode {
  const client = useAuthClient()
  onRender?.(client)
  return null
}

describe('outside <AuthProvider>', () => {
  it.each([
    ['useAuth()', 'useAuth()', <Session key="" />],
    ['useAuthClient()', 'useAuthClient()', <Client key="" />],
    ['<Callback>', '<Callback>', <Callback key="" />],
    ['<RequireAuth>', '<RequireAuth>', <RequireAuth key="">secret</RequireAuth>],
    ['<SignedIn>', '<SignedIn>', <SignedIn key="" />],
    ['<SignedOut>', '<SignedOut>', <SignedOut key="" />],
    ['withAuth', 'withAuth(Session)', <WithAuthSession key="" />],
    ['useUser()', 'useUser()', <Hook key="" hook={useUser} />],
    ['useAccessToken()', 'useAccessToken()', <Hook key="" hook={useAccessToken} />],
    ['useAuthFetch()', 'useAuthFetch()', <Hook key="" hook={useAuthFetch} />],
    ['useSuspenseAuth()', 'useSuspenseAuth()', <Hook key="" hook={useSuspenseAuth} />],
    ['useSessionCountdown()', 'useSessionCountdown()', <Hook key="" hook={useSessionCountdown} />],
  ])('%s throws, and says how to fix it', (_, hook, ui) => {
    const { caught, container } = renderInBoundary(ui)
    expect(caught).toHaveLength(1)
    expect(caught[0]).toMatchObject({ name: 'ConfigurationError', code: 'missing_provider' })
    expect(String(caught[0])).toContain(hook)
    expect(String(caught[0])).toContain('was used outside <AuthProvider>. Wrap the app in <AuthProvider')
    expect(container.textContent).toBe('caught')
  })

  it('is also where the hooks of another context are, which is said as well', async () => {
    const { auth } = await createScene()
    const other = createAuthContext()
    const { caught } = renderInBoundary(
      <AuthProvider client={auth}>
        <Hook hook={other.useUser} />
      </AuthProvider>,
    )
    expect(caught).toMatchObject([
      { code: 'missing_provider', message: expect.stringContaining('another createAuthContext()') },
    ])
  })

  it('is also where the hook of a second copy of the package is, which is said as well', async () => {
    const { auth } = await createScene()
    vi.resetModules()
    const second = await import('./index.ts')
    expect(second.useAuth).not.toBe(useAuth)
    const { caught } = renderInBoundary(
      <AuthProvider client={auth}>
        <Session of={second.useAuth} />
      </AuthProvider>,
    )
    expect(caught).toHaveLength(1)
    expect(caught[0]).toMatchObject({
      code: 'missing_provider',
      message: expect.stringContaining('a second copy of @latchkey/react'),
    })
  })
})

describe('useAuthClient', () => {
  it('gives the client that the provider was given, and never renders by itself', async () => {
    const { auth } = await goThroughLogin(await createScene())
    const clients: unknown[] = []
    render(
      <AuthProvider client={auth}>
        <Client onRender={(client) => void clients.push(client)} />
      </AuthProvider>,
    )
    expect(new Set(clients)).toEqual(new Set([auth]))
    const renders = clients.length

    await act(() => auth.handleCallback())
    await act(() => auth.logout())
    expect(clients).toHaveLength(renders)
  })

  it('gives what useAuth does not: the events', async () => {
    const { auth } = await createSignedInScene()
    let client: AuthClient | undefined
    render(
      <AuthProvider client={auth}>
        <Client
          onRender={(next) => {
            client = next
          }}
        />
      </AuthProvider>,
    )
    const reasons: string[] = []
    client?.on('identity', ({ reason }) => void reasons.push(reason))
    await act(() => auth.logout({ local: true }))
    expect(reasons).toEqual(['signed_out'])
  })
})
