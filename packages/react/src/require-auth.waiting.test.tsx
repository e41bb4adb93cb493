import { act, fireEvent, render, screen } from '@testing-library/react'
import type { ReactNode } from 'react'
import { describe, expect, it } from 'vitest'
import { createScene, type Scene } from '../../core/test/signed-in.ts'
import { expectVisits, GuardedPage, letHappen, pathsOf, signedInWith } from '../test/guarded-page.tsx'

type Prepare = (scene: Scene) => void

const reasons: readonly [string, Prepare, Prepare][] = [
  [
    'nobody looks',
    ({ platform }) => platform.setVisible(false),
    ({ platform }) => {
      platform.setVisible(true)
      platform.wake('visible')
    },
  ],
  [
    'there is no network',
    ({ platform }) => platform.setOnline(false),
    ({ platform }) => {
      platform.setOnline(true)
      platform.wake('online')
    },
  ],
  [
    'the page is rendered ahead of time',
    ({ platform }) => {
      platform.setPrerendering(true)
      platform.setVisible(false)
    },
    ({ platform }) => {
      platform.setPrerendering(false)
      platform.setVisible(true)
      platform.wake('activated')
    },
  ],
]

describe.each([
  ['somebody who has just arrived', () => createScene(), {}],
  ['a session that is not strong enough', () => signedInWith({ acr: 'silver' }), { acr: 'gold' }],
] as const)('for %s, a guard', (_, create, guard) => {
  it.each(reasons)('sends nobody off while %s, and does once that is over', async (__, begin, end) => {
    const scene = await create()
    begin(scene)
    const { container } = render(<GuardedPage auth={scene.auth} {...guard} />)
    await letHappen(scene)
    expect([container.textContent, scene.platform.visited]).toEqual(['One moment…', []])
    await act(async () => end(scene))
    await expectVisits(scene, ['/auth'])
  })

  it.each(reasons)('sends nobody off who left it while %s', async (__, begin, end) => {
    const scene = await create()
    begin(scene)
    const { unmount } = render(<GuardedPage auth={scene.auth} {...guard} />)
    await letHappen(scene)
    unmount()
    const stop = scene.auth.start()
    await act(async () => end(scene))
    await letHappen(scene)
    stop()
    expect(scene.platform.visited).toEqual([])
  })

  it('sends nobody off while the page is being left already', async () => {
    const scene = await create()
    await scene.auth.login()
    const { container } = render(<GuardedPage auth={scene.auth} {...guard} />)
    await letHappen(scene)
    expect([container.textContent, pathsOf(scene)]).toEqual(['One moment…', ['/auth']])
  })
})

describe('somebody who signed out', () => {
  async function signedOutScene(): Promise<Scene> {
    const scene = await signedInWith({})
    await scene.auth.logout({ local: true })
    return scene
  }
  const page = ({ auth }: Scene, signedOut: Parameters<typeof GuardedPage>[0]['signedOut']): ReactNode => (
    <GuardedPage auth={auth} signedOut={signedOut} error="an error" />
  )

  it('sees the app’s own words, which get a way to sign in', async () => {
    const scene = await signedOutScene()
    render(
      page(scene, (login) => (
        <button type="button" onClick={login}>
          Come back
        </button>
      )),
    )
    fireEvent.click(await screen.findByRole('button', { name: 'Come back' }))
    await expectVisits(scene, ['/auth'])
  })

  it('sees what is to be rendered in place of the notice, or nothing', async () => {
    const scene = await signedOutScene()
    const { container, rerender } = render(page(scene, <p>Bye</p>))
    await screen.findByText('Bye')
    rerender(page(scene, null))
    expect(container.innerHTML).toBe('')
  })

  it('can sign in with the keyboard by default', async () => {
    const scene = await signedOutScene()
    render(page(scene, undefined))
    const button = await screen.findByRole('button', { name: 'Sign in' })
    button.focus()
    expect(document.activeElement).toBe(button)
    expect(screen.getByRole('status').contains(button)).toBe(true)
  })
})
