import { describe, expect, it, onTestFinished } from 'vitest'
import { until } from '../../test/until.ts'
import { type AcceptContext, createVaultAnswerer } from './answer-vault.ts'

const session = { epoch: 0, claims: { iss: 'https://id.example', sub: 'alice', aud: 'app', exp: 0, iat: 0 } }
const question = { session: { ...session, scope: '', hasRefreshToken: false } }

/** What a page says, and what it has looked at for that. */
async function answerTo(asked: object, { load }: Pick<AcceptContext, 'load'>) {
  const seen: unknown[] = []
  const validate = (value: unknown) => {
    seen.push(value)
    return { value }
  }
  const claims = { '~standard': { version: 1 as const, vendor: 'test', validate } }
  const { port, close } = createVaultAnswerer({ claims, load })
  onTestFinished(close)
  const answers: unknown[] = []
  port.onmessage = ({ data }) => answers.push(data)
  port.postMessage(asked)
  await until(() => answers.length > 0)
  return { answer: answers[0], seen }
}

describe('what a page says to a vault about a sign-in', () => {
  const load = async (accessToken: string) => ({
    claims: { sub: 'alice', name: `of ${accessToken}` },
    askedAtMs: 1,
  })

  it('is who the app’s own function says it is, whom the app’s schema has seen', async () => {
    const { answer, seen } = await answerTo({ ...question, accessToken: 'token-1' }, { load })
    expect(answer).toMatchObject({ isAccepted: true, userInfo: { claims: { name: 'of token-1' } } })
    expect(seen).toEqual([expect.objectContaining({ iss: session.claims.iss, name: 'of token-1' })])
  })

  it('is not asked of that function without a token to ask with', async () => {
    const { answer } = await answerTo(question, { load })
    expect(answer).toEqual({ isAccepted: true, userInfo: undefined })
  })

  it('is what its schema says, where there is no such function, whatever it is given', async () => {
    const { answer, seen } = await answerTo({ ...question, accessToken: 'token-1' }, { load: undefined })
    expect(answer).toEqual({ isAccepted: true, userInfo: undefined })
    expect(seen).toEqual([expect.objectContaining({ sub: 'alice' })])
  })
})
