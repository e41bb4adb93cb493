import { describe, expect, it } from 'vitest'
import { createFakePlatform } from '../../test/fake-platform.ts'
import { createApiFetch } from './api-fetch.ts'
import { toApiRequest } from './api-request.ts'

const url = 'https://api.example/orders'
const metadataUrl = 'https://api.example/.well-known/oauth-protected-resource'

interface CallOptions {
  readonly error: string
  /** Where the API says that its metadata is, if it does. */
  readonly names?: string
  readonly isAnonymous?: boolean
}

/** A page calls an API, and a release has taken the code that would look whose tokens the API takes. */
function callWithout({ error, names = metadataUrl, isAnonymous = false }: CallOptions) {
  let loads = 0
  const named = names && `, resource_metadata="${names}"`
  const headers = { 'www-authenticate': `Bearer error="${error}"${named}` }
  const send = async (): Promise<Response> => new Response('no', { status: 401, headers })
  const fetch = createApiFetch(
    {
      apis: [{ url, target: undefined }],
      scope: 'orders',
      keeper: { getAccessToken: async () => 'token' },
      session: () => undefined,
      isAnonymous: () => isAnonymous,
      satisfies: () => false,
      issuer: 'https://id.example',
      platform: createFakePlatform({ send }),
      requestTimeoutMs: 10_000,
    },
    () => {
      loads += 1
      return Promise.reject(new TypeError('Failed to fetch dynamically imported module'))
    },
  )
  return { answer: fetch(toApiRequest(url, undefined)), loads: () => loads }
}

describe('where the code is gone that would look whose tokens an API takes', () => {
  it('what the API asks of the person is passed on', async () => {
    const { answer, loads } = callWithout({ error: 'insufficient_user_authentication' })
    await expect(answer).rejects.toMatchObject({ name: 'SignInRequiredError', code: 'step_up_required' })
    expect(loads()).toBe(1)
  })

  it('whoever is not signed in is told so', async () => {
    const { answer, loads } = callWithout({ error: 'invalid_token', isAnonymous: true })
    await expect(answer).rejects.toMatchObject({ name: 'SignInRequiredError', code: 'not_signed_in' })
    expect(loads()).toBe(1)
  })

  it('a plain refusal is the caller’s to read', async () => {
    const { answer, loads } = callWithout({ error: 'invalid_token' })
    const response = await answer
    expect([response.status, await response.text(), loads()]).toEqual([401, 'no', 1])
  })

  it('nobody has it loaded who calls an API that does not say where its metadata is', async () => {
    const { answer, loads } = callWithout({ error: 'invalid_token', names: '' })
    expect((await answer).status).toBe(401)
    expect(loads()).toBe(0)
  })
})
