import fc from 'fast-check'
import { almost, almostText, hostileJson, jsonText } from '../test/fuzz/hostile.ts'
import { itHolds, must } from '../test/fuzz/it-holds.ts'
import { settlesSafely } from '../test/fuzz/settles-safely.ts'
import { answerTo, destinationOf } from '../test/pages.ts'
import { secretsOf } from '../test/refused-sign-in.ts'
import { createScene } from '../test/signed-in.ts'

const left = await createScene()
await left.auth.login({ returnTo: '/orders', acrValues: ['urn:gold'], maxAge: 60 })
const { provider, platform } = left
const signInUrl = destinationOf(left).href
const [key = '', text = ''] =
  [...platform.stored.entries()].find(([name]) => name.includes('.sign-in.')) ?? []
const kept = JSON.parse(text)
const ofSignIn = secretsOf(left)
const code = new URL(answerTo(left)).searchParams.get('code') ?? ''
/** With a sign in place of the code, of which each answer has its own. */
const answer = answerTo(left).replace(/code=[^&]+/, 'code=CODE')
const [other = ''] = [kept.signIn.state].map((state) => state.replace(/.$/, state.endsWith('A') ? 'B' : 'A'))

const values = fc.oneof(
  hostileJson,
  fc.constantFrom<unknown>(kept.at, 0, 'https://evil.example', '//evil.example'),
)
const record = fc.oneof(
  { weight: 3, arbitrary: fc.constant(text) },
  { weight: 4, arbitrary: almost(kept, values, { names: Object.keys(kept.signIn) }).map(jsonText) },
  { weight: 1, arbitrary: almostText(text) },
)
const url = fc.oneof(
  { weight: 3, arbitrary: fc.constant(answer) },
  { weight: 3, arbitrary: almostText(answer) },
  fc
    .constantFrom(
      '&code=CODE',
      '&error=access_denied',
      '&iss=https://evil.example',
      '#access_token=A',
      `&state=${other}`,
    )
    .map((more) => answer + more),
  fc.constantFrom('state', 'code', 'iss').map((name) => answer.replace(new RegExp(`[?&]${name}=[^&]*`), '?')),
)

/** What stands in another field of the record too is no secret that anybody could know of. */
const isKeptOnce =
  (stored: string) =>
  (secret: string): boolean =>
    stored.split(secret).length <= 2

itHolds(
  'signs somebody in only with the answer to their own sign-in, whatever the address and the storage say',
  { of: 'client', inputs: fc.record({ record, url }).filter(({ url: text }) => URL.canParse(text)) },
  async ({ record: stored, url: given }) => {
    provider.claims = { auth_time: provider.now(), acr: 'urn:gold' }
    const own = new URL(provider.signIn(signInUrl)).searchParams.get('code') ?? ''
    const href = given.replaceAll('CODE', own)
    const before = provider.count('/token')
    const scene = await createScene({
      provider,
      href,
      stored: new Map([...platform.stored, [key, stored]]),
      epochMs: platform.clock.now().epochMs,
    })
    const outcome = await settlesSafely(
      () => scene.auth.handleCallback(),
      [...ofSignIn.filter(isKeptOnce(stored)), own, code],
    )
    const { status } = scene.auth.getState()
    must(status !== 'loading', 'it is decided')
    must(provider.count('/token') - before <= 1, 'a code is sent once')
    const isShown = new URL(scene.platform.navigation.href()).searchParams.has('code')
    must(status !== 'authenticated' || !isShown, 'a code that was used leaves the address')
    if ('value' in outcome) {
      must(
        outcome.value.returnTo.startsWith('/') && !outcome.value.returnTo.startsWith('//'),
        'it ends in this app',
      )
      if (status !== 'authenticated') return
      const { searchParams } = new URL(href)
      const { signIn } = JSON.parse(stored)
      must(
        searchParams.get('state') === kept.signIn.state && signIn.state === kept.signIn.state,
        'it is the answer to this sign-in',
      )
      must(searchParams.get('iss') === provider.issuer, 'it is of our provider')
      must(
        signIn.nonce === kept.signIn.nonce && signIn.codeVerifier === kept.signIn.codeVerifier,
        'it is checked against what was sent',
      )
      must(searchParams.getAll('code').join() === own && !searchParams.has('error'), 'it has one code')
    }
    // Nobody is signed in by what failed.
    else must(status === 'unauthenticated', 'nobody is signed in')
  },
)
