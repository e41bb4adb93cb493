import { describe, expect, it } from 'vitest'
import { json, type TokenAnswer } from '../test/fake-provider.ts'
import { createSigner, encodePart, flipSignatureBit, replaceIdTokens, signWith } from '../test/id-tokens.ts'
import { expectNoSecrets } from '../test/no-secrets.ts'
import { answerTo, nextPage, rejectionOf } from '../test/pages.ts'
import { expectRefused, secretsOf } from '../test/refused-sign-in.ts'
import { opaqueRedirect } from '../test/responses.ts'
import { createScene, createSignedInScene, type Scene } from '../test/signed-in.ts'
import { until } from '../test/until.ts'
import type { AuthErrorCode } from './index.ts'

/**
 * For each MUST of the token response, of the ID token, of the refresh and of calls to APIs that a provider, or who stands
 * between, can break: one thing that breaks it, the state that follows, and no secret in the error.
 */

/** Changes the body of the token endpoint's next answers. */
function change(scene: Scene, how: (body: Record<string, unknown>) => unknown): void {
  scene.provider.onToken = (answer: TokenAnswer) => {
    if (typeof answer.body === 'object') answer.body = how(answer.body) as TokenAnswer['body']
  }
}

const without =
  (...names: readonly string[]) =>
  (body: Record<string, unknown>): Record<string, unknown> =>
    Object.fromEntries(Object.entries(body).filter(([name]) => !names.includes(name)))

/** ID tokens with these claims, signed as they should be. */
const claims =
  (changed: Record<string, unknown>) =>
  ({ provider }: Scene): void => {
    provider.claims = changed
  }

type Break = (scene: Scene) => void | Promise<void>

/** A sign-in whose answer at the token endpoint is broken in this way: the page that it ends on, and its error. */
async function breakSignIn(breakRule: Break): Promise<{
  readonly scene: Scene
  readonly error: Awaited<ReturnType<typeof rejectionOf>>
  readonly secrets: readonly string[]
}> {
  const left = await createScene()
  await left.auth.login()
  const kept = secretsOf(left)
  await breakRule(left)
  const scene = await nextPage(left, answerTo(left))
  const error = await rejectionOf(scene.auth.handleCallback())
  return { scene, error, secrets: [...kept, ...scene.provider.secrets] }
}

describe('nobody is signed in where the token endpoint', () => {
  it.each<[string, AuthErrorCode, Break]>([
    [
      'sends people, and the code, elsewhere (TOK-02)',
      'network_failed',
      ({ provider }) => {
        provider.onRequest = ({ path }) => (path === '/token' ? opaqueRedirect() : undefined)
      },
    ],
    ['answers with a list (TOK-03)', 'invalid_token_response', (scene) => change(scene, (body) => [body])],
    [
      'gives no access token (TOK-03)',
      'invalid_token_response',
      (scene) => change(scene, (body) => ({ ...body, access_token: null })),
    ],
    [
      'does not say of what kind it is (TOK-03)',
      'invalid_token_response',
      (scene) => change(scene, without('token_type')),
    ],
    [
      'gives one of a kind that nobody knows (TOK-04)',
      'invalid_token_response',
      (scene) => change(scene, (body) => ({ ...body, token_type: 'mac' })),
    ],
    ['gives no ID token (TOK-08)', 'invalid_token_response', (scene) => change(scene, without('id_token'))],
    [
      'says that the code is none (TOK-09)',
      'token_request_failed',
      ({ provider }) => {
        provider.onToken = (answer, form) => {
          answer.status = 400
          answer.body = { error: 'invalid_grant', error_description: `No ${form.get('code')}.` }
        }
      },
    ],
    [
      'is down (TOK-09)',
      'server_unavailable',
      ({ provider }) => {
        provider.onToken = (answer, form) => {
          answer.status = 503
          answer.body = `<p>${form.toString()}`
        }
      },
    ],
  ])('%s', async (_, code, breakRule) => {
    const { scene, error, secrets } = await breakSignIn(breakRule)
    expectRefused(scene, error, code, secrets)
    expect(scene.provider.count('/token')).toBe(1)
  })

  it('gives tokens whose ID token is refused: the refresh token is given back (TOK-08)', async () => {
    const { scene } = await breakSignIn(claims({ nonce: 'another' }))
    await until(() => scene.provider.count('/revoke') === 1)
    const revoked = scene.provider.seen.find(({ path }) => path === '/revoke')?.form.get('token')
    expect(revoked).toMatch(/^SENTINEL-refresh-token/)
  })
})

describe('nobody is signed in where the ID token', () => {
  const forged = (make: (idToken: string) => string | Promise<string>): Break => {
    return ({ provider }) => replaceIdTokens(provider, (_, { id_token: idToken }) => make(String(idToken)))
  }
  const withHeader = (header: Record<string, unknown>): Break =>
    forged((idToken) => [encodePart(header), ...idToken.split('.').slice(1)].join('.'))

  it.each<[string, AuthErrorCode, Break]>([
    ['has four parts (IDT-01)', 'invalid_id_token', forged((idToken) => `${idToken}.AAAAAAAAAAAA`)],
    ['is signed with nothing (IDT-02)', 'invalid_id_token', withHeader({ alg: 'none' })],
    ['is signed with a shared secret (IDT-02)', 'invalid_id_token', withHeader({ alg: 'HS256' })],
    ['has one bit turned in its signature (IDT-03)', 'invalid_signature', forged(flipSignatureBit)],
    [
      'is signed with a key that is for something else (IDT-04)',
      'invalid_signature',
      async ({ provider }) => {
        const signer = await createSigner('ES256')
        signWith(provider, signer, [{ ...signer.publicJwk, use: 'enc' }])
      },
    ],
    ['is of another issuer, by a slash (IDT-05)', 'invalid_id_token', claims({ iss: 'https://id.example/' })],
    ['is for another client (IDT-06)', 'invalid_id_token', claims({ aud: 'other' })],
    ['is for another client too (IDT-07)', 'invalid_id_token', claims({ aud: ['app', 'other'] })],
    ['was asked for by another client (IDT-07)', 'invalid_id_token', claims({ azp: 'other' })],
    ['has no end (IDT-08)', 'invalid_id_token', claims({ exp: undefined })],
    ['ended before it began (IDT-08)', 'invalid_id_token', claims({ exp: 1_700_000_000 })],
    ['does not say when it was made (IDT-09)', 'invalid_id_token', claims({ iat: undefined })],
    ['answers somebody else’s question (IDT-10)', 'invalid_id_token', claims({ nonce: 'another' })],
    ['answers no question (IDT-10)', 'invalid_id_token', claims({ nonce: undefined })],
    ['speaks of nobody (IDT-11)', 'invalid_id_token', claims({ sub: '' })],
    [
      'brings its own key (IDT-14)',
      'invalid_signature',
      async ({ provider }) => {
        const attacker = await createSigner('ES256', 'key-1')
        replaceIdTokens(provider, (all) => attacker.sign(all, { jwk: attacker.publicJwk }))
      },
    ],
    [
      'demands what nobody here can do (IDT-14)',
      'invalid_id_token',
      async ({ provider }) => {
        const signer = await createSigner('ES256')
        signWith(provider, signer)
        replaceIdTokens(provider, async (all) => {
          const [, ...rest] = (await signer.sign(all)).split('.')
          return [encodePart({ alg: 'ES256', crit: ['odd'], odd: 1 }), ...rest].join('.')
        })
      },
    ],
  ])('%s', async (_, code, breakRule) => {
    const { scene, error, secrets } = await breakSignIn(breakRule)
    expectRefused(scene, error, code, secrets)
    expect(scene.provider.count('/token')).toBe(1)
    await expect(scene.auth.getAccessToken()).rejects.toMatchObject({ code: 'not_signed_in' })
  })

  it('is signed with keys that nobody has, again and again: they are asked for past every cache once (DISC-07)', async () => {
    const scene = await createSignedInScene()
    const unknown = await createSigner('ES256', 'unknown')
    replaceIdTokens(scene.provider, (all) => unknown.sign(all, { kid: crypto.randomUUID() }))
    for (let turn = 0; turn < 5; turn += 1)
      await rejectionOf(scene.auth.getAccessToken({ forceRefresh: true }))
    const forced = scene.provider.seen.filter(({ init }) => init.cache === 'no-cache')
    expect(forced).toHaveLength(1)
  })
})

describe('an ID token', () => {
  it('is the proof of a sign-in, not of a session: that it has expired ends nothing (IDT-15)', async () => {
    const scene = await createScene()
    await scene.auth.login()
    scene.provider.claims = { exp: scene.provider.now() + 60 }
    const here = await nextPage(scene, answerTo(scene))
    await here.auth.handleCallback()
    const before = here.provider.count('/token')
    await here.platform.advance(120_000)
    expect(here.auth.getState().status).toBe('authenticated')
    await expect(here.auth.getAccessToken()).resolves.toMatch(/^SENTINEL-access-token/)
    expect(here.provider.count('/token')).toBe(before)
  })
})

describe('a refresh', () => {
  it('asks for no scope of its own (REF-01)', async () => {
    const scene = await createSignedInScene()
    await scene.auth.getAccessToken({ forceRefresh: true })
    const form = scene.provider.seen.filter(({ path }) => path === '/token').at(-1)?.form
    expect([...(form?.keys() ?? [])].sort()).toEqual(['client_id', 'grant_type', 'refresh_token'])
  })

  it.each<[string, 'ends' | 'goes on', AuthErrorCode, Break]>([
    [
      'brings a refresh token that is none (REF-02)',
      'goes on',
      'invalid_token_response',
      (scene) => change(scene, (body) => ({ ...body, refresh_token: '' })),
    ],
    ['speaks of somebody else (REF-05)', 'ends', 'subject_changed', claims({ sub: 'bob' })],
    ['is of another issuer (REF-05)', 'goes on', 'invalid_id_token', claims({ iss: 'https://evil.example' })],
    ['answers another question (REF-05)', 'goes on', 'invalid_id_token', claims({ nonce: 'another' })],
    ['tells of another sign-in (REF-05)', 'goes on', 'invalid_id_token', claims({ auth_time: 1 })],
    [
      'is refused for good (REF-06)',
      'ends',
      'session_ended',
      ({ provider }) => {
        provider.onToken = (answer, form) => {
          answer.status = 400
          answer.body = { error: 'invalid_grant', error_description: `No ${form.get('refresh_token')}.` }
        }
      },
    ],
    [
      'is refused because of the registration (REF-06)',
      'goes on',
      'client_rejected',
      ({ provider }) => {
        provider.onToken = (answer) => {
          answer.status = 401
          answer.body = { error: 'invalid_client' }
        }
      },
    ],
  ])('that %s: the session %s', async (_, outcome, code, breakRule) => {
    const scene = await createScene()
    scene.provider.claims = { auth_time: 1_799_999_000 }
    await scene.auth.login()
    const here = await nextPage(scene, answerTo(scene))
    await here.auth.handleCallback()
    here.provider.claims = {}
    await breakRule(here)
    const before = here.provider.count('/token')
    const error = await rejectionOf(here.auth.getAccessToken({ forceRefresh: true }))
    expect(error.code).toBe(code)
    expect(here.provider.count('/token') - before).toBe(1)
    expect(here.auth.getState().status).toBe(outcome === 'ends' ? 'unauthenticated' : 'authenticated')
    expectNoSecrets([error, here.auth.explain()], here.provider.secrets)
  })
})

describe('a call to an API', () => {
  const options = { apis: ['https://api.example'] }

  it.each<[string, AuthErrorCode, string, RequestInit]>([
    ['goes to nobody who is not listed (API-01)', 'url_not_allowed', 'https://api.example.evil.example/', {}],
    ['goes to nobody at another port (API-01)', 'url_not_allowed', 'https://api.example:8443/', {}],
    [
      'replaces nothing that says already who it is from (API-02)',
      'authorization_given',
      'https://api.example/',
      { headers: { authorization: 'Basic c2VjcmV0' } },
    ],
  ])('%s', async (_, code, url, init) => {
    const sent: Request[] = []
    const scene = await createSignedInScene({
      options,
      send: async (request) => {
        sent.push(request)
        return json(200, {})
      },
    })
    const error = await rejectionOf(scene.auth.fetch(url, init))
    expect(error.code).toBe(code)
    expect(sent).toEqual([])
    expectNoSecrets(error, scene.provider.secrets)
  })

  it('reads nothing from the access token, which may be any text (API-08)', async () => {
    const scene = await createScene({ options })
    await scene.auth.login()
    change(scene, (body) => ({ ...body, access_token: 'eyJub3QiOiJhIHRva2VuIn0.%%%.~' }))
    const here = await nextPage(scene, answerTo(scene), options)
    await here.auth.handleCallback()
    await expect(here.auth.getAccessToken()).resolves.toBe('eyJub3QiOiJhIHRva2VuIn0.%%%.~')
  })
})
