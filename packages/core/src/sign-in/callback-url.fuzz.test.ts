import fc from 'fast-check'
import { almostText, hostileText } from '../../test/fuzz/hostile.ts'
import { itHolds, must } from '../../test/fuzz/it-holds.ts'
import { parseCallbackUrl } from './callback-url.ts'

const redirectUri = 'https://app.example/callback'
const prefix = 'me.'
const ofResponses = [
  'code',
  'state',
  'iss',
  'error',
  'error_description',
  'error_uri',
  'session_state',
  'access_token',
  'id_token',
  'token',
  'token_type',
  'expires_in',
  'response',
]

const pair = fc
  .tuple(
    fc.oneof(
      fc.constantFrom(...ofResponses),
      fc.constantFrom('a', 'Code', '?code', 'c%6Fde', '__proto__'),
      hostileText,
    ),
    fc.oneof(fc.constantFrom('me.S', 'me.', 'you.S', 'C', '', '%6De.S'), hostileText),
  )
  .map((parts) => parts.join('='))
const url = fc
  .tuple(
    fc.constantFrom(redirectUri, `${redirectUri}/`, 'https://app.example/', 'https://evil.example/callback'),
    fc.array(fc.oneof(pair, fc.constantFrom('code=C', 'state=me.S')), { maxLength: 6 }),
    fc.oneof(
      fc.constantFrom('', '#part', '#access_token=A', '#?code=X', '#/x?id_token=I'),
      pair.map((text) => `#${text}`),
    ),
  )
  .map(([place, pairs, hash]) => `${place}?${pairs.join('&')}${hash}`)

itHolds(
  'takes nothing for a response of ours but what came to our place with our state, and leaves none of it in the address bar (CB-01, CB-08)',
  {
    of: 'callback-url',
    part: 0.9,
    inputs: fc.oneof(url, almostText(url), almostText(`${redirectUri}?code=C&state=me.S&iss=I`), hostileText),
  },
  (given) => {
    const callback = parseCallbackUrl(given, redirectUri, prefix)
    if (callback.kind !== 'response') return
    const { origin, pathname, searchParams } = new URL(given)
    must(origin + pathname.replace(/(.)\/$/, '$1') === redirectUri, 'it came to our place')
    must(callback.state === searchParams.get('state'), 'its state is the first')
    must(callback.state.startsWith(prefix), 'its state is ours')
    const left = new URL(callback.cleanUrl)
    must(left.origin + left.pathname === origin + pathname, 'it stays where it is')
    const inHash = [...new URLSearchParams(left.hash.slice(1)).keys()]
    must(![...left.searchParams.keys()].some((name) => ofResponses.includes(name)), 'the query is clean')
    must(!inHash.some((name) => ['access_token', 'id_token', 'code'].includes(name)), 'the hash is clean')
    // Everything that names one of ours is there to be looked at, so that none comes twice unseen.
    for (const name of ['code', 'state', 'iss', 'error'])
      must(callback.parameters.getAll(name).length >= searchParams.getAll(name).length, `no ${name} is lost`)
  },
)

itHolds(
  'makes something of every redirect URI, and of every prefix',
  { of: 'callback-url', part: 0.1, inputs: fc.tuple(hostileText, hostileText, hostileText) },
  ([given, uri, anyPrefix]) => {
    const kinds = ['elsewhere', 'bare', 'response']
    must(kinds.includes(parseCallbackUrl(given, uri, anyPrefix).kind), 'it is something')
    must(kinds.includes(parseCallbackUrl(given, given, anyPrefix).kind), 'it is something')
  },
)
