import { describe, expect, it } from 'vitest'
import { createFakePlatform, settle } from '../../test/fake-platform.ts'
import { rejectionOf } from '../../test/pages.ts'
import { askPage } from './ask-page.ts'

const session = {
  epoch: 0,
  claims: undefined,
  scope: '',
  accessTokenExpiresAt: 0,
  hasRefreshToken: false,
}
const userInfo = { claims: { sub: 'alice', name: 'Alice' }, askedAtMs: 1 }

/** A question to a page whose end is `own`. */
function ask(accessToken?: string): {
  readonly own: MessagePort
  readonly platform: ReturnType<typeof createFakePlatform>
  readonly answer: Promise<unknown>
} {
  const { port1: own, port2 } = new MessageChannel()
  const platform = createFakePlatform()
  const { clock } = platform
  const answer = askPage(port2, { session, accessToken }, { clock, patienceMs: 1000 })
  answer.catch(() => undefined)
  return { own, platform, answer }
}

describe('a page that is asked who has signed in', () => {
  it.each([[userInfo], [undefined]])('is believed where it accepts them: as %j', async (said) => {
    const { own, platform, answer } = ask('a token')
    const questions: unknown[] = []
    own.onmessage = ({ data }) => {
      questions.push(data)
      own.postMessage({ isAccepted: true, userInfo: said })
    }
    expect(await answer).toEqual(said)
    expect(questions).toEqual([{ session, accessToken: 'a token' }])
    expect(platform.timerCount()).toBe(0)
    own.close()
  })

  it.each<[string, unknown]>([
    ['it refuses them', { isAccepted: false }],
    ['it refuses them, and says who they are', { isAccepted: false, userInfo }],
    ['it says nothing', null],
    ['what it says is no object', 'yes'],
    ['what it says is no answer', { userInfo }],
    ['it says yes in another way', { isAccepted: 'yes' }],
    ['it says who they are in no way', { isAccepted: true, userInfo: 'alice' }],
    ['it says who they are without a subject', { isAccepted: true, userInfo: { claims: {}, askedAtMs: 1 } }],
    ['it says who they are without claims', { isAccepted: true, userInfo: { askedAtMs: 1 } }],
    [
      'the subject is none',
      { isAccepted: true, userInfo: { claims: { sub: { toString: 'alice' } }, askedAtMs: 1 } },
    ],
    ['it does not say when it asked', { isAccepted: true, userInfo: { claims: { sub: 'alice' } } }],
    [
      'it asked at no time',
      { isAccepted: true, userInfo: { claims: { sub: 'alice' }, askedAtMs: 'yesterday' } },
    ],
  ])('is answered for by nobody where %s', async (_what, said) => {
    const { own, platform, answer } = ask()
    own.onmessage = () => own.postMessage(said)
    expect(await rejectionOf(answer)).toMatchObject({ name: 'NetworkError', code: 'user_not_loaded' })
    expect(platform.timerCount()).toBe(0)
    own.close()
  })

  it('is waited for as long as its patience, and no longer', async () => {
    const { own, platform, answer } = ask()
    let isSettled = false
    answer.catch(() => {
      isSettled = true
    })
    await platform.advance(999)
    expect(isSettled).toBe(false)
    await platform.advance(1)
    expect(await rejectionOf(answer)).toMatchObject({ name: 'NetworkError', code: 'timeout' })
    own.close()
  })

  it('is not waited for once it is gone, where the browser tells of it', async () => {
    const { own, platform, answer } = ask()
    own.close()
    expect(await rejectionOf(answer)).toMatchObject({ name: 'NetworkError', code: 'timeout' })
    expect(platform.timerCount()).toBe(0)
    await settle()
  })
})
