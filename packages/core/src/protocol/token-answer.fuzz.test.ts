import fc from 'fast-check'
import {
  answer,
  code,
  exchange,
  grant,
  held,
  parameters,
  rightClaims,
  sent,
} from '../../test/fuzz/exchange.ts'
import { almost, almostText, hostileJson, hostileText, jsonText } from '../../test/fuzz/hostile.ts'
import { itHolds, must } from '../../test/fuzz/it-holds.ts'
import { settlesSafely } from '../../test/fuzz/settles-safely.ts'
import { createSigner } from '../../test/id-tokens.ts'
import { plainOAuth } from '../../test/protocol-scene.ts'
import { redeemCode } from './code-grant.ts'
import { pushAuthorization } from './pushed-authorization.ts'
import { refreshTokens } from './refresh-grant.ts'
import type { GrantResult } from './token-request.ts'

const signer = await createSigner('ES256')
const idToken = await signer.sign(rightClaims)
const accessToken = 'SENTINEL-new-access-token'
const refreshToken = 'SENTINEL-new-refresh-token'
/** What each exchange knows of, beside the tokens that come. */
const ofCode = [code, ...Object.values(sent)]
const ofRefresh = [held.accessToken, held.refreshToken]
const ofPush = [...Object.values(sent), 'SENTINEL-challenge-of-alice']
const coming = [accessToken, refreshToken, idToken]

const right = {
  access_token: accessToken,
  token_type: 'Bearer',
  expires_in: 300,
  refresh_token: refreshToken,
  id_token: idToken,
  scope: 'openid profile',
  authorization_details: [{ type: 'payment' }],
}
const refusal = {
  error: 'invalid_grant',
  error_description: 'No.',
  error_uri: 'https://id.example/errors',
  suberror: 'x',
}
const names = [...Object.keys(right), ...Object.keys(refusal)]

/** Values among which the server repeats what it was told. */
const valuesWith = (echoed: readonly string[]): fc.Arbitrary<unknown> =>
  fc.oneof(
    hostileJson,
    fc.constantFrom<unknown>(
      'mac',
      'DPoP',
      'bEARER',
      '300',
      { toString: 1, valueOf: 1 },
      'invalid_client',
      'consent_required',
      idToken,
    ),
    // With something around it: a secret that was cut up is none that could be known.
    fc.tuple(hostileText, fc.constantFrom(...echoed), hostileText).map((parts) => parts.join('')),
    fc.tuple(fc.constantFrom(...echoed), fc.stringMatching(/^[a-z_.]{0,9}$/)).map((parts) => parts.join('')),
  )

const bodyWith = (echoed: readonly string[]): fc.Arbitrary<string> => {
  const values = valuesWith(echoed)
  return fc.oneof(
    { weight: 4, arbitrary: almost(right, values, { names }).map(jsonText) },
    { weight: 3, arbitrary: almost(refusal, values, { names }).map(jsonText) },
    { weight: 1, arbitrary: almostText(JSON.stringify(right)) },
    { weight: 1, arbitrary: hostileText },
  )
}

interface Reply {
  readonly body: string
  readonly status: number
  readonly retryAfter: string | null
}
const replyWith = (echoed: readonly string[]): fc.Arbitrary<Reply> =>
  fc.record({
    body: bodyWith(echoed),
    status: fc.constantFrom(200, 200, 200, 200, 201, 204, 302, 400, 400, 401, 403, 408, 429, 500, 503),
    retryAfter: fc.option(hostileText.filter((text) => /^[\x21-\x7e]*$/.test(text))),
  })

/** The tokens that come as such. One that stands among the words alone is not known to be one. */
function tokensIn({ body }: Reply): readonly string[] {
  try {
    const said: unknown = JSON.parse(body)
    const tokens = ['access_token', 'refresh_token', 'id_token'].map((name) =>
      Reflect.get(Object(said), name),
    )
    return coming.filter((token) => tokens.includes(token))
  } catch {
    return []
  }
}

function mustBeWhole({ tokens }: GrantResult, { status, body: text }: Reply, isOpenId: boolean): void {
  must(status === 200, 'only 200 brings tokens (RFC 6749 §5.1)')
  // As it comes over the wire, where no half of a character does.
  const said = JSON.parse(new TextDecoder().decode(new TextEncoder().encode(text)))
  must(typeof tokens.accessToken === 'string' && tokens.accessToken !== '', 'there is an access token')
  must(tokens.accessToken === said.access_token, 'it is the one that was sent')
  must(tokens.tokenType === 'bearer' && tokens.keyId === undefined, 'it is of the kind that was asked for')
  must(tokens.refreshToken === undefined || tokens.refreshToken !== '', 'a refresh token is not empty')
  must(typeof tokens.scope === 'string', 'there is a scope')
  must(
    tokens.expiresAt === undefined || tokens.expiresAt >= tokens.requestedAt.epochMs,
    'it has yet to expire',
  )
  must(Number.isFinite(tokens.expiresAt ?? 0), 'its end is a moment')
  must(!isOpenId || tokens.claims?.sub === 'alice', 'it is said whose they are')
}

const answers = (
  { body: text, status, retryAfter }: Reply,
  path: string,
): Record<string, () => Response> => ({
  [path]: () => answer(text, status, retryAfter === null ? {} : { 'retry-after': retryAfter }),
  jwks: () => answer(JSON.stringify({ keys: [signer.publicJwk] })),
  revoke: () => answer(''),
})

itHolds(
  'gives tokens for a code only where the answer is whole, and shows no secret where it is not (TOK-03, -04, -08, -09)',
  { of: 'token-answer', part: 0.35, inputs: replyWith(ofCode) },
  async (given) => {
    const outcome = await settlesSafely(
      () => redeemCode(parameters, grant, exchange(answers(given, 'token'))),
      [...ofCode, ...tokensIn(given)],
    )
    if ('value' in outcome) mustBeWhole(outcome.value, given, true)
  },
)

itHolds(
  'refreshes only where the answer is whole, and shows no secret where it is not (REF-02, REF-05)',
  { of: 'token-answer', part: 0.35, inputs: replyWith(ofRefresh) },
  async (given) => {
    const outcome = await settlesSafely(
      () => refreshTokens(held, exchange(answers(given, 'token')), undefined),
      [...ofRefresh, ...tokensIn(given)],
    )
    if (!('value' in outcome)) return
    mustBeWhole(outcome.value, given, true)
    must(outcome.value.tokens.refreshToken !== undefined, 'a refresh token is kept')
  },
)

itHolds(
  'takes the tokens of a plain OAuth 2.0 server, and no word of it about who somebody is',
  { of: 'token-answer', part: 0.2, inputs: replyWith(ofCode) },
  async (given) => {
    const outcome = await settlesSafely(
      () => redeemCode(parameters, grant, exchange(answers(given, 'token'), plainOAuth)),
      [...ofCode, ...tokensIn(given)],
    )
    if (!('value' in outcome)) return
    mustBeWhole(outcome.value, given, false)
    must(outcome.value.tokens.claims === undefined, 'nobody says who it is')
  },
)

const pushed = almost({ request_uri: 'urn:x', expires_in: 60 }, valuesWith(ofPush), { names })
itHolds(
  'goes on with a pushed request only where it has a name, and shows nothing of it where not (AUTHZ-10)',
  {
    of: 'token-answer',
    part: 0.1,
    inputs: fc.record({
      status: fc.constantFrom(201, 201, 201, 200, 400, 401, 500),
      text: fc.oneof(pushed.map(jsonText), bodyWith(ofPush)),
    }),
  },
  async ({ status, text }) => {
    const query = new URLSearchParams({ ...sent, code_challenge: 'SENTINEL-challenge-of-alice' })
    const outcome = await settlesSafely(
      () => pushAuthorization(query, sent, exchange({ par: () => answer(text, status) })),
      ofPush,
    )
    if (!('value' in outcome)) return
    must(status === 201, 'it was created')
    must([...outcome.value.keys()].join() === 'client_id,request_uri', 'it takes nothing else along')
  },
)
