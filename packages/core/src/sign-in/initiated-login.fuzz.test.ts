import fc from 'fast-check'
import { almostText, hostileText } from '../../test/fuzz/hostile.ts'
import { itHolds, must } from '../../test/fuzz/it-holds.ts'
import { settlesSafely } from '../../test/fuzz/settles-safely.ts'
import { answerInitiatedLogin } from './initiated-login.ts'
import type { LoginOptions } from './login-options.ts'
import { parseReturnTo } from './return-to.ts'

const issuer = 'https://id.example'
const origin = 'https://app.example'
const target = fc.oneof(
  fc.constantFrom(
    '/orders',
    'https://app.example/orders',
    '//evil.example',
    '/\\evil.example',
    'https://app.example@evil.example',
    '/.//evil.example',
    'javascript:alert(1)',
  ),
  almostText('https://app.example/orders?a=1#b'),
  hostileText,
)
const pair = fc.oneof(
  fc.tuple(fc.constant('iss'), fc.oneof({ weight: 4, arbitrary: fc.constant(issuer) }, hostileText)),
  fc.tuple(fc.constant('target_link_uri'), target),
  fc.tuple(fc.constantFrom('login_hint', 'client_id', 'prompt', 'iss'), hostileText),
)

itHolds(
  'leads nobody away from this app, and to no other provider, whatever a link says (AUTHZ-13)',
  { of: 'initiated-login', part: 0.6, inputs: fc.tuple(fc.array(pair, { maxLength: 4 }), fc.boolean()) },
  async ([pairs, isFramed]) => {
    const left: LoginOptions[] = []
    const query = new URLSearchParams(
      [['iss', issuer], ...(pairs as [string, string][])].slice(pairs.length % 2),
    )
    const outcome = await settlesSafely(() =>
      answerInitiatedLogin(
        {
          issuer,
          origin,
          isFramed,
          decided: async () => ({ status: 'unauthenticated', reason: 'no_session' }),
          leave: async (options) => void left.push(options),
          report: () => undefined,
        },
        `/initiate?${query}`,
      ),
    )
    const mayLeave = !isFramed && query.getAll('iss').join('\n') === issuer
    must(left.length === 0 || mayLeave, 'it leaves for our provider alone')
    if (!('value' in outcome)) return must(left.length === 0, 'what is refused does nothing')
    const { returnTo } = outcome.value
    must(returnTo.startsWith('/') && new URL(returnTo, origin).origin === origin, 'it ends in this app')
    must(
      left.every((options) => options.returnTo === returnTo),
      'it ends there after the sign-in too',
    )
  },
)

itHolds(
  'is made of any value a path of this app, the same however often it is read, or nothing (AUTHZ-13)',
  { of: 'initiated-login', part: 0.4, inputs: target },
  (value) => {
    const path = parseReturnTo(value, origin)
    if (path === undefined) return
    must(/^\/(?![/\\])/.test(path), 'it names no host')
    const { origin: place, pathname, search, hash } = new URL(path, 'https://other.example')
    must(
      place === 'https://other.example' && pathname + search + hash === path,
      'it is a path, wherever it is put',
    )
    must(parseReturnTo(path, origin) === path, 'it stays what it is')
  },
)
