import ky, { HTTPError, TimeoutError } from 'ky'
import { describe, expect, it } from 'vitest'
import { apiUrl, openApiPage } from '../../test/api-page.ts'
import { rejectionOf } from '../../test/pages.ts'
import { kyOptions } from './ky.ts'

/** Nobody waits for the second try. */
const atOnce = { delay: () => 0 }

describe('ky by auth.fetch', () => {
  it('sends the access token, and reads what comes as ky does', async () => {
    const { auth, got } = await openApiPage(() => Response.json([{ id: 7 }]))
    const api = ky.create({ ...kyOptions(auth), prefixUrl: apiUrl })
    await expect(api.get('orders', { searchParams: { page: 2 } }).json()).resolves.toEqual([{ id: 7 }])
    expect(got[0]?.url).toBe(`${apiUrl}/orders?page=2`)
    expect(got[0]?.headers.get('authorization')).toBe(`Bearer ${await auth.getAccessToken()}`)
  })

  it('renews a token that the API refuses, and sends the body again', async () => {
    const { auth, got, provider } = await openApiPage((_, count) =>
      count === 1 ? new Response(null, { status: 401 }) : Response.json({}),
    )
    await ky.create(kyOptions(auth)).post(`${apiUrl}/orders`, { json: { article: 'kettle' } })
    expect(provider.count('/token')).toBe(2)
    expect(await Promise.all(got.map((request) => request.text()))).toEqual(
      Array(2).fill('{"article":"kettle"}'),
    )
    expect(got[0]?.headers.get('authorization')).not.toBe(got[1]?.headers.get('authorization'))
  })

  it('gives the token to no other address, and says at once which option lacks it', async () => {
    const { auth, got } = await openApiPage()
    const error = await rejectionOf(ky.create(kyOptions(auth)).get('https://evil.example/').json())
    expect(error).toMatchObject({ name: 'ConfigurationError', code: 'url_not_allowed' })
    expect(got).toEqual([])
  })

  it('does not try again for what only the person can mend', async () => {
    const refusal = { 'www-authenticate': 'Bearer error="insufficient_scope", scope="orders:write"' }
    const { auth, got } = await openApiPage(() => new Response(null, { status: 403, headers: refusal }))
    const error = await rejectionOf(ky.create(kyOptions(auth)).get(apiUrl).json())
    expect(error).toMatchObject({ code: 'insufficient_scope', demand: { scope: expect.any(String) } })
    expect(got).toHaveLength(1)
  })

  it('tries again for what a network may mend', async () => {
    const { auth, got, app, platform } = await openApiPage()
    platform.setOnline(false)
    await app.advance(400_000)
    const errors: unknown[] = []
    const beforeRetry = ({ error }: { readonly error: Error }): void => {
      errors.push(error)
      platform.setOnline(true)
    }
    const { fetch, retry } = kyOptions(auth)
    await ky.get(apiUrl, { fetch, retry: { ...retry, ...atOnce }, hooks: { beforeRetry: [beforeRetry] } })
    expect(errors).toMatchObject([{ name: 'NetworkError', code: 'network_failed' }])
    expect(got).toHaveLength(1)
  })

  it('leaves what the API answers to ky: its retries, its hooks and its errors', async () => {
    const { auth, got } = await openApiPage(
      (_, count) => new Response(null, { status: count > 1 ? 404 : 503 }),
    )
    const { fetch, retry } = kyOptions(auth)
    const seen: number[] = []
    const error = await rejectionOf(
      ky.get(apiUrl, {
        fetch,
        retry: { ...retry, ...atOnce },
        hooks: { afterResponse: [(_request, _options, { status }) => void seen.push(status)] },
      }),
    )
    expect(error).toBeInstanceOf(HTTPError)
    expect(seen).toEqual([503, 404])
    expect(got).toHaveLength(2)
  })

  it('takes no longer than ky is told to wait, and lets the request go', async () => {
    const { auth, got } = await openApiPage(
      ({ signal }) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    )
    const error = await rejectionOf(ky.create(kyOptions(auth)).get(apiUrl, { timeout: 1 }))
    expect(error).toBeInstanceOf(TimeoutError)
    for (const { signal } of got) expect(signal.aborted).toBe(true)
  })

  it('passes on the reason of whoever stops it', async () => {
    const { auth } = await openApiPage()
    const stop = new AbortController()
    stop.abort(new Error('not wanted any more'))
    const error = await rejectionOf(ky.create(kyOptions(auth)).get(apiUrl, { signal: stop.signal }))
    expect(error.message).toBe('not wanted any more')
  })
})
