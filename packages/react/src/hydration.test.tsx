import { waitFor } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { settle } from '../../core/test/fake-platform.ts'
import { createSignedInScene, type Scene } from '../../core/test/signed-in.ts'
import { mayBeSaid } from '../test/console-guard.ts'
import { hydrateLive, type LiveRoot } from '../test/live-root.tsx'
import { type ServerPage, ServerPageApp, serverPages } from '../test/server-pages.tsx'
import { addressBar, arriveAtCallback, openPage } from '../test/window-scene.ts'

const [home, guarded, callback] = serverPages as [ServerPage, ServerPage, ServerPage]

function hydrate(page: ServerPage, { auth }: Scene): LiveRoot<string> {
  return hydrateLive(
    <ServerPageApp auth={auth} page={page} />,
    page.markup,
    (container) => container.innerHTML,
  )
}

describe('a page that a server rendered', () => {
  it('is taken over as it is, and then shows a first-time visitor as signed out', async () => {
    const scene = await openPage(home.path)
    const { commits, recovered } = hydrate(home, scene)
    await waitFor(() => expect(commits).toHaveLength(2))
    await settle()
    expect(commits).toEqual([home.markup, '<main><p>unauthenticated</p><p>nobody</p></main>'])
    expect(recovered).toEqual([])
    expect(scene.provider.seen).toEqual([])
  })

  it('shows the person who is signed in', async () => {
    const scene = await createSignedInScene()
    const { commits, recovered } = hydrate(home, scene)
    await waitFor(() => expect(commits).toHaveLength(2))
    await settle()
    expect(commits).toEqual([home.markup, '<main><p>authenticated</p><p>Alice</p></main>'])
    expect(recovered).toEqual([])
  })

  it('sends a visitor of a guarded page to sign in, once', async () => {
    const scene = await openPage(guarded.path)
    const { commits, recovered } = hydrate(guarded, scene)
    await waitFor(() => expect(scene.platform.visited).toHaveLength(1))
    await settle()
    expect(scene.platform.visited).toHaveLength(1)
    expect(new Set(commits)).toEqual(new Set([guarded.markup]))
    expect(recovered).toEqual([])
  })

  it('shows a guarded page to the person who is signed in', async () => {
    const scene = await createSignedInScene()
    const { commits, recovered } = hydrate(guarded, scene)
    await waitFor(() => expect(commits).toHaveLength(2))
    await settle()
    expect(commits).toEqual([guarded.markup, '<main><p>authenticated</p><p>Alice</p></main>'])
    expect([scene.platform.visited, recovered]).toEqual([[], []])
  })

  it('finishes a sign-in on the callback page', async () => {
    const scene = await arriveAtCallback({ from: '/settings?tab=2' })
    const { commits, recovered } = hydrate(callback, scene)
    await waitFor(() => expect(addressBar()).toBe('/settings?tab=2'))
    await settle()
    expect(scene.auth.getState().status).toBe('authenticated')
    expect(scene.provider.count('/token')).toBe(1)
    expect(new Set(commits)).toEqual(new Set([callback.markup]))
    expect(recovered).toEqual([])
  })

  it('tells on the callback page that there is nothing to finish', async () => {
    const scene = await openPage(callback.path)
    const { container, commits, recovered } = hydrate(callback, scene)
    await waitFor(() => expect(container.querySelector('[role=alert]')).not.toBeNull())
    expect(commits[0]).toBe(callback.markup)
    expect(recovered).toEqual([])
  })
})

describe('markup that differs', () => {
  it('would be seen by the tests above', async () => {
    const scene = await openPage(home.path)
    const { recovered } = hydrate({ ...home, markup: '<main><p>unauthenticated</p></main>' }, scene)
    mayBeSaid(/Text content did not match|An error occurred during hydration/)
    await waitFor(() => expect(recovered).not.toEqual([]))
  })
})
