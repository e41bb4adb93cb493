import { act, render, screen } from '@testing-library/react'
import { type ReactNode, useLayoutEffect } from 'react'
import { describe, expect, it } from 'vitest'
import { createSignedInScene } from '../../core/test/signed-in.ts'
import { createFakeCountdownClock } from '../test/fake-countdown-clock.ts'
import { defaultContext } from './auth-context.ts'
import { AuthProvider, useSessionCountdown } from './index.ts'
import { createUseSessionCountdown } from './use-session-countdown.ts'

/** Alice is signed in without a refresh token, so that the session ends with her access token, in 300 seconds. */
async function createEndingScene(): ReturnType<typeof createSignedInScene> {
  const scene = await createSignedInScene()
  const endsAt = scene.platform.clock.now().epochMs + 300_000
  return { ...scene, auth: { ...scene.auth, sessionEndsAt: () => endsAt } }
}

describe('useSessionCountdown', () => {
  it('renders once a second inside the window, and not at all outside it', async () => {
    const { auth, platform } = await createEndingScene()
    const clock = createFakeCountdownClock(platform.clock.now().epochMs)
    const useCountdown = createUseSessionCountdown(defaultContext, clock)
    const commits: (number | undefined)[] = []
    function Seconds(): ReactNode {
      const seconds = useCountdown({ withinSeconds: 60 })
      useLayoutEffect(() => void commits.push(seconds))
      return null
    }
    const { unmount } = render(
      <AuthProvider client={auth}>
        <Seconds />
      </AuthProvider>,
    )
    commits.length = 0
    act(() => clock.advance(239_000))
    expect(commits).toEqual([])
    for (let second = 0; second < 4; second++) act(() => clock.advance(1000))
    expect(commits).toEqual([60, 59, 58, 57])

    act(() => clock.setVisible(false))
    act(() => clock.advance(10_000))
    expect(commits).toHaveLength(4)
    act(() => clock.setVisible(true))
    expect(commits).toEqual([60, 59, 58, 57, 47])

    unmount()
    expect([clock.timerCount(), clock.listenerCount()]).toEqual([0, 0])
  })

  it('goes by another client’s session once it is swapped, and by another window', async () => {
    const first = await createEndingScene()
    const second = await createSignedInScene()
    const clock = createFakeCountdownClock(first.platform.clock.now().epochMs)
    const useCountdown = createUseSessionCountdown(defaultContext, clock)
    function Seconds({ withinSeconds }: { withinSeconds: number }): ReactNode {
      return <p>{useCountdown({ withinSeconds }) ?? 'no end in sight'}</p>
    }
    const app = ({ auth }: typeof first, withinSeconds: number): ReactNode => (
      <AuthProvider client={auth}>
        <Seconds withinSeconds={withinSeconds} />
      </AuthProvider>
    )
    const { rerender } = render(app(first, 60))
    expect(screen.getByText('no end in sight')).toBeDefined()
    rerender(app(first, 600))
    expect(screen.getByText('300')).toBeDefined()
    rerender(app(second, 600))
    expect(screen.getByText('no end in sight')).toBeDefined()
  })

  it('goes by the browser’s own clock and visibility, with a window of a minute', async () => {
    const scene = await createSignedInScene()
    const listening: string[] = []
    const auth = { ...scene.auth, sessionEndsAt: () => Date.now() + 30_500 }
    function Seconds(): ReactNode {
      return <p>{useSessionCountdown()}</p>
    }
    const { addEventListener } = document
    document.addEventListener = (name: string, ...rest: [EventListener]) => {
      listening.push(name)
      addEventListener.call(document, name, ...rest)
    }
    render(
      <AuthProvider client={auth}>
        <Seconds />
      </AuthProvider>,
    )
    document.addEventListener = addEventListener
    expect(screen.getByText('31')).toBeDefined()
    expect(listening).toContain('visibilitychange')
  })
})
