import { describe, expect, it } from 'vitest'
import { createFakeApp, type Tab } from '../../test/fake-app.ts'
import { settle } from '../../test/fake-platform.ts'
import { destinationOf, holdUp, rejectionOf } from '../../test/pages.ts'
import { until } from '../../test/until.ts'
import { type LoginOptions, SignInRequiredError } from '../index.ts'

const url = 'https://api.example/orders'
const invalidToken = 'Bearer error="invalid_token"'

interface Api {
  readonly tab: Tab
  readonly app: Awaited<ReturnType<typeof createFakeApp>>
  /** The tokens it got, in order. */
  readonly tokens: string[]
  readonly bodies: string[]
}

/** Somebody is signed in, and calls an API that answers the n-th request so. */
async function callable(
  answer: (request: Request, index: number) => Response | Promise<Response>,
  claims: Record<string, unknown> = {},
): Promise<Api> {
  const app = await createFakeApp({ options: { apis: ['https://api.example'], scope: 'openid orders:read' } })
  app.provider.claims = claims
  const tokens: string[] = []
  const bodies: string[] = []
  const send = async (request: Request): Promise<Response> => {
    tokens.push(request.headers.get('authorization')?.replace('Bearer ', '') ?? '')
    bodies.push(await request.text())
    return answer(request, tokens.length - 1)
  }
  return { app, tab: await app.signIn({ send }), tokens, bodies }
}

const refused = (challenge?: string, status = 401): Response =>
  new Response('no', {
    status,
    ...(challenge !== undefined && { headers: { 'www-authenticate': challenge } }),
  })

describe('an API that refuses the access token (RFC 6750 §3.1, API-06)', () => {
  it.each([
    ['invalid_token', invalidToken],
    ['nothing that can be read', undefined],
    ['a challenge without an error', 'Bearer realm="api"'],
  ])('and says %s gets the request once more, with another token', async (_, challenge) => {
    const { tab, app, tokens, bodies } = await callable((_request, index) =>
      index === 0 ? refused(challenge) : new Response('[]'),
    )
    const response = await tab.auth.fetch(url, { method: 'POST', body: 'order' })
    expect(await response.json()).toEqual([])
    expect(new Set(tokens).size).toBe(2)
    expect(bodies).toEqual(['order', 'order'])
    expect(app.provider.count('/token')).toBe(2)
  })

  it('twice, has said what the caller is to know, and nobody is signed out', async () => {
    const { tab, tokens } = await callable(() => refused(invalidToken))
    const response = await tab.auth.fetch(url)
    expect([response.status, await response.text()]).toEqual([401, 'no'])
    expect(tokens).toHaveLength(2)
    expect(tab.auth.getState().status).toBe('authenticated')
  })

  it('of many calls at once makes for one refresh, also for those that come late', async () => {
    let release = (): void => undefined
    const late = new Promise<void>((resolve) => {
      release = resolve
    })
    let first: string | undefined
    const { tab, app, tokens } = await callable(async ({ headers, url: called }) => {
      first ??= headers.get('authorization') ?? ''
      const isFirst = headers.get('authorization') === first
      if (called.endsWith('late') && isFirst) await late
      return isFirst ? refused(invalidToken) : new Response('[]')
    })
    const lateCall = tab.auth.fetch(`${url}/late`)
    await Promise.all(Array.from({ length: 20 }, () => tab.auth.fetch(url)))
    release()
    expect((await lateCall).status).toBe(200)
    expect(app.provider.count('/token')).toBe(2)
    expect(tokens.filter((token) => `Bearer ${token}` === first)).toHaveLength(21)
  })

  it('gets FormData twice, and a stream once: then the error says so, and the next call has a new token', async () => {
    const { tab, tokens, bodies } = await callable((_request, index) =>
      index % 2 === 0 ? refused(invalidToken) : new Response('[]'),
    )
    const form = new FormData()
    form.set('file', new Blob(['content']))
    await tab.auth.fetch(url, { method: 'POST', body: form })
    expect(bodies.map((body) => body.includes('content'))).toEqual([true, true])

    const body = new Blob(['streamed']).stream()
    const init = { method: 'POST', body, duplex: 'half' } as RequestInit
    expect(await rejectionOf(tab.auth.fetch(url, init))).toMatchObject({
      name: 'NetworkError',
      code: 'request_not_repeated',
      status: 401,
    })
    expect(tokens).toHaveLength(3)
    expect(await tab.auth.getAccessToken()).not.toBe(tokens[2])
  })

  it('ends no session that cannot be renewed: its 401 is the caller’s to read', async () => {
    const { tab, app } = await callable(() => refused(invalidToken))
    tab.close()
    app.provider.onToken = ({ body }) => {
      if (typeof body === 'object') delete body.refresh_token
    }
    const { auth } = await app.signIn({ send: async () => refused(invalidToken) })
    expect((await auth.fetch(url)).status).toBe(401)
    expect(auth.getState().status).toBe('authenticated')
  })

  it('has said what the caller is to read, where somebody signed out while it was asked', async () => {
    let answer: ((response: Response) => void) | undefined
    const { tab, app, tokens } = await callable(
      () =>
        new Promise((resolve) => {
          answer = resolve
        }),
    )
    const call = tab.auth.fetch(url)
    await until(() => answer !== undefined)
    await tab.auth.logout({ local: true })
    const requests = app.provider.seen.length
    answer?.(refused(invalidToken))
    const response = await call
    expect([response.status, await response.text()]).toEqual([401, 'no'])
    expect([tokens.length, app.provider.seen.length]).toEqual([1, requests])
  })

  it('gets nothing a second time where there is no network to renew with', async () => {
    const { tab, app, tokens } = await callable(() => refused(invalidToken))
    app.provider.onRequest = () => {
      throw new TypeError('Failed to fetch')
    }
    expect(await rejectionOf(tab.auth.fetch(url))).toMatchObject({ name: 'NetworkError' })
    expect(tokens).toHaveLength(1)
  })

  it('is not asked again by whoever gave up meanwhile', async () => {
    const { tab, app, tokens } = await callable(() => refused(invalidToken))
    const held = holdUp(tab)
    const stop = new AbortController()
    const call = tab.auth.fetch(url, { signal: stop.signal })
    await until(() => tokens.length === 1)
    stop.abort('given up')
    await expect(call).rejects.toBe('given up')
    held.goOn()
    await until(() => app.provider.count('/token') === 2)
    await settle()
    expect(tokens).toHaveLength(1)
  })

  it.each([
    ['another error', refused('Bearer error="invalid_request"')],
    ['no 401', refused(undefined, 403)],
    ['a failure of its own', refused(undefined, 503)],
  ])('with %s is not asked again', async (_, answer) => {
    const { tab, tokens } = await callable(() => answer)
    expect((await tab.auth.fetch(url)).status).toBe(answer.status)
    expect(tokens).toHaveLength(1)
  })
})

describe('an API that wants more of the person (API-07)', () => {
  /** What was demanded, and that a sign-in takes it as it is. */
  async function demandOf({ tab }: Api): Promise<{ error: unknown; url: URL }> {
    const error = await rejectionOf(tab.auth.fetch(url))
    void tab.auth.login((error as unknown as { demand: LoginOptions }).demand)
    await until(() => tab.platform.visited.length > 0)
    return { error, url: destinationOf(tab) }
  }

  it('names the scope, to which a sign-in adds what was granted', async () => {
    const { error, url: destination } = await demandOf(
      await callable(() => refused('Bearer error="insufficient_scope", scope="orders:write openid"', 403)),
    )
    expect(error).toMatchObject({ name: 'SignInRequiredError', code: 'insufficient_scope' })
    expect((error as Error).message).toContain(
      'more than was granted: orders:write openid. Call login(error.demand)',
    )
    expect(destination.searchParams.get('scope')).toBe('openid orders:read orders:write')
  })

  it('is heard wherever among its challenges it says so (RFC 9110 §11.6.1)', async () => {
    const challenges = 'Basic realm="orders", Bearer error="insufficient_scope", scope="orders:write"'
    const { tab } = await callable(() => refused(challenges, 403))
    expect(await rejectionOf(tab.auth.fetch(url))).toMatchObject({
      code: 'insufficient_scope',
      demand: { scope: 'openid orders:read orders:write' },
    })
  })

  it.each([200, 400, 404, 503])(
    'is the caller’s to read with a status of %d, whatever it says',
    async (status) => {
      const { tab } = await callable(() => refused('Bearer error="insufficient_scope"', status))
      const response = await tab.auth.fetch(url)
      expect([response.status, await response.text()]).toEqual([status, 'no'])
    },
  )

  it('keeps no connection busy with what nobody will read of its answer', async () => {
    const dropped: string[] = []
    const unread = (name: string): ReadableStream =>
      new ReadableStream({ cancel: () => void dropped.push(name) })
    const { tab } = await callable((_request, index) => {
      const challenge = index === 0 ? invalidToken : 'Bearer error="insufficient_scope"'
      const body = unread(index === 0 ? 'token refused' : 'scope refused')
      return new Response(body, { status: 401, headers: { 'www-authenticate': challenge } })
    })
    expect(await rejectionOf(tab.auth.fetch(url))).toMatchObject({ code: 'insufficient_scope' })
    expect(dropped).toEqual(['token refused', 'scope refused'])
  })

  it('asks for another authentication (RFC 9470 §3), which a sign-in takes as it is', async () => {
    const { error, url: destination } = await demandOf(
      await callable(() =>
        refused('Bearer error="insufficient_user_authentication", acr_values="gold platinum", max_age="60"'),
      ),
    )
    expect(error).toMatchObject({ code: 'step_up_required' })
    expect(destination.searchParams.get('acr_values')).toBe('gold platinum')
    expect(destination.searchParams.get('max_age')).toBe('60')
    // The client's own scope is less than what was granted.
    expect(destination.searchParams.get('scope')).toBe('openid orders:read')
  })

  it('and has it already, is not asked in circles', async () => {
    const { tab } = await callable(
      () => refused('Bearer error="insufficient_user_authentication", acr_values="gold"'),
      { acr: 'gold' },
    )
    expect(await rejectionOf(tab.auth.fetch(url))).toMatchObject({
      name: 'ServerError',
      code: 'step_up_failed',
      error: 'insufficient_user_authentication',
      status: 401,
    })
  })

  it.each([
    [
      'a scope that is none',
      'Bearer error="insufficient_scope", scope="a\\"b \u007f orders:write"',
      'orders:write',
    ],
    ['no scope', 'Bearer error="insufficient_scope"', ''],
  ])('with %s can put nothing else into the sign-in', async (_, challenge, added) => {
    const { url: destination } = await demandOf(
      await callable(() => {
        const answer = refused(undefined, 403)
        return Object.defineProperty(answer, 'headers', { value: { get: () => challenge } })
      }),
    )
    expect(destination.searchParams.get('scope')).toBe(`openid orders:read ${added}`.trim())
  })

  it.each(['-1', 'soon', '1e99', '99999999999'])(
    'with a max_age of %s is not taken at its word',
    async (age) => {
      const { tab } = await callable(() =>
        refused(`Bearer error="insufficient_user_authentication", max_age="${age}"`),
      )
      const error = await rejectionOf(tab.auth.fetch(url))
      expect(error).toBeInstanceOf(SignInRequiredError)
      expect((error as unknown as SignInRequiredError).demand).toEqual({
        scope: 'openid orders:read',
      })
    },
  )
})
