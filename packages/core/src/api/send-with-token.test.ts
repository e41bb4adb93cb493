import { describe, expect, it } from 'vitest'
import { rejectionOf } from '../../test/pages.ts'
import { until } from '../../test/until.ts'
import { abortable } from '../abortable.ts'
import type { SessionOwner } from '../same-person.ts'
import { type PresentedToken, sendWithToken } from './send-with-token.ts'
import { toSendable } from './sendable.ts'

const alice: SessionOwner = { epoch: 1, claims: { sub: 'alice' } }
const bob: SessionOwner = { epoch: 2, claims: { sub: 'bob' } }

/** Orders something from an API that refuses the first token, while the session becomes one person's after another's. */
function order({ before, whenGiven, whenRefused }: Record<string, SessionOwner | undefined>): {
  readonly answered: Promise<Response>
  readonly sent: (string | null)[]
} {
  let owner = before
  let given = 0
  const sent: (string | null)[] = []
  const request = new Request('https://api.example/orders', { method: 'POST', body: '{}' })
  const answered = sendWithToken(toSendable({ request, isReplayable: true }), {
    owner: () => owner,
    canRenew: () => true,
    async getToken() {
      if (given === 0) owner = whenGiven
      given += 1
      return { accessToken: `token-${given}` }
    },
    async send({ headers }) {
      sent.push(headers.get('authorization'))
      if (sent.length > 1) return new Response('[]')
      owner = whenRefused
      return new Response('', { status: 401 })
    },
  })
  return { answered, sent }
}

describe('a request whose first token is refused', () => {
  it('is sent once more while it is one person’s session', async () => {
    const { answered, sent } = order({ before: alice, whenGiven: alice, whenRefused: alice })
    expect((await answered).status).toBe(200)
    expect(sent).toEqual(['Bearer token-1', 'Bearer token-2'])
  })

  it.each([
    ['while it was on its way', { before: alice, whenGiven: alice, whenRefused: bob }],
    ['just when its token had been given', { before: alice, whenGiven: bob, whenRefused: bob }],
    ['though nobody was when it was made', { before: undefined, whenGiven: alice, whenRefused: bob }],
    [
      'though it is not known whose its token was',
      { before: undefined, whenGiven: undefined, whenRefused: bob },
    ],
  ])('is not sent once more where somebody else has signed in %s', async (_, owners) => {
    const { answered, sent } = order(owners)
    expect(await rejectionOf(answered)).toMatchObject({ code: 'subject_changed' })
    expect(sent).toEqual(['Bearer token-1'])
  })
})

describe('whoever gives up', () => {
  it.each([
    ['the first token', 1, []],
    ['the token that is held now, for the refused one', 2, ['Bearer token-1']],
    ['another one than was refused', 3, ['Bearer token-1']],
  ])('is not kept waiting for %s, and nothing more is sent', async (_, awaited, expected) => {
    const stop = new AbortController()
    const request = new Request('https://api.example/orders', { signal: stop.signal })
    const sent: (string | null)[] = []
    let asked = 0
    const answered = sendWithToken(toSendable({ request, isReplayable: true }), {
      canRenew: () => true,
      getToken({ signal }) {
        asked += 1
        const token = new Promise<PresentedToken>((resolve) => {
          if (asked !== awaited) resolve({ accessToken: 'token-1' })
        })
        return abortable(token, signal)
      },
      async send({ headers }) {
        sent.push(headers.get('authorization'))
        return new Response('', { status: 401 })
      },
    })
    await until(() => asked === awaited)
    stop.abort('given up')
    await expect(answered).rejects.toBe('given up')
    expect(sent).toEqual(expected)
  })
})
