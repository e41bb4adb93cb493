import axios, { type AxiosInstance } from 'axios'
import { describe, expect, it } from 'vitest'
import { type ApiPage, apiUrl, openApiPage } from '../../test/api-page.ts'
import { rejectionOf } from '../../test/pages.ts'
import { axiosAdapter } from './axios.ts'

async function openAxiosPage(
  ...answer: Parameters<typeof openApiPage>
): Promise<ApiPage & { api: AxiosInstance }> {
  const page = await openApiPage(...answer)
  return { ...page, api: axios.create({ baseURL: apiUrl, adapter: axiosAdapter(page.auth) }) }
}

describe('axios by auth.fetch', () => {
  it('sends the access token, and reads what comes as axios does', async () => {
    const { auth, api, got } = await openAxiosPage(() =>
      Response.json([{ id: 7 }], { headers: { 'x-total': '1' } }),
    )
    const { data, status, headers } = await api.get('/orders', { params: { page: 2 } })
    expect([data, status, headers['x-total']]).toEqual([[{ id: 7 }], 200, '1'])
    expect(got[0]?.url).toBe(`${apiUrl}/orders?page=2`)
    expect(got[0]?.headers.get('authorization')).toBe(`Bearer ${await auth.getAccessToken()}`)
  })

  it('renews a token that the API refuses, and sends the body again', async () => {
    const { api, got, provider } = await openAxiosPage((_, count) =>
      count === 1 ? new Response(null, { status: 401 }) : Response.json({ ok: true }),
    )
    await expect(api.post('/orders', { article: 'kettle' })).resolves.toMatchObject({ data: { ok: true } })
    expect(provider.count('/token')).toBe(2)
    expect(await Promise.all(got.map((request) => request.text()))).toEqual(
      Array(2).fill('{"article":"kettle"}'),
    )
    expect(got[0]?.headers.get('authorization')).not.toBe(got[1]?.headers.get('authorization'))
  })

  it('renews once for all who are refused together', async () => {
    const { api, got, provider } = await openAxiosPage((_, count) =>
      count <= 5 ? new Response(null, { status: 401 }) : Response.json(count),
    )
    await Promise.all(Array.from({ length: 5 }, () => api.get('/orders')))
    expect([got.length, provider.count('/token')]).toEqual([10, 2])
  })

  it('gives the token to no other address, and throws what auth.fetch throws', async () => {
    const { api, got } = await openAxiosPage()
    const error = await rejectionOf(api.get('https://evil.example/'))
    expect(error).toMatchObject({ name: 'ConfigurationError', code: 'url_not_allowed' })
    expect(axios.isAxiosError(error)).toBe(false)
    expect(got).toEqual([])
  })

  it('says what to ask the person for, where the API wants more', async () => {
    const refusal = { 'www-authenticate': 'Bearer error="insufficient_user_authentication", max_age="60"' }
    const { api } = await openAxiosPage(() => new Response(null, { status: 401, headers: refusal }))
    await expect(api.get('/orders')).rejects.toMatchObject({
      code: 'step_up_required',
      demand: { maxAge: 60 },
    })
  })

  it('leaves what the API answers to axios', async () => {
    const { api } = await openAxiosPage(() => Response.json({ problem: 'sold out' }, { status: 409 }))
    const error = await rejectionOf(api.get('/orders'))
    expect(axios.isAxiosError(error)).toBe(true)
    expect(error).toMatchObject({ response: { status: 409, data: { problem: 'sold out' } } })
  })

  it('leaves a network that fails to axios', async () => {
    const { api } = await openAxiosPage(() => Promise.reject(new TypeError('Failed to fetch')))
    await expect(api.get('/orders')).rejects.toMatchObject({ name: 'AxiosError', code: 'ERR_NETWORK' })
  })

  it('stops where it is told to, and after the time it is given', async () => {
    const { api, got } = await openAxiosPage(
      ({ signal }) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    )
    const stop = new AbortController()
    const stopped = rejectionOf(api.get('/orders', { signal: stop.signal }))
    stop.abort()
    expect(axios.isCancel(await stopped)).toBe(true)
    await expect(api.get('/orders', { timeout: 1 })).rejects.toMatchObject({ code: 'ETIMEDOUT' })
    for (const { signal } of got) expect(signal.aborted).toBe(true)
  })

  it('uploads a form with its file', async () => {
    const { api, got } = await openAxiosPage()
    const form = new FormData()
    form.set('photo', new File(['pixels'], 'kettle.png', { type: 'image/png' }))
    await api.postForm('/photos', form)
    const photo = (await got[0]?.formData())?.get('photo') as File
    expect([photo.name, await photo.text()]).toEqual(['kettle.png', 'pixels'])
  })

  it('tells how far an upload is', async () => {
    const { api, got } = await openAxiosPage(async (request) => new Response(await request.clone().text()))
    const loaded: number[] = []
    await api.post('/notes', 'x'.repeat(1000), { onUploadProgress: (event) => loaded.push(event.loaded) })
    expect((await got[0]?.text())?.length).toBe(1000)
    expect(loaded.at(-1)).toBe(1000)
  })

  it.each([
    ['text', (data: unknown) => data === 'hello'],
    ['arraybuffer', (data: unknown) => data instanceof ArrayBuffer && data.byteLength === 5],
    ['blob', (data: unknown) => data instanceof Blob && data.size === 5],
    ['stream', (data: unknown) => data instanceof ReadableStream],
  ] as const)('gives the answer as %s', async (responseType, isFine) => {
    const { api } = await openAxiosPage(() => new Response('hello'))
    const { data } = await api.get('/', { responseType })
    expect(isFine(data)).toBe(true)
  })

  it('keeps its hands off a request that says already who it is from', async () => {
    const { api, got } = await openAxiosPage()
    const error = await rejectionOf(api.get('/orders', { auth: { username: 'alice', password: 'SENTINEL' } }))
    expect(error).toMatchObject({ code: 'authorization_given' })
    expect(JSON.stringify(error)).not.toContain('SENTINEL')
    expect(got).toEqual([])
  })
})
