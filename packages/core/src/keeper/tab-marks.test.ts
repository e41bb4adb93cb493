import { describe, expect, it } from 'vitest'
import { answerFrame, createFakeApp, decided, type FakeApp, frameOf, sameSite } from '../../test/fake-app.ts'
import { createFakePlatform } from '../../test/fake-platform.ts'
import { until } from '../../test/until.ts'
import type { WakeCause } from '../platform/ports.ts'
import { createTabMarks } from './tab-marks.ts'

const marksIn = ({ browser }: Pick<FakeApp, 'browser'>): string[] =>
  browser.storage.keys().filter((key) => key.includes('.holding.'))

/** As tabs leave them that crash. */
function leaveMarks(app: FakeApp, like: string, count: number): void {
  for (let index = 0; index < count; index++) app.browser.storage.set(`${like}${index}`, '')
}

describe('the mark of a page that has a session to share', () => {
  it('is one to a page, and says nothing but that it is there', async () => {
    const app = await createFakeApp()
    await app.signIn()
    await decided(app.load())
    const marks = marksIn(app)
    expect(marks).toHaveLength(2)
    expect(marks.map((mark) => app.browser.storage.get(mark))).toEqual(['', ''])
  })

  it('goes when the person signs out, in this tab or in another', async () => {
    const app = await createFakeApp()
    const first = await app.signIn()
    const second = app.load()
    await decided(second)
    await first.auth.logout()
    await until(() => second.auth.getState().status === 'unauthenticated')
    expect(marksIn(app)).toEqual([])
  })

  it('goes when the provider ends the session', async () => {
    const app = await createFakeApp()
    const { auth } = await app.signIn()
    app.provider.onToken = (answer) =>
      void Object.assign(answer, { status: 400, body: { error: 'invalid_grant' } })
    await expect(auth.getAccessToken({ forceRefresh: true })).rejects.toMatchObject({ code: 'session_ended' })
    expect(marksIn(app)).toEqual([])
  })

  it('goes with the client that is stopped, and comes back with it', async () => {
    const app = await createFakeApp()
    const tab = await app.signIn()
    tab.close()
    expect(marksIn(app)).toEqual([])
    tab.start()
    expect(marksIn(app)).toHaveLength(1)
  })

  it.each<WakeCause>(['restored', 'resumed', 'visible'])(
    'goes with the page, not while nobody looks at it, and is back when that is %s',
    async (cause) => {
      const app = await createFakeApp()
      const { platform } = await app.signIn()
      platform.fallAsleep('hidden')
      expect(marksIn(app)).toHaveLength(1)
      platform.fallAsleep('gone')
      expect(marksIn(app)).toEqual([])
      platform.wake(cause)
      expect(marksIn(app)).toHaveLength(1)
    },
  )

  it('is not brought back by a page that has no session any more', async () => {
    const app = await createFakeApp()
    const { auth, platform } = await app.signIn()
    await auth.logout()
    platform.wake('restored')
    expect(marksIn(app)).toEqual([])
  })

  it('is back once a question is heard that came too late for whoever asked', async () => {
    const app = await createFakeApp()
    await app.signIn()
    for (const mark of marksIn(app)) app.browser.storage.remove(mark)
    await decided(app.load())
    expect(marksIn(app)).toHaveLength(2)
  })

  it('is not what a sign-in depends on: storage may be full', () => {
    const platform = createFakePlatform()
    platform.blockStorage()
    const marks = createTabMarks(platform.shared, platform.random, 'latchkey.app.holding.')
    expect(() => marks.set(true)).not.toThrow()
    expect(marks.others()).toEqual([])
  })
})

describe('marks that crashed tabs have left', () => {
  it('cost one reload the wait for an answer, and no other', async () => {
    const app = await createFakeApp(sameSite)
    const crashed = await app.signIn()
    const [left = ''] = marksIn(app)
    crashed.close()
    app.browser.storage.set(left, '')

    const waiting = app.load()
    await until(() => app.count('ask') > 0)
    await app.advance(199)
    expect([waiting.platform.frames, marksIn(app)]).toEqual([[], [left]])
    await app.advance(1)
    answerFrame(await frameOf(waiting), app)
    await decided(waiting)
    expect(marksIn(app)).not.toContain(left)

    const alone = app.reload(waiting)
    answerFrame(await frameOf(alone), app)
    expect(await decided(alone)).toMatchObject({ status: 'authenticated', reason: 'restored' })
  })

  it('do not pile up where another tab answers each time', async () => {
    const app = await createFakeApp()
    await app.signIn()
    const [alive = ''] = marksIn(app)
    leaveMarks(app, `${alive}-crashed-`, 100)
    await decided(app.load())
    const marks = marksIn(app)
    expect(marks.length).toBeLessThan(10)
    // Whoever is there is seen to be.
    await decided(app.load())
    expect(marksIn(app)).toContain(alive)
  })
})
