import fc from 'fast-check'
import { almostText, hostileText } from '../../test/fuzz/hostile.ts'
import { itHolds, must } from '../../test/fuzz/it-holds.ts'
import { settlesSafely } from '../../test/fuzz/settles-safely.ts'
import { wantsNonce } from '../dpop/nonces.ts'
import { parseChallenges } from './challenges.ts'
import { metadataOf, refusalOf } from './refusal.ts'

const right = fc.constantFrom(
  'Bearer realm="api", error="insufficient_scope", scope="orders:write orders:read"',
  'Bearer error="insufficient_user_authentication", acr_values="urn:gold urn:silver", max_age="300"',
  'Basic realm="a, b=c", Bearer, DPoP error="use_dpop_nonce", algs="ES256"',
  'Bearer resource_metadata="https://api.example/.well-known/oauth-protected-resource"',
)
const pieces = fc.oneof(
  hostileText,
  fc.constantFrom(
    '__proto__="x"',
    'constructor=1, ',
    'Bearer ',
    'error="',
    '\\"',
    '\\',
    'scope=',
    'max_age=1e9',
    ', , ,',
  ),
)
const header = fc.oneof(
  { weight: 4, arbitrary: almostText(right, pieces) },
  { weight: 1, arbitrary: fc.array(pieces, { maxLength: 6 }).map((list) => list.join('')) },
)

/** An answer with a header that no `Headers` would take: whatever a browser lets through must do no harm. */
function refused(status: number, challenge: string): Response {
  return { status, headers: { get: () => challenge } } as unknown as Response
}

const granted = { scope: 'openid orders:read' }
const isToken = (text: string): boolean => /^[\x21\x23-\x5b\x5d-\x7e]{1,200}$/.test(text)

itHolds(
  'makes of any header plain words, and asks a person for nothing but what can be asked for (API-07)',
  { of: 'challenges', inputs: fc.tuple(header, fc.constantFrom(401, 403, 400)) },
  async ([text, status]) => {
    for (const { scheme, parameters } of parseChallenges(text)) {
      must(scheme === scheme.toLowerCase() && scheme !== '', 'a scheme has a name in lower case')
      must(Object.getPrototypeOf(parameters) === Object.prototype, 'parameters are a plain object')
      must(
        Object.values(parameters).every((value) => typeof value === 'string'),
        'they are texts',
      )
    }
    const response = refused(status, text)
    const { error } = await settlesSafely(() => {
      const refusal = refusalOf(response, { granted, satisfies: () => false })
      if (refusal) throw refusal
    })
    metadataOf(response)
    if (status === 401) await wantsNonce(response)
    if (error?.name !== 'SignInRequiredError') return
    const { scope = '', acrValues = [], maxAge = 0 } = error.demand
    must(scope.startsWith(granted.scope), 'nothing is lost that was granted')
    must(scope.split(' ').every(isToken) && acrValues.every(isToken), 'it asks for words (RFC 6749 §3.3)')
    must(Number.isInteger(maxAge) && maxAge >= 0 && maxAge < 1e9, 'an age is a number of seconds')
  },
)
