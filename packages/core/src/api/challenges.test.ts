import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseChallenges } from './challenges.ts'

const bearer = (parameters: Record<string, string>) => ({ scheme: 'bearer', parameters })

describe('the challenges of an API (RFC 9110 §11.6.1)', () => {
  it.each<[string, ReturnType<typeof parseChallenges>]>([
    ['Bearer', [bearer({})]],
    ['Bearer realm="api", error="invalid_token"', [bearer({ realm: 'api', error: 'invalid_token' })]],
    ['bEaReR Error=invalid_token', [bearer({ error: 'invalid_token' })]],
    [
      'Bearer error = "insufficient_scope" , scope="a b"',
      [bearer({ error: 'insufficient_scope', scope: 'a b' })],
    ],
    [
      'Basic realm="a, b=c", Bearer error="invalid_token"',
      [{ scheme: 'basic', parameters: { realm: 'a, b=c' } }, bearer({ error: 'invalid_token' })],
    ],
    [
      'Bearer, DPoP error="use_dpop_nonce", algs="ES256"',
      [bearer({}), { scheme: 'dpop', parameters: { error: 'use_dpop_nonce', algs: 'ES256' } }],
    ],
    ['Bearer realm="say \\"hello\\"", error="x"', [bearer({ realm: 'say "hello"', error: 'x' })]],
    ['Bearer realm="", error="x"', [bearer({ realm: '', error: 'x' })]],
    ['error="invalid_token"', []],
    ['Bearer realm="open, error="x"', [bearer({ realm: 'open, error=' }), { scheme: 'x', parameters: {} }]],
    ['', []],
  ])('%s', (header, expected) => {
    expect(parseChallenges(header)).toEqual(expected)
  })

  it('are none without the header, as where CORS hides it', () => {
    expect(parseChallenges(null)).toEqual([])
  })

  it('are read as they were written, whatever stands in the quotes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), (value) => {
        const quoted = value.replace(/["\\]/g, '\\$&')
        fc.pre(!/[\n\r\u2028\u2029]/.test(value))
        expect(parseChallenges(`Bearer realm="${quoted}", error="x"`)).toEqual([
          bearer({ realm: value, error: 'x' }),
        ])
      }),
    )
  })

  it('cost no more than a moment, and throw nothing, whatever they are', () => {
    fc.assert(fc.property(fc.string({ maxLength: 5000 }), (header) => void parseChallenges(header)))
    expect(parseChallenges(`Bearer ${'a="\\'.repeat(20_000)}`)).toHaveLength(1)
  })
})
