import { describe, expect, it } from 'vitest'
import { demandPush, json } from '../test/fake-provider.ts'
import { answerTo, destinationOf, nextPage, refusalOf, rejectionOf } from '../test/pages.ts'
import { expectRefused, secretsOf } from '../test/refused-sign-in.ts'
import { createScene, type Scene } from '../test/signed-in.ts'
import type { AuthErrorCode, OpenIdOptions } from './index.ts'

/**
 * For each MUST of discovery, of the authorization request, of its answer and of UserInfo that a provider, or who
 * stands between, can break: one thing that breaks it, the state that follows, and no secret in the error. The many
 * other ways to break one are beside the modules that look for them.
 */

describe('a sign-in does not leave where the provider', () => {
  it.each<[string, AuthErrorCode, (scene: Scene) => void]>([
    [
      'has its document at another place (DISC-01)',
      'invalid_metadata',
      ({ provider }) => {
        provider.onRequest = ({ path }) =>
          path === '/.well-known/openid-configuration' ? json(404, {}) : undefined
      },
    ],
    [
      'names another issuer (DISC-02)',
      'issuer_mismatch',
      ({ provider }) => {
        provider.metadata.issuer = 'https://id.example/'
      },
    ],
    [
      'answers with a page of the app’s kind (DISC-03)',
      'invalid_metadata',
      ({ provider }) => {
        provider.onRequest = () =>
          new Response('<!doctype html>', { headers: { 'content-type': 'text/html' } })
      },
    ],
    [
      'offers PKCE without S256 (DISC-04)',
      'pkce_unsupported',
      ({ provider }) => {
        provider.metadata.code_challenge_methods_supported = ['plain']
      },
    ],
    [
      'has an endpoint that anybody can listen at (DISC-06)',
      'insecure_endpoint',
      ({ provider }) => {
        provider.metadata.token_endpoint = 'http://id.example/token'
      },
    ],
    [
      'has no endpoint to go to (DISC-06)',
      'missing_endpoint',
      ({ provider }) => {
        delete provider.metadata.authorization_endpoint
      },
    ],
    [
      'demands a pushed request and refuses it (AUTHZ-10)',
      'authorization_failed',
      ({ provider }) => {
        demandPush(provider)
        provider.onRequest = ({ path, form }) =>
          path === '/par'
            ? json(400, { error: 'invalid_request', error_description: form.toString() })
            : undefined
      },
    ],
    [
      'demands a pushed request and has nowhere to push it (AUTHZ-10)',
      'missing_endpoint',
      ({ provider }) => {
        provider.metadata.require_pushed_authorization_requests = true
      },
    ],
  ])('%s', async (_, code, breakRule) => {
    const scene = await createScene()
    breakRule(scene)
    const error = await rejectionOf(scene.auth.login())
    const pushed = scene.provider.seen.flatMap(({ form }) => [form.get('state'), form.get('nonce')])
    expectRefused(scene, error, code, [...secretsOf(scene), ...pushed.filter((secret) => secret !== null)])
    expect(scene.platform.visited).toEqual([])
    expect([...scene.platform.stored.keys()].filter((key) => key.includes('.sign-in.'))).toEqual([])
  })
})

describe('a sign-in', () => {
  it('is never asked for by fetch, only gone to, and for nothing but a code (AUTHZ-01)', async () => {
    const scene = await createScene()
    await scene.auth.login()
    expect(destinationOf(scene).searchParams.get('response_type')).toBe('code')
    expect(scene.provider.count('/auth')).toBe(0)
  })

  it('has no second try without PKCE (AUTHZ-03)', async () => {
    const left = await createScene()
    await left.auth.login()
    const words = { error_description: 'Transform algorithm not supported' }
    const scene = await nextPage(left, refusalOf(left, 'invalid_request', words))
    const error = await rejectionOf(scene.auth.handleCallback())
    expectRefused(scene, error, 'authorization_failed', secretsOf(left))
    expect(scene.platform.visited).toEqual([])
  })

  it('takes nothing of the app’s to the provider (AUTHZ-04)', async () => {
    const scene = await createScene({ href: 'https://app.example/orders/secret-of-the-app' })
    await scene.auth.login({ appState: { cart: 'secret-of-the-app' } })
    expect(destinationOf(scene).href).not.toContain('secret-of-the-app')
  })

  it.each(['response_type', 'state', 'redirect_uri', 'code_challenge', 'request_uri', 'request'])(
    'cannot be told another %s (AUTHZ-07, AUTHZ-10, AUTHZ-11)',
    async (name) => {
      const scene = await createScene()
      const error = await rejectionOf(scene.auth.login({ params: { [name]: 'mine' } }))
      expectRefused(scene, error, 'invalid_option', secretsOf(scene))
      expect(scene.platform.visited).toEqual([])
    },
  )
})

describe('an answer is refused, and no code is sent, where it', () => {
  it.each<[string, AuthErrorCode, (left: Scene) => string]>([
    [
      'has a state that nobody has sent (CB-02, CB-09)',
      'sign_in_unknown',
      (left) => answerTo(left).replace(/(state=[^&]+)/, '$1x'),
    ],
    [
      'comes from another server, be it with an error (CB-03)',
      'issuer_mismatch',
      (left) => refusalOf(left, 'access_denied', { iss: 'https://evil.example' }),
    ],
    [
      'lacks the issuer that was promised (CB-04)',
      'issuer_mismatch',
      (left) => answerTo(left).replace(/&iss=[^&]+/, ''),
    ],
    ['has a code twice (CB-05)', 'invalid_authorization_response', (left) => `${answerTo(left)}&code=other`],
    ['says no in words of its own (CB-06)', 'authorization_failed', (left) => refusalOf(left, 'odd_error')],
  ])('%s', async (_, code, answer) => {
    const left = await createScene()
    await left.auth.login()
    const secrets = secretsOf(left)
    const scene = await nextPage(left, answer(left))
    const error = await rejectionOf(scene.auth.handleCallback())
    expectRefused(scene, error, code, secrets)
    expect(scene.provider.count('/token')).toBe(0)
    await expect(scene.auth.getAccessToken()).rejects.toMatchObject({ code: 'not_signed_in' })
  })

  it('comes in another browser (CB-09)', async () => {
    const left = await createScene()
    await left.auth.login()
    const stranger = await createScene({ provider: left.provider, href: answerTo(left) })
    const error = await rejectionOf(stranger.auth.handleCallback())
    expectRefused(stranger, error, 'sign_in_unknown', secretsOf(left))
    expect(left.provider.count('/token')).toBe(0)
  })
})

describe('an answer', () => {
  it('may hold what nobody knows (CB-10)', async () => {
    const left = await createScene()
    await left.auth.login()
    const scene = await nextPage(left, answerTo(left, { foo: '1', session_state: 'with a space' }))
    await scene.auth.handleCallback()
    expect(scene.auth.getState().status).toBe('authenticated')
  })

  it('is sent once, on whatever page it comes up again (CB-07)', async () => {
    const left = await createScene()
    await left.auth.login()
    const url = answerTo(left)
    const scene = await nextPage(left, url)
    await Promise.all([scene.auth.handleCallback(), scene.auth.handleCallback()])
    const again = await nextPage(scene, url)
    await again.auth.handleCallback()
    expect(scene.provider.count('/token')).toBe(1)
  })
})

describe('nobody is signed in where UserInfo', () => {
  const options: Partial<OpenIdOptions> = { userInfo: true }

  it.each<[string, AuthErrorCode, () => Response]>([
    ['is about somebody else (UI-02)', 'invalid_user_info', () => json(200, { sub: 'bob', name: 'Bob' })],
    ['is about nobody (UI-02)', 'invalid_user_info', () => json(200, { name: 'Alice' })],
    [
      'is a page (UI-03)',
      'invalid_user_info',
      () => new Response('<p>Alice', { headers: { 'content-type': 'text/html' } }),
    ],
    [
      'is signed by nobody (UI-03)',
      'invalid_user_info',
      () =>
        new Response('eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbGljZSJ9.', {
          headers: { 'content-type': 'application/jwt' },
        }),
    ],
    [
      'wants more than was granted (UI-04)',
      'user_info_failed',
      () => json(403, { error: 'insufficient_scope' }),
    ],
  ])('%s', async (_, code, answer) => {
    const left = await createScene({ options })
    await left.auth.login()
    const secrets = secretsOf(left)
    left.provider.onRequest = ({ path }) => (path === '/userinfo' ? answer() : undefined)
    const scene = await nextPage(left, answerTo(left), options)
    const error = await rejectionOf(scene.auth.handleCallback())
    expectRefused(scene, error, code, [...secrets, ...scene.provider.secrets])
  })
})
