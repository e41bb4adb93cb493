import { describe, expect, it } from 'vitest'
import {
  type AnyAuthError,
  ConfigurationError,
  isAuthError,
  NetworkError,
  ProtocolError,
  ServerError,
  SignInRequiredError,
} from '../errors.ts'
import { packError, unpackError } from './plain-error.ts'

const cause = { name: 'TypeError', message: 'Failed to fetch' }
const returning = new ServerError('access_denied', 'No.', { error: 'access_denied' })
returning.returnTo = '/orders'
const errors: [string, AnyAuthError][] = [
  ['a ConfigurationError', new ConfigurationError('token_sealed', 'It is sealed.', { cause })],
  ['a SignInRequiredError', new SignInRequiredError('session_ended', 'It is over.')],
  [
    'a SignInRequiredError that says what to ask for',
    new SignInRequiredError('consent_required', 'Ask.', { demand: { resource: 'urn:api', scope: 'read' } }),
  ],
  [
    'a SignInRequiredError that says whose tokens an API takes',
    new SignInRequiredError('other_authorization_server', 'Not here.', {
      authorizationServers: ['https://other.example'],
    }),
  ],
  ['an error that says where the sign-in was to go', returning],
  ['a ProtocolError', new ProtocolError('invalid_id_token', 'It is not whole.', { cause })],
  [
    'a ServerError',
    new ServerError('access_denied', 'No.', { error: 'access_denied', description: 'Not you.', status: 403 }),
  ],
  ['a NetworkError', new NetworkError('timeout', 'Late.', { cause, status: 503, retryAfterSeconds: 9 })],
]

describe('an error on its way between vault and page', () => {
  it.each(errors)('is %s at both ends, with all that it has to say', (_what, error) => {
    const there = unpackError(structuredClone(packError(error)))
    expect(there).toBeInstanceOf(error.constructor)
    expect(isAuthError(there)).toBe(true)
    const say = ({ name, code, message, cause, ...rest }: AnyAuthError): unknown => ({
      name,
      code,
      message,
      cause,
      ...rest,
    })
    expect(say(there)).toEqual(say(error))
  })

  it('carries nothing of whatever else hangs on it', () => {
    const error = Object.assign(new NetworkError('timeout', 'Late.'), { token: 'SENTINEL' })
    expect(JSON.stringify(packError(error))).not.toContain('SENTINEL')
  })

  it.each(['toString', 'constructor', '__proto__'])('has no class of every object’s: %s', (name) => {
    const there = unpackError({ name: name as never, code: 'entangled', message: 'Look away.' })
    expect(there).toBeInstanceOf(NetworkError)
  })

  it('says "try again" where the other end knows an error that this one does not', () => {
    const there = unpackError({ name: 'QuantumError' as never, code: 'entangled', message: 'Look away.' })
    expect(there).toBeInstanceOf(NetworkError)
    expect(there).toMatchObject({ code: 'entangled', message: 'Look away.' })
  })
})
