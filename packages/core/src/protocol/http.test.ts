import { describe, expect, it } from 'vitest'
import { createFakePlatform, settle } from '../../test/fake-platform.ts'
import { everythingIn } from '../../test/no-secrets.ts'
import { endlessBody, opaqueRedirect, redirectedTo } from '../../test/responses.ts'
import { createHttp, type Http } from './http.ts'

const url = 'https://id.example/token?tenant=SENTINEL-query'
const post = { method: 'POST' }

/** An {@link Http} over a `fetch` of the test's own, and the options that reached it. */
function createScene(fetch: (url: string, init: RequestInit) => Promise<Response>): {
  http: Http
  platform: ReturnType<typeof createFakePlatform>
  seen: RequestInit[]
} {
  const seen: RequestInit[] = []
  const platform = createFakePlatform({
    fetch: (to, init) => {
      seen.push(init)
      return fetch(to, init)
    },
  })
  return { http: createHttp(platform, 10_000), platform, seen }
}

/** The error of a call that is still under way when this is called. */
function errorOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  )
}

const never = (): Promise<Response> => new Promise(() => undefined)

describe('a request', () => {
  it('sends no cookies and no referrer, uses no cache and follows no redirect, unless told otherwise', async () => {
    const { http, seen } = createScene(async () => new Response('{}'))
    await http(url, { method: 'GET' })
    expect(seen[0]).toMatchObject({
      method: 'GET',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      cache: 'no-store',
      redirect: 'manual',
    })
    await http(url, { method: 'GET', cache: 'default', redirect: 'follow', keepalive: true })
    expect(seen[1]).toMatchObject({
      cache: 'default',
      redirect: 'follow',
      keepalive: true,
      credentials: 'omit',
    })
  })

  it('does not pass on the name that oauth4webapi gives itself outside of browsers it knows: it would call for a preflight', async () => {
    const { http, seen } = createScene(async () => new Response('{}'))
    await http(url, {
      method: 'GET',
      headers: { accept: 'application/json', 'user-agent': 'oauth4webapi/v3' },
    })
    expect(seen[0]?.headers).toEqual({ accept: 'application/json' })
  })

  it('gives back status, headers and body, the body already here', async () => {
    const { http } = createScene(
      async () => new Response('no', { status: 403, headers: { 'retry-after': '7' } }),
    )
    const response = await http(url, post)
    expect(response.status).toBe(403)
    expect(response.headers.get('retry-after')).toBe('7')
    expect(await response.text()).toBe('no')
  })

  it('copes with an answer that may not have a body', async () => {
    const { http } = createScene(async () => new Response(null, { status: 204 }))
    expect((await http(url, post)).status).toBe(204)
  })

  it('leaves no timer behind, however it ends', async () => {
    const { http, platform } = createScene(async () => new Response('{}'))
    await http(url, post)
    expect(platform.timerCount()).toBe(0)
    const failing = createScene(() => Promise.reject(new TypeError('Failed to fetch')))
    await errorOf(failing.http(url, post))
    expect(failing.platform.timerCount()).toBe(0)
  })
})

describe('the deadline', () => {
  it.each([
    ['a fetch that never settles and ignores its signal', never],
    ['a body that never ends', async () => endlessBody()],
  ])('covers %s', async (_, fetch) => {
    const { http, platform, seen } = createScene(fetch)
    const error = errorOf(http(url, post))
    await platform.advance(9_999)
    expect(seen[0]?.signal?.aborted).toBe(false)
    await platform.advance(1)
    expect(await error).toMatchObject({ name: 'NetworkError', code: 'timeout' })
    // The request is given up as well, not only the waiting.
    expect(seen[0]?.signal?.aborted).toBe(true)
  })

  it('says where and how long, without the query', async () => {
    const { http, platform } = createScene(never)
    const error = errorOf(http(url, post))
    await platform.advance(10_000)
    expect((await error) as Error).toHaveProperty(
      'message',
      expect.stringMatching(/^https:\/\/id\.example\/token did not answer within 10 seconds\./),
    )
    expect(everythingIn(await error)).not.toContain('SENTINEL')
  })

  it('does not beat an answer that came while the page was frozen: it may hold the only copy of a rotated refresh token', async () => {
    let arrive = (_: Response): void => undefined
    const { http, platform } = createScene(
      () =>
        new Promise((resolve) => {
          arrive = resolve
        }),
    )
    const answer = http(url, post)
    platform.freezeFor(60_000)
    // What was queued meanwhile runs in any order: here the timer first.
    await platform.advance(0)
    arrive(new Response('{"refresh_token":"rotated"}'))
    await expect(answer.then((response) => response.text())).resolves.toContain('rotated')
  })

  it('comes a second later where nothing came while the page was frozen', async () => {
    const { http, platform } = createScene(never)
    const error = errorOf(http(url, post))
    platform.freezeFor(60_000)
    await platform.advance(1000)
    expect(await error).toMatchObject({ code: 'timeout' })
    expect(platform.timerCount()).toBe(0)
  })

  it('does not fire after the answer came', async () => {
    const { http, platform, seen } = createScene(async () => new Response('{}'))
    await http(url, post)
    await platform.advance(20_000)
    expect(seen[0]?.signal?.aborted).toBe(false)
  })
})

describe('the caller’s signal', () => {
  it('stops the request, and its reason passes through as it is', async () => {
    const { http, seen } = createScene(never)
    const caller = new AbortController()
    const error = errorOf(http(url, { ...post, signal: caller.signal }))
    await settle()
    const reason = { because: 'the component is gone' }
    caller.abort(reason)
    expect(await error).toBe(reason)
    expect(seen[0]?.signal?.aborted).toBe(true)
  })

  it('counts also where it was given up before', async () => {
    const { http } = createScene(never)
    const error = errorOf(http(url, { ...post, signal: AbortSignal.abort('too late') }))
    expect(await error).toBe('too late')
  })

  it('has no say once the answer is here', async () => {
    const { http, seen } = createScene(async () => new Response('{}'))
    const caller = new AbortController()
    await http(url, { ...post, signal: caller.signal })
    caller.abort()
    expect(seen[0]?.signal?.aborted).toBe(false)
  })
})

describe('a failure', () => {
  it('names the place without its query, what to look at, and what fetch said', async () => {
    const { http } = createScene(() => Promise.reject(new TypeError('Failed to fetch')))
    const error = await errorOf(http(url, post))
    expect(error).toMatchObject({
      name: 'NetworkError',
      code: 'network_failed',
      cause: { name: 'TypeError', message: 'Failed to fetch' },
    })
    expect(String(error)).toMatch(/https:\/\/id\.example\/token could not be reached.*CORS.*connect-src/s)
    expect(everythingIn(error)).not.toContain('SENTINEL')
  })

  it('covers a body that breaks off', async () => {
    const broken = new ReadableStream({ start: (stream) => stream.error(new TypeError('terminated')) })
    const { http } = createScene(async () => new Response(broken))
    expect(await errorOf(http(url, post))).toMatchObject({ code: 'network_failed' })
  })

  it('keeps nothing of what was thrown but its name and words', async () => {
    const thrown = Object.assign(new TypeError('Failed to fetch'), { request: { body: 'SENTINEL-body' } })
    const { http } = createScene(() => Promise.reject(thrown))
    expect(everythingIn(await errorOf(http(url, post)))).not.toContain('SENTINEL')
  })
})

describe('a redirect', () => {
  it('is a failure: neither code nor refresh token goes to another place', async () => {
    const { http, seen } = createScene(async () => opaqueRedirect())
    expect(await errorOf(http(url, post))).toMatchObject({
      code: 'network_failed',
      cause: { message: 'redirected' },
    })
    expect(seen).toHaveLength(1)
  })

  it('may be followed on request, within the origin', async () => {
    const { http } = createScene(async () => redirectedTo('https://id.example/token/', new Response('{}')))
    expect((await http(url, { method: 'GET', redirect: 'follow' })).status).toBe(200)
  })

  it.each(['https://evil.example/token', 'https://id.example:8443/token', 'http://id.example/token'])(
    'may not be followed to %s',
    async (elsewhere) => {
      const { http } = createScene(async () => redirectedTo(elsewhere, new Response('{}')))
      const error = await errorOf(http(url, { method: 'GET', redirect: 'follow' }))
      expect(error).toMatchObject({ code: 'network_failed', cause: { message: 'redirected' } })
    },
  )
})
