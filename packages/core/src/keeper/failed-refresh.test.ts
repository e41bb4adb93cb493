import { describe, expect, it } from 'vitest'
import { createFakeApp, decided, type FakeApp, type Tab } from '../../test/fake-app.ts'
import { settle } from '../../test/fake-platform.ts'
import { json } from '../../test/fake-provider.ts'
import { rejectionOf } from '../../test/pages.ts'

/** Two tabs in one session, neither of which is looked at. */
async function openTwo(): Promise<FakeApp & { readonly first: Tab; readonly other: Tab }> {
  const app = await createFakeApp()
  const first = await app.signIn()
  const other = app.load()
  await decided(other)
  for (const { platform } of [first, other]) platform.setVisible(false)
  return { ...app, first, other }
}

const force = ({ auth }: Tab): Promise<string> => auth.getAccessToken({ forceRefresh: true })

describe('a refresh that failed in one tab', () => {
  it.each<[code: string, answer: () => Response | Promise<Response>]>([
    ['server_unavailable', () => json(503, {})],
    ['network_failed', () => Promise.reject(new TypeError('Failed to fetch'))],
    ['timeout', () => new Promise(() => undefined)],
  ])('as %s is not tried by the next before its time', async (code, answer) => {
    const { first, other, provider, advance, nowMs } = await openTwo()
    const retries: (number | undefined)[] = []
    first.auth.on('refresh_failed', ({ retryAt }) => retries.push(retryAt))
    provider.onRequest = ({ path }) => (path === '/token' ? answer() : undefined)
    const failed = rejectionOf(force(first))
    if (code === 'timeout') await advance(10_000)
    expect(await failed).toMatchObject({ code })
    await settle()
    provider.onRequest = () => undefined
    const [retryAt = 0] = retries
    await advance(retryAt - nowMs() - 1)
    expect(await rejectionOf(force(other))).toMatchObject({ name: 'NetworkError', code })
    expect(provider.count('/token')).toBe(2)
    expect(other.auth.getState().status).toBe('authenticated')
    await advance(1)
    expect(await force(other)).toMatch(/^SENTINEL-access-token/)
    expect(provider.count('/token')).toBe(3)
  })

  it('is tried ahead of time by another once its time has come, though that would have been due before', async () => {
    const { first, other, provider, advance } = await openTwo()
    other.platform.setVisible(true)
    other.platform.wake('visible')
    await advance(200_000)
    provider.onRequest = ({ path }) =>
      path === '/token' ? json(503, {}, { 'retry-after': '80' }) : undefined
    await rejectionOf(force(first))
    provider.onRequest = () => undefined
    await advance(79_000)
    expect(provider.count('/token')).toBe(2)
    await advance(2000)
    expect(provider.count('/token')).toBe(3)
  })

  it.each<[why: string, fail: (scene: Awaited<ReturnType<typeof openTwo>>) => void]>([
    [
      'the answer broke a rule',
      ({ provider }) => {
        provider.onRequest = ({ path }) => (path === '/token' ? json(200, { status: 'ok' }) : undefined)
      },
    ],
    ['that one is offline', ({ first }) => first.platform.setOnline(false)],
  ])('keeps no other from trying where %s', async (_why, fail) => {
    const scene = await openTwo()
    const { first, other, provider, advance } = scene
    fail(scene)
    await rejectionOf(force(first))
    await settle()
    provider.onRequest = () => undefined
    const tried = force(other)
    // The turn of the one before is over a little later, and its news may still be on the way.
    await advance(1500)
    expect(await tried).toMatch(/^SENTINEL-access-token/)
  })
})
