import type { AuthClient, Clock } from '@latchkey/core'
import { createApiFetch, type Settings, toApiRequest } from '@latchkey/core/internal'
import { here } from './here.ts'
import type { TestSession } from './test-session.ts'

/** What calling APIs works with. */
export interface ApiCallsContext {
  readonly settings: Pick<Settings, 'apis' | 'scope' | 'issuer' | 'requestTimeoutMs'>
  readonly clock: Clock
  readonly session: Pick<TestSession<unknown>, 'describe' | 'getAccessToken' | 'satisfies'>
  /** Who answers; undefined where a test has named nobody. */
  readonly answer: ((request: Request) => Response | Promise<Response>) | undefined
  /** Whether it is known that nobody is signed in. */
  isAnonymous(): boolean
  /** Settles once it is known whether somebody is signed in. @throws {AuthError} what is in the way */
  untilKnown(signal: AbortSignal | undefined): Promise<void>
}

/** The real `auth.fetch`, whose requests a test answers. */
export interface ApiCalls {
  readonly fetch: AuthClient['fetch']
  /** What was sent, with the access token on it, oldest first. */
  readonly requests: readonly Request[]
}

/** Makes {@link ApiCalls}. */
export function createApiCalls({
  settings,
  clock,
  session,
  answer,
  isAnonymous,
  untilKnown,
}: ApiCallsContext): ApiCalls {
  const requests: Request[] = []

  async function send(request: Request): Promise<Response> {
    requests.push(request)
    if (!answer) throw noAnswer(request.url)
    return answer(request)
  }

  const callApi = createApiFetch({
    ...settings,
    keeper: session,
    platform: { send, clock },
    session: session.describe,
    satisfies: session.satisfies,
    isAnonymous,
  })

  return {
    requests,
    async fetch(input, init) {
      const sent = toApiRequest(typeof input === 'string' ? new URL(input, here()) : input, init)
      await untilKnown(sent.request.signal)
      return callApi(sent)
    },
  }
}

function noAnswer(url: string): Error {
  return new Error(
    `auth.fetch('${url}') has nobody to answer it: give createTestAuth() the option "fetch", such as ` +
      '(request) => Response.json({}).',
  )
}
