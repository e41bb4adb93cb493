import { describe, expect, it } from 'vitest'
import { createFakePlatform } from '../test/fake-platform.ts'
import { answer, exchange, grant, parameters } from '../test/fuzz/exchange.ts'
import { settlesSafely } from '../test/fuzz/settles-safely.ts'
import { parseChallenges } from './api/challenges.ts'
import { refusalOf } from './api/refusal.ts'
import { unpackTokens } from './keeper/packed-tokens.ts'
import { parseOptions } from './options/parse-options.ts'
import { createMemoryStore } from './platform/memory-store.ts'
import { redeemCode } from './protocol/code-grant.ts'
import { parseMetadata } from './protocol/metadata.ts'
import { errorCode, plainText } from './protocol/text.ts'
import { createSessionRecordStore } from './session-record.ts'
import { parseCallbackUrl } from './sign-in/callback-url.ts'
import { createPendingStore } from './sign-in/pending.ts'
import { parseReturnTo } from './sign-in/return-to.ts'
import { parseSilentAnswer } from './silent-answer.ts'
import { parseTabMessage } from './tab-message.ts'
import { parseVaultMessage } from './vault/parse-message.ts'
import { parseVaultRequest } from './vault/parse-request.ts'

/** Whoever takes the square of the time for it takes hours, and not the seconds that a test has. */
const many = 100_000
const units = [
  'a',
  '%',
  '&',
  '=',
  ' ',
  '"',
  '\\',
  ',',
  '/',
  '.',
  '{',
  '[',
  '"a":',
  'a="\\',
  'a=b&',
  'Bearer ',
  'a ',
  '\u{1f600}',
]
const texts = units.map((unit): [string, string] => [unit, unit.repeat(many / unit.length)])
const url = 'https://app.example/callback'

describe('a hundred thousand characters', () => {
  it.each(texts)('%s are read in a moment, and end in no message', async (_, text) => {
    parseCallbackUrl(`${url}?code=C&state=me.S&${text}#${text}`, url, 'me.')
    parseReturnTo(text, 'https://app.example')
    parseChallenges(text)
    const challenge = {
      status: 403,
      headers: { get: () => `Bearer error="insufficient_scope", scope="${text}` },
    }
    const context = { granted: { scope: 'a' }, satisfies: () => false }
    expect(refusalOf(challenge as unknown as Response, context)?.message.length ?? 0).toBeLessThan(2000)
    expect(plainText(text, ['SENTINEL-secret'])?.length ?? 0).toBeLessThanOrEqual(300)
    expect(errorCode(text).length).toBeLessThanOrEqual(100)

    for (const body of [
      text,
      JSON.stringify({ error: text, error_description: text }),
      JSON.stringify({ access_token: text }),
    ]) {
      for (const status of [200, 400]) {
        const sent = exchange({ token: () => answer(body, status), jwks: () => answer(body) })
        await settlesSafely(() => redeemCode(parameters, grant, sent))
      }
    }
    await settlesSafely(() =>
      parseMetadata(
        { issuer: text },
        parseOptions({ issuer: 'https://id.example', clientId: 'a', redirectUri: '/c' }),
      ),
    )
    await settlesSafely(() => parseOptions({ issuer: text, clientId: 'a', redirectUri: '/c' }))

    const { clock, session, stored } = createFakePlatform()
    stored.set('p.x', text)
    expect(createPendingStore(session, clock, 'p.').find('x')).toEqual({ kind: 'unknown' })
    const store = createMemoryStore()
    store.set('key', text)
    expect(createSessionRecordStore(store, 'key').read().epoch).toBe(0)
    expect(() => unpackTokens(text, clock)).toThrow()
    for (const parse of [parseSilentAnswer, parseTabMessage, parseVaultMessage, parseVaultRequest])
      expect(parse({ latchkey: text, kind: text, method: text, url: text })).toBeUndefined()
  })
})
