import type { VaultProblem } from '@latchkey/core'
import { loginWithPopup } from '@latchkey/core/popup'
import { act, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { createFakeApp } from '../../core/test/fake-app.ts'
import { settle } from '../../core/test/fake-platform.ts'
import type { Scene } from '../../core/test/signed-in.ts'
import { passOn, windowOf } from '../../core/test/windows.ts'
import { arriveAtCallback, comeBack, openPage } from '../test/window-scene.ts'
import { noteForDeveloper } from './developer-notes.ts'
import { AuthProvider, Callback } from './index.ts'

/** What is noted of a page of the app, and a hand that lets the while go by. */
function noted({ auth }: Scene): { readonly notes: string[]; goBy(): void; stop(): void } {
  const notes: string[] = []
  const waiting = new Set<() => void>()
  const stop = noteForDeveloper({
    ...auth,
    later(callback) {
      waiting.add(callback)
      return () => void waiting.delete(callback)
    },
    note: (text) => notes.push(text),
  })
  return {
    notes,
    stop,
    goBy() {
      for (const callback of waiting) callback()
    },
  }
}

/** Signs in in a window, and stays on the page. */
async function signInWithWindow({ auth, platform, provider }: Scene): Promise<void> {
  const back = loginWithPopup(auth)
  passOn(platform.browser, provider.signIn((await windowOf({ platform })).url))
  await back
}

describe('a sign-in that is finished where nothing goes on from there', () => {
  it('is noted, with what to render', async () => {
    const scene = await arriveAtCallback({ from: '/orders' })
    const { notes, goBy } = noted(scene)
    const stop = scene.auth.start()
    await scene.auth.handleCallback()
    expect(notes).toEqual([])
    goBy()
    expect(notes).toEqual([expect.stringMatching(/still at "\/callback".*<Callback>.*handleCallback\(\)/s)])
    stop()
  })

  it('is not, where the app renders its callback', async () => {
    const scene = await arriveAtCallback({ from: '/orders' })
    const { notes, goBy } = noted(scene)
    render(
      <AuthProvider client={scene.auth}>
        <Callback />
      </AuthProvider>,
    )
    await act(() => scene.auth.handleCallback())
    await act(settle)
    expect(location.pathname).toBe('/orders')
    goBy()
    expect(notes).toEqual([])
  })

  it('is not, where it took place in a window, and the page was never left', async () => {
    const scene = await openPage('/orders')
    const { notes, goBy } = noted(scene)
    await signInWithWindow(scene)
    goBy()
    expect(notes).toEqual([])
  })

  it('is not, where nobody listens any more', async () => {
    const scene = await arriveAtCallback()
    const { notes, goBy, stop } = noted(scene)
    await scene.auth.handleCallback()
    stop()
    goBy()
    expect(notes).toEqual([])
  })

  it('is waited for with a timer of the page, which is gone once nobody listens any more', async () => {
    const scene = await arriveAtCallback()
    const waiting = new Set<unknown>()
    const { setTimeout: begin, clearTimeout: cancel } = globalThis
    vi.stubGlobal('setTimeout', (callback: () => void, delayMs?: number) => {
      const timer = begin(callback, delayMs)
      // What tests and WebCrypto wait for takes no second.
      if (delayMs && delayMs >= 1000) waiting.add(timer)
      return timer
    })
    vi.stubGlobal('clearTimeout', (timer: Parameters<typeof cancel>[0]) => {
      waiting.delete(timer)
      cancel(timer)
    })
    onTestFinished(() => void vi.unstubAllGlobals())
    const stop = noteForDeveloper({ ...scene.auth, note: () => undefined })
    await scene.auth.handleCallback()
    expect(waiting.size).toBe(1)
    stop()
    expect(waiting.size).toBe(0)
  })
})

describe('what was asked for and not granted', () => {
  const grantLess = ({ provider }: Pick<Scene, 'provider'>, scope: string): void => {
    provider.onToken = ({ body }) => {
      if (typeof body === 'object') Object.assign(body, { scope })
    }
  }

  it('is noted once', async () => {
    const scene = await arriveAtCallback()
    grantLess(scene, 'openid profile')
    const { notes } = noted(scene)
    await scene.auth.handleCallback()
    await scene.auth.getAccessToken({ forceRefresh: true })
    expect(notes).toEqual([expect.stringContaining('"email"')])
    expect(scene.auth.explain().sentence).toContain('not granted: email')
  })

  it('is noted again where something else is not granted, and not where it is the same', async () => {
    const scene = await openPage('/orders')
    const { notes } = noted(scene)
    for (const scope of ['openid profile', 'openid profile', 'openid email', 'openid profile email']) {
      grantLess(scene, scope)
      await signInWithWindow(scene)
      await scene.auth.logout({ local: true })
    }
    expect(notes).toEqual([expect.stringContaining('"email"'), expect.stringContaining('"profile"')])
  })

  it('is not noted once more by each page that finds the session', async () => {
    const app = await createFakeApp()
    grantLess(app, 'openid profile')
    await app.signIn()
    const page = app.open()
    const { notes } = noted(page)
    page.start()
    await page.auth.ready()
    expect(page.auth.explain().session?.scopeNotGranted).toBe('email')
    expect(notes).toEqual([])
  })

  it('is not, where all was', async () => {
    const scene = await arriveAtCallback()
    const { notes } = noted(scene)
    await scene.auth.handleCallback()
    expect(notes).toEqual([])
  })
})

describe('an error that people bring about', () => {
  /** What is noted when a client comes back with an answer to its own sign-in, or with another's, or with none. */
  async function notesAt(scene: Scene): Promise<readonly string[]> {
    const { notes } = noted(scene)
    await expect(scene.auth.handleCallback()).rejects.toThrow()
    return notes
  }

  it('is noted where the provider may have declined, with its words and no secret', async () => {
    const answer = { error: 'access_denied', error_description: 'not assigned to this app' }
    const scene = await arriveAtCallback({ answer })
    const state = new URLSearchParams(location.search).get('state')
    const notes = await notesAt(scene)
    expect(notes).toEqual([expect.stringMatching(/^access_denied: .*not assigned to this app.*scopes/)])
    expect(state).not.toBeNull()
    expect(notes[0]).not.toContain(state)
  })

  it('is noted where an answer may have been lost on the way', async () => {
    expect(await notesAt(await openPage('/callback'))).toEqual([
      expect.stringMatching(/^no_sign_in_pending: .*redirect.*router/),
    ])
  })

  it('is noted where the app may have been opened at another origin', async () => {
    const left = await openPage('/')
    await left.auth.login()
    left.platform.stored.clear()
    expect(await notesAt(await comeBack(left))).toEqual([
      expect.stringMatching(/^sign_in_unknown: .*redirectUri/),
    ])
  })

  it('is not, where nothing but the code or the provider brings it about', async () => {
    expect(await notesAt(await arriveAtCallback({ answer: { iss: 'https://another.example' } }))).toEqual([])
  })
})

describe('in a build', () => {
  let said: unknown[][] = []
  beforeEach(() => {
    said = []
    console.warn = (...values: unknown[]) => void said.push(values)
  })
  afterEach(() => vi.unstubAllEnvs())

  it.each([
    ['development', 1],
    ['production', 0],
  ])('for %s they are said on the console %i times', async (environment, times) => {
    vi.stubEnv('NODE_ENV', environment)
    const left = await arriveAtCallback()
    await left.auth.login()
    const scene = await comeBack(left)
    scene.provider.onToken = ({ body }) => {
      if (typeof body === 'object') Object.assign(body, { scope: 'openid profile' })
    }
    render(<AuthProvider client={scene.auth}>the app</AuthProvider>)
    await act(() => scene.auth.handleCallback())
    expect(screen.getByText('the app')).toBeDefined()
    expect(said).toHaveLength(times)
    if (times > 0) expect(said[0]).toEqual([expect.stringMatching(/^Latchkey: .*"email"/)])
  })
})

describe('a vault that cannot be used', () => {
  /** What is noted when a client that says so signs somebody in, and out again. */
  async function notesOf(fallback: VaultProblem | undefined): Promise<readonly string[]> {
    const scene = await arriveAtCallback({ from: '/orders' })
    const { explain } = scene.auth
    const keeper = { kind: 'memory', fallback } as const
    const { notes } = noted({ ...scene, auth: { ...scene.auth, explain: () => ({ ...explain(), keeper }) } })
    await scene.auth.handleCallback()
    await scene.auth.logout({ local: true })
    return notes
  }

  it.each(['not_loaded', 'no_answer', 'other_version'] as const)('is noted once: %s', async (fallback) => {
    expect(await notesOf(fallback)).toEqual([
      expect.stringMatching(`${fallback}.*type: 'module'.*@latchkey/core/vault`),
    ])
  })

  it.each([undefined, 'no_shared_worker'] as const)(
    'is not, where nobody can help it: %s',
    async (fallback) => {
      expect(await notesOf(fallback)).toEqual([])
    },
  )
})
