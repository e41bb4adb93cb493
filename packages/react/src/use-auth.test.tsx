import type { AuthClient } from '@latchkey/core'
import { act, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { type ReactNode, useEffect, useLayoutEffect, useState } from 'react'
import { describe, expect, it } from 'vitest'
import { createScene, createSignedInScene, goThroughLogin, type Scene } from '../../core/test/signed-in.ts'
import type { Auth } from './auth.ts'
import { AuthProvider, useAuth } from './index.ts'

type Seen = (auth: Auth) => unknown

/** Notes what it is given at every commit. */
function Whole({ onCommit }: { onCommit: Seen }): ReactNode {
  const auth = useAuth()
  useLayoutEffect(() => void onCommit(auth))
  return null
}

/** Notes what is selected at every commit, and separately each time that it is another value. */
function Part<T>({
  select,
  onCommit,
  onChange = () => undefined,
}: {
  select: (auth: Auth) => T
  onCommit: (value: T) => unknown
  onChange?: (value: T) => unknown
}): ReactNode {
  // Written inline on purpose: another function at every render.
  const value = useAuth((auth: Auth) => select(auth))
  useLayoutEffect(() => void onCommit(value))
  useEffect(() => void onChange(value), [value, onChange])
  return null
}

/** Renders a component that notes each distinct session it was shown. */
function watch(auth: AuthClient): Auth[] {
  const seen: Auth[] = []
  render(
    <AuthProvider client={auth}>
      <Whole onCommit={(next) => seen.at(-1) !== next && seen.push(next)} />
    </AuthProvider>,
  )
  return seen
}

/** The state changes, and the name does not. */
async function changeEmail({ auth, provider }: Scene, email: string): Promise<void> {
  provider.claims = { email }
  await act(() => auth.getAccessToken({ forceRefresh: true }))
  expect(auth.getState()).toMatchObject({ user: { name: 'Alice', email } })
}

describe('the session', () => {
  it('is shown through every status, with the booleans that belong to it', async () => {
    const { auth } = await goThroughLogin(await createScene())
    const seen = watch(auth)
    await act(() => auth.handleCallback())
    await act(() => auth.logout({ local: true }))
    await act(() => auth.login())

    const inShort = seen.map(({ status, reason, user, error, isAuthenticated, isLoading }) => ({
      is: `${status}: ${reason}`,
      user: user?.name,
      error,
      isAuthenticated,
      isLoading,
    }))
    const nobody = { user: undefined, error: undefined, isAuthenticated: false }
    expect(inShort).toEqual([
      { is: 'loading: callback', isLoading: true, ...nobody },
      { is: 'authenticated: signed_in', isLoading: false, ...nobody, user: 'Alice', isAuthenticated: true },
      { is: 'unauthenticated: signed_out', isLoading: false, ...nobody },
      { is: 'redirecting: requested', isLoading: true, ...nobody },
    ])
  })

  it('carries the error that ended it', async () => {
    const { auth, provider } = await createSignedInScene()
    const seen = watch(auth)
    provider.onToken = (answer) => {
      answer.status = 400
      answer.body = { error: 'invalid_grant' }
    }
    await act(() => auth.getAccessToken({ forceRefresh: true }).catch(() => undefined))
    expect(seen.at(-1)).toMatchObject({
      status: 'unauthenticated',
      reason: 'session_ended',
      isAuthenticated: false,
      isLoading: false,
      error: { name: 'SignInRequiredError', code: 'session_ended' },
    })
  })

  it('tells where the page is being left for', async () => {
    const { auth } = await createSignedInScene()
    const seen = watch(auth)
    await act(() => auth.logout())
    expect(seen.at(-1)).toMatchObject({ status: 'redirecting', to: 'logout', isLoading: true })
  })

  it('is the same object until it changes, however often a parent renders', async () => {
    const { auth } = await createSignedInScene()
    const seen: Auth[] = []
    const app = (): ReactNode => (
      <AuthProvider client={auth}>
        <Whole onCommit={(next) => seen.push(next)} />
      </AuthProvider>
    )
    const { rerender } = render(app())
    for (let count = 0; count < 5; count++) rerender(app())
    expect(seen.length).toBeGreaterThanOrEqual(6)
    expect(new Set(seen).size).toBe(1)
  })

  it('holds no token', async () => {
    const { auth, provider } = await createSignedInScene()
    const [session] = watch(auth)
    const text = JSON.stringify(session)
    expect(provider.secrets.filter((secret) => text.includes(secret))).toEqual([])
  })
})

describe('what can be done with it', () => {
  it('keeps its identity through every change of the session', async () => {
    const { auth } = await goThroughLogin(await createScene())
    const seen = watch(auth)
    await act(() => auth.handleCallback())
    await act(() => auth.logout())
    expect(seen.length).toBeGreaterThanOrEqual(3)
    for (const name of ['login', 'logout', 'getAccessToken', 'requireSession', 'explain'] as const) {
      expect(new Set(seen.map((session) => session[name])), name).toEqual(new Set([auth[name]]))
    }
  })

  it('works taken apart and given to onClick, which passes an event', async () => {
    const scene = await createScene({ href: 'https://app.example/here' })
    render(
      <AuthProvider client={scene.auth}>
        <Buttons />
      </AuthProvider>,
    )
    fireEvent.click(screen.getByText('in'))
    await screen.findByText('redirecting')
    expect(scene.platform.visited).toHaveLength(1)
    expect(scene.platform.visited[0]).toMatch(/^https:\/\/id\.example\/auth\?/)
    expect(scene.auth.getState()).not.toHaveProperty('error')
  })

  it('signs out from onClick as well', async () => {
    const { auth, platform } = await createSignedInScene()
    render(
      <AuthProvider client={auth}>
        <Buttons />
      </AuthProvider>,
    )
    fireEvent.click(screen.getByText('out'))
    await waitFor(() => expect(platform.visited).toHaveLength(1))
    expect(platform.visited[0]).toMatch(/^https:\/\/id\.example\/logout\?/)
  })

  it('gives out a token where it is asked for', async () => {
    const { auth, provider } = await createSignedInScene()
    const [session] = watch(auth)
    await expect(session?.getAccessToken()).resolves.toSatisfy((token: string) =>
      provider.secrets.includes(token),
    )
  })
})

function Buttons(): ReactNode {
  const { status, login, logout } = useAuth()
  return (
    <>
      <p>{status}</p>
      <button type="button" onClick={login}>
        in
      </button>
      <button type="button" onClick={logout}>
        out
      </button>
    </>
  )
}

describe('a selector', () => {
  it('gives a part, and renders only when that part changes', async () => {
    const scene = await createSignedInScene()
    const names: unknown[] = []
    const wholes: unknown[] = []
    render(
      <AuthProvider client={scene.auth}>
        <Part select={(auth) => auth.user?.name} onCommit={(name) => names.push(name)} />
        <Whole onCommit={(auth) => wholes.push(auth)} />
      </AuthProvider>,
    )
    const before = [names.length, wholes.length]
    await changeEmail(scene, 'a@app.example')
    expect([names.length, wholes.length]).toEqual([before[0], (before[1] ?? 0) + 1])

    await act(() => scene.auth.logout({ local: true }))
    expect([...new Set(names)]).toEqual(['Alice', undefined])
  })

  it.each([
    ['object', ({ user }: Auth): unknown => ({ name: user?.name, isIn: user !== undefined })],
    ['array', ({ user }: Auth): unknown => [user?.name, user !== undefined, Number.NaN]],
  ])('may give a fresh %s: with the same members it is no change', async (_, select) => {
    const scene = await createSignedInScene()
    const commits: unknown[] = []
    const values: unknown[] = []
    const onChange = (value: unknown): void => void values.push(value)
    const app = (): ReactNode => (
      <AuthProvider client={scene.auth}>
        <Part select={select} onCommit={(value) => commits.push(value)} onChange={onChange} />
      </AuthProvider>
    )
    const { rerender } = render(app())
    const afterMount = commits.length
    await changeEmail(scene, 'a@app.example')
    expect(commits).toHaveLength(afterMount)

    // The parent's renders are its own; the value stays the same object for effects and memos.
    rerender(app())
    await changeEmail(scene, 'b@app.example')
    rerender(app())
    expect(commits).toHaveLength(afterMount + 2)
    expect(new Set(values).size).toBe(1)

    await act(() => scene.auth.logout({ local: true }))
    rerender(app())
    expect(new Set(values).size).toBe(2)
  })

  it('may give what cannot be compared: it is another with the next session alone', async () => {
    const scene = await createSignedInScene()
    const values: unknown[] = []
    render(
      <AuthProvider client={scene.auth}>
        <Part select={({ user }) => new Set([user?.name])} onCommit={(value) => values.push(value)} />
      </AuthProvider>,
    )
    expect(new Set(values).size).toBe(1)
    await changeEmail(scene, 'a@app.example')
    expect(new Set(values).size).toBe(2)
  })

  it.each([
    ['an object that lost a member', { a: 1, b: 2 }, { a: 1 }],
    ['an object with another key', { a: undefined }, { b: undefined }],
    ['an array and an object', [1], { 0: 1 }],
    ['a longer array', [1], [1, 2]],
    ['two maps', new Map([['a', 1]]), new Map([['a', 2]])],
    ['two dates', new Date(0), new Date(1)],
    ['null and an object', null, {}],
    ['zero and minus zero', 0, -0],
  ])('sees a change between %s', async (_, first, second) => {
    const scene = await createSignedInScene()
    const values: unknown[] = []
    render(
      <AuthProvider client={scene.auth}>
        <Part
          select={({ user }): unknown => (user?.email ? second : first)}
          onCommit={(value) => values.push(value)}
        />
      </AuthProvider>,
    )
    await changeEmail(scene, 'a@app.example')
    expect(values.at(0)).toBe(first)
    expect(values.at(-1)).toBe(second)
  })

  it('may ask for something else at another render', async () => {
    const scene = await createSignedInScene()
    await changeEmail(scene, 'a@app.example')
    const values: unknown[] = []
    const app = (claim: string): ReactNode => (
      <AuthProvider client={scene.auth}>
        <Part select={({ user }) => user?.[claim]} onCommit={(value) => values.push(value)} />
      </AuthProvider>
    )
    const { rerender } = render(app('name'))
    expect(values.at(-1)).toBe('Alice')
    rerender(app('email'))
    expect(values.at(-1)).toBe('a@app.example')

    // It is the new question whose answer is watched.
    await changeEmail(scene, 'b@app.example')
    expect(values.at(-1)).toBe('b@app.example')
    rerender(app('name'))
    expect(values.at(-1)).toBe('Alice')
  })

  it('may close over state of its component', async () => {
    const { auth } = await createSignedInScene()
    render(
      <AuthProvider client={auth}>
        <Toggled />
      </AuthProvider>,
    )
    expect(screen.getByRole('button').textContent).toBe('Alice')
    fireEvent.click(screen.getByRole('button'))
    expect(screen.getByRole('button').textContent).toBe('alice')
  })

  it('may read what is gone in a child that its parent is about to remove', async () => {
    const { auth } = await createSignedInScene()
    render(
      <AuthProvider client={auth}>
        <Gate />
      </AuthProvider>,
    )
    expect(screen.getByText('5 letters')).toBeDefined()
    await act(() => auth.logout({ local: true }))
    expect(screen.getByText('nobody')).toBeDefined()
  })
})

function Toggled(): ReactNode {
  const [claim, setClaim] = useState('name')
  const value = useAuth(({ user }) => String(user?.[claim]))
  return (
    <button type="button" onClick={() => setClaim('sub')}>
      {value}
    </button>
  )
}

function Gate(): ReactNode {
  return useAuth(({ isAuthenticated }) => isAuthenticated) ? <Letters /> : <p>nobody</p>
}

function Letters(): ReactNode {
  const count = useAuth(({ user }) => {
    if (!user?.name) throw new Error('Nobody is signed in, so there is no name to count.')
    return user.name.length
  })
  return <p>{count} letters</p>
}
