import { act, render } from '@testing-library/react'
import { type ReactNode, useLayoutEffect } from 'react'
import { describe, expect, it } from 'vitest'
import { createScene, createSignedInScene, goThroughLogin, type Scene } from '../../core/test/signed-in.ts'
import { AuthProvider, useUser } from './index.ts'

function Person({ onCommit }: { onCommit: (user: unknown) => void }): ReactNode {
  const user = useUser()
  useLayoutEffect(() => void onCommit(user))
  return null
}

function Name({ onCommit }: { onCommit: (name: unknown) => void }): ReactNode {
  const name = useUser((user) => user.name?.toUpperCase())
  useLayoutEffect(() => void onCommit(name))
  return null
}

async function refreshWith({ auth, provider }: Scene, claims: Record<string, unknown>): Promise<void> {
  provider.claims = claims
  await act(() => auth.getAccessToken({ forceRefresh: true }))
}

/** What both have committed, once they are mounted. */
function watch({ auth }: Scene): { people: unknown[]; names: unknown[] } {
  const seen = { people: [] as unknown[], names: [] as unknown[] }
  render(
    <AuthProvider client={auth}>
      <Person onCommit={(user) => seen.people.push(user)} />
      <Name onCommit={(name) => seen.names.push(name)} />
    </AuthProvider>,
  )
  // StrictMode runs the effects of a mount twice.
  for (const commits of Object.values(seen)) commits.splice(1)
  return seen
}

/** Whichever claim it is told to show. */
function Claim({ name }: { name: 'name' | 'sub' }): ReactNode {
  return <p>{useUser((user) => user[name])}</p>
}

describe('useUser', () => {
  it('selects by what its component closes over', async () => {
    const { auth } = await createSignedInScene()
    const page = (name: 'name' | 'sub'): ReactNode => (
      <AuthProvider client={auth}>
        <Claim name={name} />
      </AuthProvider>
    )
    const { container, rerender } = render(page('name'))
    expect(container.textContent).toBe('Alice')
    rerender(page('sub'))
    expect(container.textContent).toBe('alice')
  })

  it('gives the person while one is signed in', async () => {
    const scene = await goThroughLogin(await createScene())
    const { people, names } = watch(scene)
    await act(() => scene.auth.handleCallback())
    await act(() => scene.auth.logout({ local: true }))
    expect(people).toEqual([undefined, expect.objectContaining({ name: 'Alice' }), undefined])
    expect(names).toEqual([undefined, 'ALICE', undefined])
  })

  it('commits when the claims change, and a selection only when its own part does', async () => {
    const scene = await createSignedInScene()
    const { people, names } = watch(scene)
    await refreshWith(scene, {})
    expect([people.length, names.length]).toEqual([1, 1])
    await refreshWith(scene, { email: 'alice@app.example' })
    expect([people.length, names.length]).toEqual([2, 1])
    await refreshWith(scene, { email: 'alice@app.example', name: 'Alicia' })
    expect(people).toHaveLength(3)
    expect(names).toEqual(['ALICE', 'ALICIA'])
  })

  it('commits nothing when only the status or its reason changes', async () => {
    const scene = await createScene()
    const { people, names } = watch(scene)
    await act(() => scene.auth.login())
    act(() => scene.platform.wake('restored'))
    expect(scene.auth.getState()).toMatchObject({ reason: 'redirect_cancelled' })
    expect([people, names]).toEqual([[undefined], [undefined]])
  })

  it('asks a selector nothing while nobody is signed in', async () => {
    const { auth } = await createScene()
    function Letters(): ReactNode {
      return useUser((user) => user.sub.length) ?? 'nobody'
    }
    const { container } = render(
      <AuthProvider client={auth}>
        <Letters />
      </AuthProvider>,
    )
    expect(container.textContent).toBe('nobody')
  })
})
