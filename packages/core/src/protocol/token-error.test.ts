import { describe, expect, it } from 'vitest'
import { json } from '../../test/fake-provider.ts'
import { page } from '../../test/responses.ts'
import type { NetworkError } from '../errors.ts'
import { readRefusal, refusalError, throwIfUnavailable } from './token-error.ts'

describe('readRefusal', () => {
  it('finds none in an answer with status 200, and leaves its body to be read', async () => {
    const response = json(200, { access_token: 'opaque' })
    expect(await readRefusal(response, [])).toBeUndefined()
    expect(await response.json()).toEqual({ access_token: 'opaque' })
  })

  it('finds none beside an access token', async () => {
    expect(
      await readRefusal(json(200, { access_token: 'opaque', error: 'invalid_grant' }), []),
    ).toBeUndefined()
    expect(await readRefusal(json(200, { error: 7 }), [])).toBeUndefined()
  })

  it.each<[string, Response, object]>([
    ['an error with status 200', json(200, { error: 'bad_code' }), { status: 200, error: 'bad_code' }],
    [
      'error and description (RFC 6749 §5.2)',
      json(400, { error: 'invalid_grant', error_description: 'Too late.' }),
      { status: 400, error: 'invalid_grant', description: 'Too late.', isEmpty: false },
    ],
    [
      'an error without words',
      json(401, { error: 'invalid_client' }, { 'www-authenticate': 'Basic realm="id"' }),
      { status: 401, error: 'invalid_client', description: undefined, isEmpty: false },
    ],
    ['a web page', page(403), { status: 403, error: undefined, description: undefined, isEmpty: false }],
    ['JSON that is no object', json(400, 'no'), { status: 400, error: undefined, isEmpty: false }],
    ['null', json(400, null), { status: 400, error: undefined, isEmpty: false }],
    ['nothing', new Response('', { status: 400 }), { status: 400, error: undefined, isEmpty: true }],
    ['white space', new Response(' \r\n', { status: 400 }), { status: 400, isEmpty: true }],
    ['no body at all', new Response(null, { status: 204 }), { status: 204, isEmpty: true }],
    [
      'an error that is no code',
      json(400, { error: { code: 7 }, error_description: ['a'] }),
      { error: 'unknown_error', description: undefined },
    ],
  ])('reads %s', async (_, response, refusal) => {
    expect(await readRefusal(response, [])).toMatchObject(refusal)
  })

  it.each(['access_token', 'refresh_token', 'id_token'])(
    'blanks %s that comes with a refusal',
    async (name) => {
      const body = { [name]: 'SENTINEL-token', error: 'no', error_description: 'Not SENTINEL-token.' }
      const refusal = await readRefusal(json(403, body), [])
      expect(refusal).toMatchObject({ description: 'Not [removed].' })
    },
  )

  it('blanks nothing for what is no token, though it has the name of one', async () => {
    const body = { access_token: 7, error: 'no', error_description: 'Wait 7 seconds.' }
    expect(await readRefusal(json(403, body), [])).toMatchObject({ description: 'Wait 7 seconds.' })
  })

  it('blanks the secrets that a server repeats, in its words and as its code', async () => {
    const secret = 'SENTINEL-refresh-token'
    const words = { error: secret, error_description: `"${secret}" is unknown` }
    expect(await readRefusal(json(400, words), ['another', undefined, secret])).toMatchObject({
      error: 'unknown_error',
      description: '"[removed]" is unknown',
    })
  })
})

describe('throwIfUnavailable', () => {
  it.each([500, 502, 503, 504, 599, 429, 408])('takes %i as "try again later"', (status) => {
    expect(() => throwIfUnavailable(new Response('', { status }))).toThrow(
      expect.objectContaining({ name: 'NetworkError', code: 'server_unavailable', status }),
    )
  })

  it.each([200, 204, 302, 400, 401, 403, 404, 499])('takes %i as an answer', (status) => {
    const body = status === 204 ? null : ''
    expect(() => throwIfUnavailable(new Response(body, { status }))).not.toThrow()
  })

  /** What `retry-after` is understood as. */
  function waitFor(value: string | undefined): number | undefined {
    try {
      throwIfUnavailable(
        new Response('', { status: 503, ...(value && { headers: { 'retry-after': value } }) }),
      )
    } catch (error) {
      return (error as NetworkError).retryAfterSeconds
    }
    throw new Error('It did not throw.')
  }

  it.each([
    ['120', 120],
    [' 7 ', 7],
    ['0', 0],
    ['Wed, 21 Oct 2015 07:28:00 GMT', 0],
    ['Wed Oct 21 07:28:00 2015', 0],
    ['soon', undefined],
    [undefined, undefined],
  ])('understands Retry-After: %s as %s seconds (RFC 9110 §10.2.3)', (value, seconds) => {
    expect(waitFor(value)).toBe(seconds)
  })

  it('understands a date as the seconds until then', () => {
    const seconds = waitFor(new Date(Date.now() + 120_000).toUTCString()) ?? 0
    expect(seconds).toBeGreaterThan(110)
    expect(seconds).toBeLessThanOrEqual(120)
  })
})

describe('refusalError', () => {
  const refusal = { status: 400, description: undefined, isEmpty: false }

  it.each([
    'invalid_client',
    'unauthorized_client',
    'unsupported_grant_type',
    'invalid_scope',
    'invalid_target',
  ])('takes %s as a registration to be looked at', (error) => {
    expect(refusalError('The refresh', { ...refusal, error })).toMatchObject({
      name: 'ConfigurationError',
      code: 'client_rejected',
      message: expect.stringMatching(new RegExp(`^The refresh was refused: ${error}\\..*registration`)),
    })
  })

  it.each(['invalid_grant', 'invalid_code', 'constructor'])('shows %s as what the provider said', (error) => {
    expect(refusalError('The refresh', { ...refusal, error, description: 'Too late.' })).toMatchObject({
      name: 'ServerError',
      code: 'token_request_failed',
      error,
      description: 'Too late.',
      status: 400,
      message: `The refresh was refused: ${error} (Too late.).`,
    })
  })

  it('has at least the status to tell', () => {
    expect(refusalError('The refresh', { ...refusal, status: 403, error: undefined })).toMatchObject({
      code: 'token_request_failed',
      error: 'unknown_error',
      status: 403,
      message: 'The refresh was refused: HTTP status 403.',
    })
  })
})
