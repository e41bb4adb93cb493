import { act, cleanup, render, screen, waitFor } from '@testing-library/react'
import { type ReactNode, StrictMode } from 'react'
import { afterEach, describe, expect, it } from 'vitest'
import { createHostedApp, type HostedApp } from '../../core/test/hosted-app.ts'
import { ClientProvider } from './client-provider.tsx'
import { Callback, RequireAuth, useAuth } from './index.ts'

let app: HostedApp

afterEach(() => {
  cleanup()
  app.close()
})

/** Lets what travels between page and worker arrive. */
const pass = (): Promise<void> => act(() => app.advance(50))

function Person(): ReactNode {
  const { user } = useAuth()
  return <p>Hello, {user?.sub}</p>
}

describe('a client that is hosted, under StrictMode', () => {
  it('finishes a sign-in once, though <Callback> mounts twice', async () => {
    app = await createHostedApp()
    const left = app.open()
    await app.settled(left.auth.login({ returnTo: '/orders' }))
    const href = app.provider.signIn(left.platform.visited.at(-1) ?? '')
    const { auth } = app.open({ href, stored: left.platform.stored })
    const done: string[] = []
    render(
      <StrictMode>
        <ClientProvider client={auth}>
          <Callback onDone={({ returnTo }) => done.push(returnTo)} />
        </ClientProvider>
      </StrictMode>,
    )
    await waitFor(() => expect(done).toEqual(['/orders']))
    await pass()
    expect(done).toEqual(['/orders'])
    expect(app.provider.count('/token')).toBe(1)
    expect(auth.getState()).toMatchObject({ status: 'authenticated' })
  })

  it('shows whoever another page has signed in, and stops with the components', async () => {
    app = await createHostedApp()
    await app.signIn()
    const { auth, platform } = app.open()
    const { unmount } = render(
      <StrictMode>
        <ClientProvider client={auth}>
          <RequireAuth>
            <Person />
          </RequireAuth>
        </ClientProvider>
      </StrictMode>,
    )
    await pass()
    expect(await screen.findByText('Hello, alice')).toBeTruthy()
    unmount()
    expect(platform.listenerCount()).toBe(0)
  })
})
