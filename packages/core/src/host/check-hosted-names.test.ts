import { describe, expect, it } from 'vitest'
import { isAuthError } from '../errors.ts'
import { checkHostedNames } from './check-hosted-names.ts'

function refusal(options: object): string {
  try {
    checkHostedNames(options)
  } catch (error) {
    return isAuthError(error) && error.code === 'invalid_option' ? error.message : String(error)
  }
  return 'none'
}

const known = [
  'issuer',
  'endpoints',
  'protocol',
  'clientId',
  'redirectUri',
  'postLogoutRedirectUri',
  'scope',
  'pushedAuthorization',
  'params',
  'authorizationDetails',
  'name',
  'silentRedirectUri',
  'restoreByRedirect',
  'userInfo',
  'identifiedBy',
  'apis',
  'resources',
  'requestTimeoutSeconds',
  'clockToleranceSeconds',
  'sealed',
  'worker',
  'fallback',
]

describe('the options of a hosted client', () => {
  it.each(known)('may be there: %s', (name) => {
    expect(refusal({ [name]: undefined })).toBe('none')
  })

  it.each([
    'binding',
    'claims',
    'idleTimeoutSeconds',
    'loadUser',
    'onSessionLost',
    'persist',
    'platform',
    'sessionLimitSeconds',
    'timeoutLogout',
    'vault',
    'watchProviderSession',
  ])('cannot be what needs a page at hand, which would come to nothing in a worker: %s', (name) => {
    expect(refusal({ issuer: 'https://id.example', [name]: 60 })).toBe(
      `Option "${name}" cannot be had with a hosted client. Known: ${known.join(', ')}.`,
    )
  })

  it('are those that it knows, by the names that they have', () => {
    expect(refusal({ nonsense: 1 })).toBe(`Option "nonsense" is unknown. Known: ${known.join(', ')}.`)
    expect(refusal({ redirect_uri: '/callback' })).toBe(
      'Option "redirect_uri" is unknown. Use "redirectUri".',
    )
  })
})
