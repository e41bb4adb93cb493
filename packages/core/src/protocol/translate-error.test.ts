import * as oauth from 'oauth4webapi'
import { expect, it } from 'vitest'
import { json } from '../../test/fake-provider.ts'
import { encodePart } from '../../test/id-tokens.ts'
import { expectNoSecrets } from '../../test/no-secrets.ts'
import { NetworkError, ProtocolError } from '../errors.ts'
import { translateError } from './translate-error.ts'

const server = { issuer: 'https://id.example', id_token_signing_alg_values_supported: ['ES256'] }
const client = { client_id: 'app' }

/** What oauth4webapi throws for this token response. */
async function thrownFor(body: Record<string, unknown>): Promise<unknown> {
  return oauth.processAuthorizationCodeResponse(server, client, json(200, body)).then(
    () => undefined,
    (error: unknown) => error,
  )
}

it('lets our own errors pass as they are', () => {
  const error = new NetworkError('timeout', 'It took too long.')
  expect(translateError(error, 'The token response')).toBe(error)
})

it('keeps the name, the code and the fixed words of what oauth4webapi threw, and nothing that hung below', async () => {
  const thrown = await thrownFor({ access_token: null, refresh_token: 'SENTINEL-refresh-token' })
  expect(() => expectNoSecrets(thrown, ['SENTINEL-refresh-token'])).toThrow()
  const error = translateError(thrown, 'The token response')
  expect(error).toBeInstanceOf(ProtocolError)
  expect(error).toMatchObject({
    code: 'invalid_token_response',
    message: expect.stringMatching(/^The token response was refused: .*"access_token".*\.$/),
    cause: { name: 'OperationProcessingError', code: 'OAUTH_INVALID_RESPONSE' },
  })
  expectNoSecrets(error, ['SENTINEL-refresh-token'])
})

it('tells what is wrong with the ID token from what is wrong with the response around it', async () => {
  const tokens = { access_token: 'opaque', token_type: 'Bearer' }
  const idToken = `${encodePart({ alg: 'ES256' })}.${encodePart({ sub: 'SENTINEL-person' })}.c2ln`
  const about = await thrownFor({ ...tokens, id_token: idToken })
  expect(translateError(about, 'It')).toMatchObject({ code: 'invalid_id_token' })
  expectNoSecrets(translateError(about, 'It'), [idToken, 'SENTINEL-person'])
  const around = await thrownFor({ ...tokens, scope: 7 })
  expect(translateError(around, 'It')).toMatchObject({ code: 'invalid_token_response' })
})

it('calls everything by the code that it is given', () => {
  const thrown = new DOMException('The JWK is damaged', 'DataError')
  expect(translateError(thrown, 'It', 'invalid_signature')).toMatchObject({
    code: 'invalid_signature',
    message: 'It was refused: The JWK is damaged.',
  })
})

it.each(['SENTINEL-thrown-text', undefined, { secret: 'SENTINEL-thrown-object' }])(
  'does not repeat what is no error: %j',
  (thrown) => {
    const error = translateError(thrown, 'It')
    expect(error.message).toBe('It was refused: it could not be read.')
    expectNoSecrets(error, ['SENTINEL-thrown-text', 'SENTINEL-thrown-object'])
  },
)

it.each<[string, unknown, string]>([
  ['the token', 'SENTINEL.id.token', 'invalid_id_token'],
  ['its header', { header: {} }, 'invalid_id_token'],
  ['its claims', { claims: {} }, 'invalid_id_token'],
  ['its algorithm', { alg: 'none' }, 'invalid_id_token'],
  ['the response', { body: {} }, 'invalid_token_response'],
  ['nothing', null, 'invalid_token_response'],
  ['nobody knows what', 7, 'invalid_token_response'],
])(
  'takes an error for one of the ID token, or of the response, by what it was about: %s',
  (_, cause, code) => {
    const error = translateError(new Error('It is wrong.', { cause }), 'It')
    expect(error).toMatchObject({ code })
    expectNoSecrets(error, ['SENTINEL.id.token'])
  },
)
