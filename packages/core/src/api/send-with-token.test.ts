import { describe, expect, it } from 'vitest'
import { rejectionOf } from '../../test/pages.ts'
import type { SessionOwner } from '../same-person.ts'
import { sendWithToken } from './send-with-token.ts'
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
  ])('is not sent once more where somebody else has signed in %s', async (_, owners) => {
    const { answered, sent } = order(owners)
    expect(await rejectionOf(answered)).toMatchObject({ code: 'subject_changed' })
    expect(sent).toEqual(['Bearer token-1'])
  })
})
