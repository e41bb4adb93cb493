import fc from 'fast-check'
import { answer, exchange } from '../../test/fuzz/exchange.ts'
import { almost, almostText, hostileJson, hostileText, jsonText } from '../../test/fuzz/hostile.ts'
import { itHolds, must } from '../../test/fuzz/it-holds.ts'
import { settlesSafely } from '../../test/fuzz/settles-safely.ts'
import { createSigner } from '../../test/id-tokens.ts'
import { userFromClaims } from '../user.ts'
import { fetchUserInfo } from './user-info.ts'

const signer = await createSigner('ES256')
const accessToken = 'SENTINEL-access-token-of-alice'
const right = {
  sub: 'alice',
  name: 'Alice',
  email: null,
  address: { country: 'NZ' },
  _claim_sources: { src1: { endpoint: 'https://evil.example/claims' } },
}
const signed = await signer.sign({ ...right, iss: 'https://id.example', aud: 'app' })
const printable = (text: string): boolean => /^[\x20-\x7e]*$/.test(text)
const echo = fc
  .tuple(hostileText, fc.constant(accessToken), fc.stringMatching(/^[a-z_.]{0,9}$/))
  .map((parts) => parts.join(''))

itHolds(
  'is used only where it is about the very person, and its refusal shows no token (UI-02, UI-03)',
  {
    of: 'user-info',
    inputs: fc.record({
      body: fc.oneof(
        {
          weight: 4,
          arbitrary: almost(right, fc.oneof(hostileJson, echo, fc.constantFrom('bob', 'alice ')), {
            names: ['sub', 'error', 'error_description'],
          }).map(jsonText),
        },
        almost({ error: 'invalid_token', error_description: 'Expired.' }, fc.oneof(hostileJson, echo)).map(
          jsonText,
        ),
        almostText(JSON.stringify(right)),
        almostText(signed),
      ),
      status: fc.constantFrom(200, 200, 200, 204, 302, 401, 403, 429, 500),
      type: fc.constantFrom(
        'application/json',
        'application/json',
        'application/jwt',
        'text/html',
        'application/jwtx',
      ),
      challenge: fc
        .oneof(
          almostText(
            'Bearer error="invalid_token", error_description="Expired."',
            fc.oneof(hostileText, echo),
          ),
          echo,
        )
        .filter(printable),
    }),
  },
  async ({ body, status, type, challenge }) => {
    const headers = { 'content-type': type, 'www-authenticate': challenge }
    const context = exchange({
      userinfo: () => answer(body, status, headers),
      jwks: () => answer(JSON.stringify({ keys: [signer.publicJwk] })),
    })
    const outcome = await settlesSafely(
      () => fetchUserInfo({ accessToken, subject: 'alice' }, context),
      [accessToken],
    )
    if (!('value' in outcome)) return
    const { claims } = outcome.value
    must(status === 200, 'it was given')
    must(claims.sub === 'alice', 'it is about Alice')
    must(!Object.values(claims).includes(null), 'what is not said is left out')
    const user = userFromClaims({ sub: 'alice', iss: 'https://id.example' }, claims)
    must(user.sub === 'alice' && user.iss === 'https://id.example', 'it makes nobody of her but herself')
    must(Object.getPrototypeOf(user) === Object.prototype, 'it is a plain object')
  },
)
