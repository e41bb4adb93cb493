import { expect, it } from 'vitest'
import * as core from './index.ts'

it('exports these names and no others', () => {
  expect(Object.keys(core).sort()).toEqual([
    'AuthError',
    'ConfigurationError',
    'NetworkError',
    'ProtocolError',
    'ServerError',
    'SignInRequiredError',
    'createAuthClient',
    'createAuthorizationUrl',
    'exchangeCode',
    'isAuthError',
    'isExpired',
  ])
})
