import type { AuthClient } from '@latchkey/core'
import { act, render, screen, waitFor, within } from '@testing-library/react'
import {
  memo,
  Profiler,
  type ReactNode,
  startTransition,
  useDeferredValue,
  useLayoutEffect,
  useState,
} from 'react'
import { describe, expect, it } from 'vitest'
import { createScene, createSignedInScene, goThroughLogin } from '../../core/test/signed-in.ts'
import { renderLive } from '../test/live-root.tsx'
import type { Auth } from './auth.ts'
import { AuthProvider, useAuth } from './index.ts'

function Consumer({
  select,
  onCommit,
}: {
  select: (auth: Auth) => unknown
  onCommit: () => unknown
}): ReactNode {
  const value = useAuth((auth: Auth) => select(auth))
  useLayoutEffect(() => void onCommit())
  return <li>{String(value)}</li>
}

/** A thousand components, half of which show the name and half of which only call `login`. */
function Thousand({
  auth,
  onCommit,
  onRender,
}: {
  auth: AuthClient
  onCommit: (half: 'names' | 'buttons') => unknown
  onRender: (id: string) => void
}): ReactNode {
  return (
    <AuthProvider client={auth}>
      <Profiler id="names" onRender={onRender}>
        {Array.from({ length: 500 }, (_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: nothing moves
          <Consumer key={index} select={({ user }) => user?.name} onCommit={() => onCommit('names')} />
        ))}
      </Profiler>
      <Profiler id="buttons" onRender={onRender}>
        {Array.from({ length: 500 }, (_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: nothing moves
          <Consumer key={index} select={({ login }) => login.length} onCommit={() => onCommit('buttons')} />
        ))}
      </Profiler>
    </AuthProvider>
  )
}

describe('a thousand components', () => {
  it('commit nothing during 100 silent refreshes, nor when tokens are renewed ahead of time', async () => {
    const { auth, provider, platform } = await createSignedInScene()
    const commits: unknown[] = []
    render(
      <Thousand
        auth={auth}
        onCommit={(half) => commits.push(half)}
        onRender={(id) => void commits.push(id)}
      />,
    )
    expect(screen.getAllByText('Alice')).toHaveLength(500)
    commits.length = 0

    for (let count = 0; count < 100; count++) await act(() => auth.getAccessToken({ forceRefresh: true }))

    expect(provider.count('/token')).toBe(101)
    // Past the moment of renewal, and not as far as its deadline.
    await act(() => platform.advance(250_000))
    await waitFor(() => expect(provider.count('/token')).toBe(102))
    expect(commits).toEqual([])
  })

  it('commit once at sign-in where their selection changed, and not at all elsewhere', async () => {
    const { auth } = await goThroughLogin(await createScene())
    const commits: string[] = []
    render(
      <Thousand
        auth={auth}
        onCommit={(half) => commits.push(half)}
        onRender={(id) => void commits.push(id)}
      />,
    )
    commits.length = 0

    await act(() => auth.handleCallback())

    expect(screen.getAllByText('Alice')).toHaveLength(500)
    // Each of them, and the Profiler around them.
    expect(commits).toEqual(Array(501).fill('names'))
  })
})

describe('two components', () => {
  it('never disagree within a commit', async () => {
    const { auth } = await goThroughLogin(await createScene())
    const live = renderLive(
      <AuthProvider client={auth}>
        <Outer />
        <Row />
      </AuthProvider>,
      shown,
    )
    await waitFor(() => expect(live.commits).toHaveLength(1))
    await auth.handleCallback()
    await auth.login()
    await waitFor(() => expect(live.commits.at(-1)).toContain('redirecting'))
    expect(live.commits).toEqual(
      ['loading', 'authenticated', 'redirecting'].map((status) => [status, status, status]),
    )
  })
})

describe('concurrent rendering', () => {
  /** Signs out in the pause that React makes after this many renders. */
  async function signOutDuring(open: string): Promise<{ commits: string[][]; renders: string[] }> {
    const { auth } = await createSignedInScene()
    const renders: string[] = []
    let isArmed = false
    const live = renderLive(
      <AuthProvider client={auth}>
        <Row />
        <Slow
          onRender={(status) => {
            if (!isArmed) return
            spin()
            renders.push(status)
            if (renders.length === 4) queueMicrotask(() => void auth.logout({ local: true }))
          }}
        />
      </AuthProvider>,
      shown,
    )
    await waitFor(() => expect(live.commits).toHaveLength(1))
    isArmed = true
    // Not by `fireEvent`: within `act`, React makes no pauses.
    within(live.container).getByText(open).click()
    await waitFor(() => expect(live.commits.at(-1)).toEqual(Array(11).fill('unauthenticated')))
    return { commits: live.commits, renders }
  }

  it.each(['transition', 'deferred'])('does not tear in a %s', async (kind) => {
    const { commits, renders } = await signOutDuring(kind)
    // Some rows were rendered with the old state, and the new one came before the last of them was.
    expect(renders.slice(0, 4)).toEqual(Array(4).fill('authenticated'))
    expect(renders.slice(4, 8)).toContain('unauthenticated')
    for (const statuses of commits) expect(new Set(statuses).size).toBe(1)
  })
})

function shown(container: HTMLElement): string[] {
  return [...container.querySelectorAll('li')].map((row) => row.textContent ?? '')
}

function Row({ onRender }: { onRender?: (status: string) => void }): ReactNode {
  const status = useAuth((auth) => auth.status)
  onRender?.(status)
  return <li>{status}</li>
}

function Outer(): ReactNode {
  const { status } = useAuth()
  return (
    <>
      <li>{status}</li>
      <Row />
    </>
  )
}

/** Ten rows that come in a transition, or behind a deferred value. */
function Slow({ onRender }: { onRender: (status: string) => void }): ReactNode {
  const [isOpen, open] = useState(false)
  const [wanted, want] = useState(false)
  return (
    <>
      <button type="button" onClick={() => startTransition(() => open(true))}>
        transition
      </button>
      <button type="button" onClick={() => want(true)}>
        deferred
      </button>
      <Rows isOpen={useDeferredValue(wanted) || isOpen} onRender={onRender} />
    </>
  )
}

const Rows = memo(function Rows({
  isOpen,
  onRender,
}: {
  isOpen: boolean
  onRender: (status: string) => void
}): ReactNode {
  // biome-ignore lint/suspicious/noArrayIndexKey: nothing moves
  return isOpen && Array.from({ length: 10 }, (_, index) => <Row key={index} onRender={onRender} />)
})

/** Longer than React works in one go, so that it makes a pause after every row. */
function spin(): void {
  const endMs = performance.now() + 6
  while (performance.now() < endMs);
}
