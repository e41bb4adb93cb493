import fc from 'fast-check'
import {
  answer,
  exchange,
  grant,
  held,
  issuer,
  nowSeconds,
  parameters,
  rightClaims,
  sent,
} from '../../test/fuzz/exchange.ts'
import { almost, almostText, hostileJson, jsonText } from '../../test/fuzz/hostile.ts'
import { itHolds, must } from '../../test/fuzz/it-holds.ts'
import { type Outcome, settlesSafely } from '../../test/fuzz/settles-safely.ts'
import { createSigner, encodePart } from '../../test/id-tokens.ts'
import { encodeBase64url } from './base64url.ts'
import { redeemCode } from './code-grant.ts'
import { refreshTokens } from './refresh-grant.ts'
import type { GrantResult } from './token-request.ts'

const signer = await createSigner('ES256')
const other = await createSigner('ES256', 'other')
const rsa = await createSigner('RS256', 'rsa')
const rightKeys = { keys: [signer.publicJwk, rsa.publicJwk] }

const tokens = ['SENTINEL-new-access-token', 'SENTINEL-new-refresh-token']

/** A token response with this ID token, and keys to check it with. */
function redeem(idToken: string, keys = JSON.stringify(rightKeys)): Promise<Outcome<GrantResult>> {
  const context = exchange(answersWith(idToken, keys))
  return settlesSafely(() => redeemCode(parameters, grant, context), [...tokens, ...Object.values(sent)])
}

function answersWith(idToken: string, keys: string): Record<string, () => Response> {
  const [accessToken, refreshToken] = tokens
  const body = {
    access_token: accessToken,
    token_type: 'Bearer',
    refresh_token: refreshToken,
    id_token: idToken,
  }
  return { token: () => answer(JSON.stringify(body)), jwks: () => answer(keys), revoke: () => answer('') }
}

/** Signs what no library would. */
async function signRaw(header: string, payload: string): Promise<string> {
  return `${header}.${payload}.${(await signer.sign({})).split('.')[2]}`
}

const values = fc.oneof(
  hostileJson,
  fc.constantFrom<unknown>(
    `${issuer}/`,
    ['app'],
    ['app', 'other'],
    ['other'],
    nowSeconds - 31,
    nowSeconds - 100_000,
    nowSeconds + 100_000,
    String(nowSeconds),
    'bob',
    'a'.repeat(256),
    'app',
    'none',
    'HS256',
    'RS256',
    'key-of-test',
  ),
)
const names = ['iss', 'sub', 'aud', 'exp', 'iat', 'nonce', 'azp', 'nbf', 'at_hash', 'auth_time', 'acr']

itHolds(
  'is believed only where every claim is right (IDT-05 … IDT-11, IDT-14)',
  {
    of: 'id-token',
    part: 0.35,
    inputs: almost(rightClaims, values, { names })
      .map(jsonText)
      // A library signs nothing but an object, and nothing that it cannot write.
      .filter((text) => text.startsWith('{') && !text.includes('[[[[')),
  },
  async (text) => {
    const said = JSON.parse(text)
    const outcome = await redeem(await signer.sign(said))
    if (!('value' in outcome)) return
    // By the clock of whoever signed it: a device may be wrong by a day.
    const now = nowSeconds + outcome.value.clockSkewSeconds
    must(said.iss === issuer, 'it is of the issuer')
    must(said.aud === 'app' || (Array.isArray(said.aud) && said.aud.includes('app')), 'it is for this client')
    must(!Array.isArray(said.aud) || said.aud.length === 1 || said.azp === 'app', 'and for no other')
    must(said.azp === undefined || said.azp === 'app', 'nor by another')
    must(typeof said.exp === 'number' && said.exp > now - 31, 'it has not expired')
    must(typeof said.iat === 'number', 'it says when it was made')
    must(said.nbf === undefined || said.nbf <= now + 31, 'it is good already')
    must(said.nonce === sent.nonce, 'it has our nonce')
    must(typeof said.sub === 'string' && said.sub.length > 0 && said.sub.length <= 255, 'it says who')
    must(outcome.value.tokens.claims?.sub === said.sub, 'and that is who is signed in')
    must(said.at_hash === undefined, 'no wrong at_hash was there')
  },
)

itHolds(
  'is believed only as it was signed, down to the last letter (IDT-01, IDT-02)',
  {
    of: 'id-token',
    part: 0.25,
    inputs: fc.oneof(
      fc.constant(await signer.sign(rightClaims)).chain((token) => almostText(token)),
      almost({ alg: 'ES256', kid: 'key-of-test', typ: 'JWT' }, values, {
        names: ['alg', 'kid', 'crit', 'jwk', 'b64'],
      })
        .map((header) => ({ header: encodeBase64url(new TextEncoder().encode(jsonText(header))) }))
        .chain(({ header }) => fc.constant(`${header}.${encodePart(rightClaims)}.`)),
    ),
  },
  async (token) => {
    const outcome = await redeem(token)
    if ('value' in outcome)
      must(
        JSON.stringify(outcome.value.tokens.claims) === JSON.stringify(rightClaims),
        'nothing of it was changed',
      )
  },
)

itHolds(
  'has no header that makes a signature good which is not (IDT-02, IDT-14)',
  {
    of: 'id-token',
    part: 0.1,
    inputs: almost({ alg: 'ES256', kid: 'key-of-test' }, values, {
      names: ['alg', 'kid', 'crit', 'jwk', 'jku', 'x5c', 'b64'],
    }).map(jsonText),
  },
  async (header) => {
    const encode = (text: string): string => encodeBase64url(new TextEncoder().encode(text))
    must(
      !('value' in (await redeem(await signRaw(encode(header), encodePart(rightClaims))))),
      'it is refused',
    )
  },
)

const someKey = fc.oneof(
  fc.constantFrom<unknown>(signer.publicJwk, rsa.publicJwk, { ...signer.publicJwk, use: 'enc' }, null),
  almost(signer.publicJwk, values, { names: ['kty', 'crv', 'x', 'y', 'alg', 'use', 'key_ops', 'kid'] }),
)
const someKeys = fc.oneof(
  fc.record({ keys: fc.array(someKey, { maxLength: 4 }) }).map(jsonText),
  almost(rightKeys, values, { names: ['keys', 'kty', 'alg'] }).map(jsonText),
  almostText(JSON.stringify(rightKeys)),
  hostileJson.map(jsonText),
)
const rightToken = await signer.sign(rightClaims)
const forgedToken = await other.sign(rightClaims, { kid: 'key-of-test' })

itHolds(
  'signed by somebody else is believed by no keys of the provider, whatever they are (IDT-03, IDT-04)',
  { of: 'id-token', part: 0.15, inputs: someKeys },
  async (keys) => {
    must(!('value' in (await redeem(forgedToken, keys))), 'it is refused')
    // And what is right is refused with an error of ours where its key is not there.
    await redeem(rightToken, keys)
  },
)

itHolds(
  'of a refresh speaks of the same person, in the same sign-in, or nothing of it is kept (REF-05)',
  {
    of: 'id-token',
    part: 0.15,
    inputs: almost(rightClaims, values, { names })
      .map(jsonText)
      .filter((text) => text.startsWith('{') && !text.includes('[[[[')),
  },
  async (text) => {
    const said = JSON.parse(text)
    const idToken = await signer.sign(said)
    const context = exchange(answersWith(idToken, JSON.stringify(rightKeys)))
    const outcome = await settlesSafely(() => refreshTokens(held, context), [...tokens, held.refreshToken])
    if (!('value' in outcome)) return
    must(said.sub === 'alice', 'it speaks of the same person')
    must(said.iss === issuer, 'it is of the issuer')
    must(said.nonce === undefined || said.nonce === sent.nonce, 'it is of the same sign-in')
  },
)
