import type { Route } from '@playwright/test'
import { describe, expect, it } from 'vitest'
import { createFakeProvider, type FakeProvider } from '../provider/index.ts'
import { routeProvider } from './route-provider.ts'

interface Asked {
  readonly url: string
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: string
}

/** What a page would get. */
type Answer =
  | { readonly status: number; readonly headers: Record<string, string>; readonly body: string }
  | 'aborted'

/** A page whose requests are routed as a browser would. */
async function openPage(provider: FakeProvider) {
  let pattern = ''
  let handle: (route: Route) => Promise<void> = async () => undefined
  await routeProvider(
    {
      async route(url, handler) {
        pattern = url
        handle = handler
      },
    },
    provider,
  )
  async function ask({ url, method = 'GET', headers = {}, body }: Asked): Promise<Answer> {
    let answer: Answer | undefined
    await handle({
      request: () => ({
        url: () => url,
        method: () => method,
        headers: () => headers,
        postData: () => body ?? null,
      }),
      async fulfill(response: Answer) {
        answer = response
      },
      async abort() {
        answer = 'aborted'
      },
    } as unknown as Route)
    return answer ?? Promise.reject(new Error('Nobody answered.'))
  }
  return { pattern: () => pattern, ask }
}

const issuer = 'https://id.example.com'

describe('a provider that answers the requests of a page', () => {
  it.each([issuer, `${issuer}/`, `${issuer}/realm`])('is asked for whatever lies below %s', async (at) => {
    const page = await openPage(createFakeProvider({ issuer: at }))
    expect(page.pattern()).toBe(`${at.replace(/\/$/, '')}/**`)
  })

  it('says what it says to everybody, to scripts of every origin', async () => {
    const page = await openPage(createFakeProvider({ issuer }))
    const answer = await page.ask({ url: `${issuer}/.well-known/openid-configuration` })
    expect(answer).toMatchObject({
      status: 200,
      headers: { 'content-type': 'application/json', 'access-control-allow-origin': '*' },
    })
    expect(JSON.parse((answer as { body: string }).body)).toMatchObject({ issuer })
  })

  it('gets the method, the headers and the body', async () => {
    const provider = createFakeProvider({ issuer })
    const page = await openPage(provider)
    const form = 'grant_type=authorization_code&client_id=app&code=none'
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const answer = await page.ask({ url: `${issuer}/token`, method: 'POST', headers, body: form })
    expect(answer).toMatchObject({ status: 400 })
    expect(provider.requests).toMatchObject([{ method: 'POST', endpoint: 'token' }])
    expect(provider.requests[0]?.parameters.get('code')).toBe('none')
    const refused = await page.ask({
      url: `${issuer}/userinfo`,
      headers: { authorization: 'Bearer nonsense' },
    })
    expect(refused).toMatchObject({ status: 401, headers: { 'www-authenticate': expect.any(String) } })
  })

  it('hears the headers of a request', async () => {
    const provider = createFakeProvider({ issuer })
    const seen: (string | null)[] = []
    const page = await openPage({
      ...provider,
      handle(request) {
        seen.push(request.headers.get('authorization'))
        return provider.handle(request)
      },
    })
    await page.ask({ url: `${issuer}/userinfo`, headers: { authorization: 'Bearer nonsense' } })
    expect(seen).toEqual(['Bearer nonsense'])
  })

  it('sends a page back where it came from', async () => {
    const page = await openPage(createFakeProvider({ issuer }))
    const url = `${issuer}/logout?client_id=app&post_logout_redirect_uri=https%3A%2F%2Fapp.example%2F`
    expect(await page.ask({ url })).toMatchObject({
      status: 302,
      headers: { location: 'https://app.example/' },
    })
  })

  it('is not there where a fault says so', async () => {
    const provider = createFakeProvider({ issuer })
    const page = await openPage(provider)
    provider.failNext('jwks', 'network')
    expect(await page.ask({ url: `${issuer}/jwks` })).toBe('aborted')
    expect(await page.ask({ url: `${issuer}/jwks` })).toMatchObject({ status: 200 })
  })
})
