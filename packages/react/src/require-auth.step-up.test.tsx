import type { StandardSchema, User } from '@latchkey/core'
import { act, fireEvent, render, screen } from '@testing-library/react'
import { type ReactNode, useState } from 'react'
import { describe, expect, it } from 'vitest'
import { createFakeApp, refusal, type Tab } from '../../core/test/fake-app.ts'
import { createFakeProvider } from '../../core/test/fake-provider.ts'
import { destinationOf, nextPage } from '../../core/test/pages.ts'
import { createScene, createSignedInScene, type Scene } from '../../core/test/signed-in.ts'
import { until } from '../../core/test/until.ts'
import { expectVisits, GuardedPage, letHappen, signedInWith } from '../test/guarded-page.tsx'
import type { RequireAuthProps } from './index.ts'

const nowSeconds = 1_800_000_000
const guards: readonly [string, RequireAuthProps, Record<string, string>][] = [
  ['acr', { acr: 'gold' }, { acr_values: 'gold' }],
  ['one of several acr', { acr: ['gold', 'platinum'] }, { acr_values: 'gold platinum' }],
  ['maxAge', { maxAge: 300 }, { max_age: '300' }],
  [
    'both, and more by login',
    { acr: 'gold', maxAge: 300, login: { loginHint: 'alice' } },
    { acr_values: 'gold', max_age: '300', login_hint: 'alice' },
  ],
]

/** Of the person it leaves `sub`. */
const subjectOnly: StandardSchema<User> = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (claims) => ({ value: { sub: (claims as User).sub } }),
  },
}

const nobodyCalledBob: StandardSchema<User> = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (claims) => {
      const value = claims as User
      return value.name === 'Bob' ? { issues: [{ message: 'not Bob', path: ['name'] }] } : { value }
    },
  },
}

function asked(scene: Scene): Record<string, string> {
  const { searchParams } = destinationOf(scene)
  const names = ['acr_values', 'max_age', 'login_hint']
  return Object.fromEntries([...searchParams].filter(([name]) => names.includes(name)))
}

describe('a guard that asks how somebody authenticated (RFC 9470)', () => {
  it.each(guards)('shows its children at once to whoever did so: %s', async (_, guard) => {
    const scene = await signedInWith({ acr: 'gold', auth_time: nowSeconds - 10 })
    const { container } = render(<GuardedPage auth={scene.auth} {...guard} />)
    expect(container.textContent).toBe('secret')
    await letHappen(scene)
    expect(scene.platform.visited).toEqual([])
  })

  it.each(guards)('asks whoever did not to do so, once: %s', async (_, guard, parameters) => {
    const scene = await signedInWith({ acr: 'silver', auth_time: nowSeconds - 4000 })
    render(<GuardedPage auth={scene.auth} {...guard} />)
    expect(screen.getByRole('status').textContent).toBe('One moment…')
    await expectVisits(scene, ['/auth'])
    expect(asked(scene)).toEqual(parameters)
  })

  it.each(guards)('asks whoever is not signed in for it at once: %s', async (_, guard, parameters) => {
    const scene = await createScene()
    render(<GuardedPage auth={scene.auth} {...guard} />)
    await expectVisits(scene, ['/auth'])
    expect(asked(scene)).toEqual(parameters)
  })

  it('lets them in who come back with it', async () => {
    const scene = await signedInWith({ acr: 'silver' })
    render(<GuardedPage auth={scene.auth} acr="gold" />).unmount()
    render(<GuardedPage auth={scene.auth} acr="gold" />)
    await expectVisits(scene, ['/auth'])
    scene.provider.claims = { acr: 'gold' }
    const back = await nextPage(scene, scene.provider.signIn(destinationOf(scene).href))
    await back.auth.handleCallback()
    const { container } = render(<GuardedPage auth={back.auth} acr="gold" />)
    expect(container.textContent).toBe('secret')
    await letHappen(back)
    expect(back.platform.visited).toEqual([])
  })

  it('asks again for what another guard on the page asks', async () => {
    const scene = await signedInWith({ acr: 'silver' })
    const { container, rerender } = render(<GuardedPage auth={scene.auth} acr="silver" />)
    expect(container.textContent).toBe('secret')
    rerender(<GuardedPage auth={scene.auth} acr="gold" />)
    expect(container.textContent).toBe('One moment…')
    await expectVisits(scene, ['/auth'])
  })

  it('lets nobody in by what the client before could show', async () => {
    const gold = await signedInWith({ acr: 'gold' })
    const silver = await signedInWith({ acr: 'silver' })
    const { container, rerender } = render(<GuardedPage auth={gold.auth} acr="gold" />)
    rerender(<GuardedPage auth={silver.auth} acr="gold" />)
    expect(container.textContent).toBe('One moment…')
    await expectVisits(silver, ['/auth'])
  })
})

function Form(): ReactNode {
  const [text, setText] = useState('')
  return <input value={text} onChange={({ target }) => setText(target.value)} />
}

describe('whoever was let in', () => {
  const guard = { maxAge: 300, children: <Form /> }

  it('stays once maxAge has passed, with the half-filled form, however often the page renders', async () => {
    const scene = await signedInWith({ auth_time: nowSeconds - 10 })
    const { rerender } = render(<GuardedPage auth={scene.auth} {...guard} />)
    fireEvent.change(screen.getByRole('textbox'), { target: { value: 'half' } })
    await act(() => scene.platform.advance(1_000_000))
    rerender(<GuardedPage auth={scene.auth} {...guard} />)
    scene.provider.claims = { auth_time: nowSeconds - 10, name: 'Alicia' }
    await act(() => scene.auth.getAccessToken({ forceRefresh: true }))
    expect(screen.getByRole<HTMLInputElement>('textbox').value).toBe('half')
    expect(scene.platform.visited).toEqual([])
  })

  it('is asked anew on coming to the page again', async () => {
    const scene = await signedInWith({ auth_time: nowSeconds - 10 })
    const { unmount } = render(<GuardedPage auth={scene.auth} {...guard} />)
    unmount()
    await act(() => scene.platform.advance(1_000_000))
    render(<GuardedPage auth={scene.auth} {...guard} />)
    expect(screen.queryByRole('textbox')).toBeNull()
    await expectVisits(scene, ['/auth'])
  })

  it('is asked anew after a sign-out', async () => {
    const scene = await signedInWith({ auth_time: nowSeconds - 10 })
    render(<GuardedPage auth={scene.auth} {...guard} />)
    await act(() => scene.auth.logout({ local: true }))
    await screen.findByText('You are signed out.')
    expect(screen.queryByRole('textbox')).toBeNull()
  })

  it('is asked anew of whoever signs in again meanwhile, in another tab, with an older proof', async () => {
    const app = await createFakeApp()
    app.provider.claims = { auth_time: nowSeconds - 10 }
    const tab = await app.signIn()
    const other = await app.signIn()
    render(<GuardedPage auth={tab.auth} maxAge={300} />)
    await screen.findByText('secret')
    await act(() => other.auth.logout({ local: true }))
    await screen.findByText('You are signed out.')
    app.provider.claims = { auth_time: nowSeconds - 100_000 }
    await act(async () => void (await app.signIn()))
    await act(async () => until(() => tab.auth.getState().status !== 'unauthenticated'))
    expect(tab.auth.satisfies({ maxAge: 300 })).toBe(false)
    expect(screen.queryByText('secret')).toBeNull()
  })

  it('lets nobody else in, who takes their place in another tab with an older proof', async () => {
    const app = await createFakeApp()
    app.provider.claims = { auth_time: nowSeconds - 10 }
    const tab = await app.signIn()
    render(<GuardedPage auth={tab.auth} maxAge={300} />)
    await screen.findByText('secret')
    // Nobody is sent off while nobody looks.
    tab.platform.setVisible(false)
    // Nor is the first let in again by what they proved before the other came.
    for (const sub of ['bob', 'alice']) {
      app.provider.claims = { sub, auth_time: nowSeconds - 100_000 }
      await act(async () => void (await app.signIn()))
      await act(async () => until(() => tab.auth.getState().user?.sub === sub))
      expect(screen.queryByText('secret')).toBeNull()
    }
  })

  it('is asked for in `login` as well', async () => {
    const scene = await signedInWith({ acr: 'silver' })
    render(<GuardedPage auth={scene.auth} login={{ acrValues: ['gold'] }} />)
    expect(screen.queryByText('secret')).toBeNull()
    await expectVisits(scene, ['/auth'])
    expect(asked(scene)).toEqual({ acr_values: 'gold' })
  })
})

describe('a step-up that does not happen', () => {
  it('is offered behind a button to whoever came back from it, and started by nothing else', async () => {
    const scene = await signedInWith({ acr: 'silver' })
    render(<GuardedPage auth={scene.auth} acr="gold" />)
    await expectVisits(scene, ['/auth'])
    act(() => scene.platform.wake('restored'))
    const button = await screen.findByRole('button', { name: 'Sign in' })
    expect(screen.getByRole('alert').textContent).toContain('Please confirm that it is you.')
    await expectVisits(scene, ['/auth'])

    fireEvent.click(button)
    await expectVisits(scene, ['/auth', '/auth'])
    expect(asked(scene)).toEqual({ acr_values: 'gold' })
  })

  it('shows what went wrong, keeps the session, and does not try again by itself', async () => {
    const scene = await signedInWith({ acr: 'silver' })
    const login = { maxAge: -1 }
    render(<GuardedPage auth={scene.auth} acr="gold" login={login} error={(error) => error.message} />)
    for (let turn = 0; turn < 20 && !screen.queryByText(/Option/); turn++) await letHappen(scene)
    expect(screen.getByText(/Option "maxAge"/)).toBeDefined()
    expect([scene.platform.visited, scene.auth.getState().status]).toEqual([[], 'authenticated'])
  })

  it('shows how a click on the button went wrong', async () => {
    const scene = await signedInWith({ acr: 'silver' })
    render(<GuardedPage auth={scene.auth} acr="gold" />)
    await expectVisits(scene, ['/auth'])
    act(() => scene.platform.wake('restored'))
    await screen.findByText('reauthentication_required')
    scene.platform.setSecure(false)
    fireEvent.click(screen.getByRole('button', { name: 'Sign in' }))
    expect(await screen.findByText('insecure_context')).toBeDefined()
    expect(scene.auth.getState().status).toBe('authenticated')
  })

  it('is another once the guard demands something else: that is asked for before anything is said of it', async () => {
    const scene = await signedInWith({ acr: 'silver' })
    const { container, rerender } = render(<GuardedPage auth={scene.auth} acr="gold" />)
    await expectVisits(scene, ['/auth'])
    act(() => scene.platform.wake('restored'))
    await screen.findByText('reauthentication_required')
    rerender(<GuardedPage auth={scene.auth} acr="platinum" />)
    expect(container.textContent).toBe('One moment…')
    expect(await screen.findByText('reauthentication_required')).toBeDefined()
    expect(scene.platform.visited).toHaveLength(1)
  })

  it('shows nothing of what else goes wrong meanwhile, such as a refresh', async () => {
    const provider = await createFakeProvider()
    provider.claims = { acr: 'silver' }
    const scene = await createSignedInScene({ provider, options: { claims: nobodyCalledBob } })
    render(<GuardedPage auth={scene.auth} acr="gold" />)
    await expectVisits(scene, ['/auth'])
    act(() => scene.platform.wake('restored'))
    await screen.findByText('reauthentication_required')
    const errors: string[] = []
    scene.auth.on('error', ({ error, during }) => void errors.push(`${during} ${error.code}`))
    provider.claims = { acr: 'silver', name: 'Bob' }
    await act(() => scene.auth.getAccessToken({ forceRefresh: true }))
    expect(errors).toEqual(['refresh claims_rejected'])
    expect(screen.getByText('reauthentication_required')).toBeDefined()
  })

  it('leaves no listener behind with whoever leaves the page', async () => {
    const scene = await signedInWith({ acr: 'silver' })
    let listeners = 0
    const auth: Scene['auth'] = {
      ...scene.auth,
      on(name, listener) {
        listeners += 1
        const stop = scene.auth.on(name, listener)
        return () => {
          listeners -= 1
          stop()
        }
      },
    }
    const { unmount } = render(<GuardedPage auth={auth} acr="gold" />)
    await expectVisits(scene, ['/auth'])
    expect(listeners).toBeGreaterThan(0)
    unmount()
    expect(listeners).toBe(0)
  })

  it('shows how one went wrong that was finished on the page', async () => {
    const scene = await signedInWith({ acr: 'silver' })
    render(<GuardedPage auth={scene.auth} acr="gold" />)
    await expectVisits(scene, ['/auth'])
    act(() => scene.platform.wake('restored'))
    await screen.findByText('reauthentication_required')
    const finished = scene.auth.handleCallback(refusal(destinationOf(scene).href, 'access_denied'))
    await act(() => finished.catch(() => undefined))
    expect(await screen.findByText('access_denied')).toBeDefined()
    expect(scene.auth.getState().status).toBe('authenticated')
  })

  it('stops after two redirects that nobody clicked for, at a provider that does not do as asked', async () => {
    const app = await createFakeApp({ options: { claims: subjectOnly } })
    app.provider.claims = { acr: 'silver' }
    await app.signIn()
    const stored = new Map<string, string>()
    const openGuarded = (): { tab: Tab; unmount: () => void } => {
      const tab = app.open({ stored })
      const { unmount } = render(<GuardedPage auth={tab.auth} acr="gold" />)
      return { tab, unmount }
    }
    for (const _ of [1, 2]) {
      const { tab, unmount } = openGuarded()
      await expectVisits(tab, ['/auth'])
      unmount()
      const back = app.open({ stored, href: app.provider.signIn(destinationOf(tab).href) })
      await expect(back.auth.handleCallback()).rejects.toMatchObject({ code: 'reauthentication_required' })
    }
    const { tab } = openGuarded()
    tab.start()
    for (let turn = 0; turn < 20 && !screen.queryByRole('alert'); turn++) await letHappen(tab)
    expect(screen.getByRole('alert').textContent).toContain('login_loop')
    expect([tab.platform.visited, tab.auth.getState().status]).toEqual([[], 'authenticated'])

    // In another tab it does as asked, of which nothing is in the state.
    const state = tab.auth.getState()
    app.provider.claims = { acr: 'gold' }
    await act(async () => void (await app.signIn()))
    expect(await screen.findByText('secret')).toBeDefined()
    expect(tab.auth.getState()).toBe(state)
  })

  it('is over once it has happened in another tab, also for a client that took the place of another', async () => {
    const before = await signedInWith({ acr: 'gold' })
    const app = await createFakeApp({ options: { claims: subjectOnly } })
    app.provider.claims = { acr: 'silver' }
    const tab = await app.signIn()
    tab.platform.setVisible(false)
    const { container, rerender } = render(<GuardedPage auth={before.auth} acr="gold" />)
    rerender(<GuardedPage auth={tab.auth} acr="gold" />)
    expect(container.textContent).toBe('One moment…')
    const state = tab.auth.getState()
    app.provider.claims = { acr: 'gold' }
    await act(async () => void (await app.signIn()))
    expect(await screen.findByText('secret')).toBeDefined()
    expect(tab.auth.getState()).toBe(state)
  })
})
