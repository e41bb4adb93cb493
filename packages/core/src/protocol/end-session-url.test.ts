import { expect, it } from 'vitest'
import { buildEndSessionUrl } from './end-session-url.ts'

const issuer = 'https://id.example'
const request = {
  clientId: 'app',
  idToken: 'header.payload.signature',
  postLogoutRedirectUri: 'https://app.example/bye?a=1&b=2',
}

it('sends hint, client and return address (RP-Initiated Logout §2)', () => {
  const url = new URL(buildEndSessionUrl({ issuer, end_session_endpoint: `${issuer}/logout` }, request) ?? '')
  expect(url.origin + url.pathname).toBe('https://id.example/logout')
  expect(Object.fromEntries(url.searchParams)).toEqual({
    client_id: 'app',
    id_token_hint: 'header.payload.signature',
    post_logout_redirect_uri: 'https://app.example/bye?a=1&b=2',
  })
})

it('keeps the query that the endpoint already has', () => {
  const metadata = { issuer, end_session_endpoint: `${issuer}/logout?tenant=a%20b` }
  const url = new URL(buildEndSessionUrl(metadata, request) ?? '')
  expect(url.searchParams.get('tenant')).toBe('a b')
  expect(url.searchParams.get('client_id')).toBe('app')
})

it('leaves the hint out where there is no ID token', () => {
  const metadata = { issuer, end_session_endpoint: `${issuer}/logout` }
  const url = new URL(buildEndSessionUrl(metadata, { ...request, idToken: undefined }) ?? '')
  expect([...url.searchParams.keys()].sort()).toEqual(['client_id', 'post_logout_redirect_uri'])
})

it('gives nothing where the provider has no such endpoint', () => {
  expect(buildEndSessionUrl({ issuer }, request)).toBeUndefined()
})

it('refuses an endpoint that would send the ID token in clear text', () => {
  const metadata = { issuer, end_session_endpoint: 'http://id.example/logout' }
  expect(() => buildEndSessionUrl(metadata, request)).toThrow(
    expect.objectContaining({ name: 'ConfigurationError', code: 'insecure_endpoint' }),
  )
})
