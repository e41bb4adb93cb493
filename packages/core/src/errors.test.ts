import { describe, expect, it } from 'vitest'
import { everythingIn } from '../test/no-secrets.ts'
import {
  AuthError,
  ConfigurationError,
  codeNotLoaded,
  isAuthError,
  NetworkError,
  ProtocolError,
  ServerError,
  SignInRequiredError,
  throwNotLoaded,
} from './errors.ts'

const errors: Readonly<Record<string, AuthError>> = {
  ConfigurationError: new ConfigurationError('invalid_option', 'Words.'),
  SignInRequiredError: new SignInRequiredError('session_ended', 'Words.'),
  ProtocolError: new ProtocolError('issuer_mismatch', 'Words.'),
  ServerError: new ServerError('access_denied', 'Words.', { error: 'access_denied' }),
  NetworkError: new NetworkError('timeout', 'Words.'),
}

describe.each(Object.entries(errors))('%s', (name, error) => {
  it('is an Error and an AuthError, and says what it is by name and code', () => {
    expect(error).toBeInstanceOf(Error)
    expect(error).toBeInstanceOf(AuthError)
    expect(error.name).toBe(name)
    expect(error.code).toMatch(/^[a-z]+(_[a-z]+)*$/)
    expect(String(error)).toBe(`${name}: Words.`)
    expect(error.stack).toContain('errors.test')
  })

  it('has its name from a literal, which minified class names cannot change', () => {
    expect(Object.getOwnPropertyDescriptor(error, 'name')?.value).toBe(name)
    class e extends SignInRequiredError {}
    expect(new e('session_ended', 'Words.').name).toBe('SignInRequiredError')
  })

  it('is JSON that a log may hold: name, code and message', () => {
    error.returnTo = '/private?token=x'
    expect(JSON.parse(JSON.stringify({ error }))).toEqual({
      error: { name, code: error.code, message: 'Words.' },
    })
  })

  it('is known as ours, also when it was made by another copy of this package', () => {
    expect(isAuthError(error)).toBe(true)
    const copy = Object.assign(new Error('Words.'), { name, code: error.code })
    expect(copy).not.toBeInstanceOf(AuthError)
    expect(isAuthError(copy)).toBe(true)
  })
})

describe('what an error carries', () => {
  it('is what was thrown underneath', () => {
    const cause = { name: 'TypeError', message: 'Failed to fetch' }
    expect(new NetworkError('network_failed', 'Words.', { cause }).cause).toBe(cause)
    expect(new ConfigurationError('invalid_option', 'Words.', { cause }).cause).toBe(cause)
    expect(new ProtocolError('invalid_metadata', 'Words.')).not.toHaveProperty('cause')
  })

  it('is what the provider said', () => {
    const details = { error: 'slow_down', description: 'Not so fast', status: 400 }
    expect(new ServerError('token_request_failed', 'Words.', details)).toMatchObject(details)
    expect(new ServerError('access_denied', 'Words.', { error: 'access_denied' })).toMatchObject({
      error: 'access_denied',
      description: undefined,
      status: undefined,
    })
  })

  it('is when to come back', () => {
    const details = { status: 503, retryAfterSeconds: 120 }
    expect(new NetworkError('server_unavailable', 'Words.', details)).toMatchObject(details)
    expect(new NetworkError('timeout', 'Words.')).toMatchObject({
      status: undefined,
      retryAfterSeconds: undefined,
    })
  })

  it('is where the sign-in was to end, once that is known', () => {
    const error = new SignInRequiredError('sign_in_expired', 'Words.')
    expect(error.returnTo).toBeUndefined()
    error.returnTo = '/orders'
    expect(error).toMatchObject({ returnTo: '/orders' })
  })

  it('is what to ask for, and whose tokens an API takes: nothing and nobody where a plain sign-in will do', () => {
    const details = { demand: { maxAge: 60 }, authorizationServers: ['https://other.example'] }
    expect(new SignInRequiredError('other_authorization_server', 'Words.', details)).toMatchObject(details)
    const plain = new SignInRequiredError('session_ended', 'Words.')
    expect([plain.demand, plain.authorizationServers]).toEqual([{}, []])
  })

  it('is of a part of the app that could not be loaded the name alone: what a loader says may hold an address', () => {
    const cause = new TypeError('Failed to fetch https://app.example/part.js?key=SECRET')
    const error = codeNotLoaded(cause)
    expect(error).toMatchObject({ name: 'NetworkError', code: 'code_not_loaded' })
    expect(error.cause).toEqual({ name: 'TypeError' })
    expect(everythingIn(error)).not.toContain('SECRET')
    expect(codeNotLoaded('https://app.example/part.js?key=SECRET').cause).toBeUndefined()
  })

  it('is the same where it is thrown, for the catch of an import()', async () => {
    const error = await Promise.reject(new RangeError('x'))
      .catch(throwNotLoaded)
      .catch((thrown: unknown) => thrown)
    expect(error).toEqual(codeNotLoaded(new RangeError('x')))
  })
})

describe('what is none of ours', () => {
  it.each([
    ['an Error', new Error('x')],
    ['an error with a code', Object.assign(new Error('x'), { code: 'ENOENT' })],
    ['an error with our name and no code', Object.assign(new Error('x'), { name: 'NetworkError' })],
    [
      'an error whose name begins like ours',
      Object.assign(new Error('x'), { name: 'NetworkErrors', code: 'timeout' }),
    ],
    [
      'an error whose name ends like ours',
      Object.assign(new Error('x'), { name: 'MyServerError', code: 'timeout' }),
    ],
    ['an abort', new DOMException('Aborted', 'AbortError')],
    ['a browser’s own network error', new DOMException('Lost', 'NetworkError')],
    ['an object of our shape', { name: 'ServerError', code: 'access_denied', message: 'Words.' }],
    ['text', 'NetworkError'],
    ['null', null],
    ['nothing', undefined],
  ])('is %s', (_, value) => {
    expect(isAuthError(value)).toBe(false)
  })
})
