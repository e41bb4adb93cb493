import type { AuthClient } from '@latchkey/core'
import { act, render } from '@testing-library/react'
import { type ReactNode, useLayoutEffect } from 'react'
import { describe, expect, it } from 'vitest'
import { createScene, createSignedInScene, goThroughLogin } from '../../core/test/signed-in.ts'
import { AuthProvider, useAccessToken, useAuthClient, useAuthFetch } from './index.ts'

const hooks = [
  ['useAccessToken', useAccessToken, ({ getAccessToken }: AuthClient) => getAccessToken],
  ['useAuthFetch', useAuthFetch, ({ fetch }: AuthClient) => fetch],
  ['useAuthClient', useAuthClient, (client: AuthClient) => client],
] as const

function Held({ hook, onCommit }: { hook: () => unknown; onCommit: (held: unknown) => void }): ReactNode {
  const held = hook()
  useLayoutEffect(() => void onCommit(held))
  return null
}

describe.each(hooks)('%s', (_, hook, of) => {
  it('gives one function for as long as the client lives, and never renders by itself', async () => {
    const { auth } = await goThroughLogin(await createScene())
    const commits: unknown[] = []
    const app = (): ReactNode => (
      <AuthProvider client={auth}>
        <Held hook={hook} onCommit={(held) => commits.push(held)} />
      </AuthProvider>
    )
    const { rerender } = render(app())
    const mounted = commits.length
    await act(() => auth.handleCallback())
    await act(() => auth.getAccessToken({ forceRefresh: true }))
    await act(() => auth.logout({ local: true }))
    expect(commits).toHaveLength(mounted)
    rerender(app())
    expect(commits).toHaveLength(mounted + 1)
    expect(new Set(commits)).toEqual(new Set([of(auth)]))
  })

  it('gives that of the client that took its place', async () => {
    const first = await createSignedInScene()
    const second = await createSignedInScene()
    const commits: unknown[] = []
    const app = (auth: AuthClient): ReactNode => (
      <AuthProvider client={auth}>
        <Held hook={hook} onCommit={(held) => commits.push(held)} />
      </AuthProvider>
    )
    const { rerender } = render(app(first.auth))
    rerender(app(second.auth))
    expect([commits.at(0), commits.at(-1)]).toEqual([of(first.auth), of(second.auth)])
  })
})

describe('the function of useAccessToken', () => {
  it('gives a token where it is called, and none is held by React', async () => {
    const { auth, provider } = await createSignedInScene()
    let getAccessToken: (() => Promise<string>) | undefined
    render(
      <AuthProvider client={auth}>
        <Held
          hook={useAccessToken}
          onCommit={(held) => {
            getAccessToken = held as () => Promise<string>
          }}
        />
      </AuthProvider>,
    )
    expect(provider.secrets).toContain(await getAccessToken?.())
  })
})
