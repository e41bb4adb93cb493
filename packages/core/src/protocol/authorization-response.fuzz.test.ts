import fc from 'fast-check'
import { almostText, hostileText } from '../../test/fuzz/hostile.ts'
import { itHolds, must } from '../../test/fuzz/it-holds.ts'
import { settlesSafely } from '../../test/fuzz/settles-safely.ts'
import { parseOptions } from '../options/parse-options.ts'
import { checkAuthorizationResponse } from './authorization-response.ts'

const issuer = 'https://id.example'
const settings = parseOptions({ issuer, clientId: 'app', redirectUri: 'https://app.example/callback' })
const code = 'SENTINEL-code-of-alice'
const sent = {
  state: 'SENTINEL-state-of-alice',
  nonce: 'SENTINEL-nonce-of-alice',
  codeVerifier: 'SENTINEL-verifier-of-alice',
}
const secrets = [code, ...Object.values(sent)]

const right = fc.constantFrom<[string, string]>(['code', code], ['state', sent.state], ['iss', issuer])
const wrong = fc.tuple(
  fc.oneof(
    fc.constantFrom(
      'code',
      'state',
      'iss',
      'error',
      'error_description',
      'session_state',
      'access_token',
      'response',
    ),
    hostileText,
  ),
  fc.oneof(
    fc.constantFrom(...secrets, issuer, `${issuer}/`, 'access_denied', 'login_required', ''),
    fc.constantFrom(...secrets).chain((secret) => almostText(secret)),
    almostText(`You have sent ${sent.state} and ${code}`),
    hostileText,
  ),
)
const pairs = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .tuple(
        fc.constant([
          ['code', code],
          ['state', sent.state],
          ['iss', issuer],
        ]),
        fc.array(wrong, { maxLength: 2 }),
      )
      .map((lists) => lists.flat()),
  },
  fc.array(fc.oneof(right, wrong), { maxLength: 6 }),
)

itHolds(
  'accepts one code with our state from our issuer and nothing else, and says why without a word of what was sent (CB-02 … CB-06)',
  { of: 'authorization-response', inputs: fc.tuple(pairs, fc.boolean()) },
  async ([list, isPromised]) => {
    const parameters = new URLSearchParams(list as [string, string][])
    const metadata = { issuer, authorization_response_iss_parameter_supported: isPromised }
    const { error } = await settlesSafely(
      () => checkAuthorizationResponse(parameters, { metadata, settings, sent }),
      // A code that does not come as one is not known to be one.
      [...Object.values(sent), ...(parameters.get('code') === code ? [code] : [])],
    )
    const all = (name: string): string[] => parameters.getAll(name)
    const isGood =
      all('code').length === 1 &&
      all('code')[0] !== '' &&
      all('state').join() === sent.state &&
      ((all('iss').join() === issuer && all('iss').length === 1) ||
        (all('iss').length === 0 && !isPromised)) &&
      ['error', 'access_token', 'id_token', 'token', 'response'].every((name) => !parameters.has(name))
    must((error === undefined) === isGood, isGood ? 'it is accepted' : 'it is refused')
  },
)
