import { describe, expect, it } from 'vitest'
import type { AuthClientOptions } from '../options/client-options.ts'
import { parseOptions } from '../options/parse-options.ts'
import { type AppUrls, createAppUrls } from './app-urls.ts'

const nowhere = { assign() {}, replace() {}, isUserDriven: () => false }

function urlsAt(href: string, options: Partial<AuthClientOptions> = {}): AppUrls {
  const settings = parseOptions({
    issuer: 'https://id.example',
    clientId: 'app',
    redirectUri: '/callback',
    ...options,
  } as AuthClientOptions)
  return createAppUrls(settings, { ...nowhere, href: () => href })
}

describe('the app’s own addresses', () => {
  it('resolves paths against the origin that the page has, not against its path', () => {
    const urls = urlsAt('http://localhost:5173/deep/page?x#y')
    expect(urls.origin()).toBe('http://localhost:5173')
    expect(urls.redirectUri()).toBe('http://localhost:5173/callback')
    expect(urls.postLogoutRedirectUri()).toBe('http://localhost:5173/')
    expect(urls.postLogoutRedirectUri('/bye?x=1')).toBe('http://localhost:5173/bye?x=1')
  })

  it('follows the page, which may change after the client was made', () => {
    let href = 'https://app.example/'
    const settings = parseOptions({
      issuer: 'https://id.example',
      clientId: 'app',
      redirectUri: '/callback',
    })
    const urls = createAppUrls(settings, { ...nowhere, href: () => href })
    expect(urls.parseCallback(href).kind).toBe('elsewhere')
    href = 'https://app.example/callback'
    expect(urls.parseCallback(href).kind).toBe('bare')
  })

  it('sends a redirect URI byte for byte as it was written (RFC 6749 §3.1.2.3)', () => {
    for (const redirectUri of [
      'https://app.example/callback',
      'https://app.example/callback/',
      'https://app.example/a/../b?x=%20',
      'https://APP.example/callback',
    ]) {
      expect(urlsAt('https://app.example/', { redirectUri }).redirectUri()).toBe(redirectUri)
    }
  })

  it('takes an absolute address to land at after a sign-out, on another origin too', () => {
    const urls = urlsAt('https://app.example/', { postLogoutRedirectUri: 'https://www.example/bye' })
    expect(urls.postLogoutRedirectUri()).toBe('https://www.example/bye')
    expect(urls.postLogoutRedirectUri('/here')).toBe('https://app.example/here')
  })

  it.each([
    'https://other.example/callback',
    'http://app.example/callback',
    'https://app.example:8443/callback',
    'https://www.app.example/callback',
  ])(
    'refuses the redirect URI %s, where the answer could not be checked, and says what to pass instead',
    (redirectUri) => {
      const urls = urlsAt('https://app.example/', { redirectUri })
      const { origin } = new URL(redirectUri)
      expect(() => urls.redirectUri()).toThrow(
        expect.objectContaining({
          code: 'invalid_option',
          message: expect.stringMatching(
            `"redirectUri" must be a path, or on https://app.example, where the app runs: on ${origin} `,
          ),
        }),
      )
      expect(urls.parseCallback('https://app.example/callback?code=C').kind).toBe('elsewhere')
    },
  )

  it.each(['about:blank', 'about:srcdoc', 'file:///index.html', 'data:text/html,x', ''])(
    'says what is missing on %j, and throws nothing of the platform’s own',
    (href) => {
      const urls = urlsAt(href)
      expect(urls.parseCallback(href)).toEqual({ kind: 'elsewhere' })
      expect(() => urls.redirectUri()).toThrow(
        expect.objectContaining({
          code: 'invalid_option',
          message: expect.stringMatching('"redirectUri" needs a page that is served by http or https'),
        }),
      )
    },
  )

  it('knows an answer by the prefix that belongs to this client', () => {
    const urls = urlsAt('https://app.example/')
    const others = urlsAt('https://app.example/', { name: 'other' })
    const { statePrefix } = parseOptions({
      issuer: 'https://id.example',
      clientId: 'app',
      redirectUri: '/callback',
    })
    const url = `https://app.example/callback?code=C&state=${statePrefix}S`
    expect(urls.parseCallback(url).kind).toBe('response')
    expect(others.parseCallback(url).kind).toBe('bare')
  })
})
