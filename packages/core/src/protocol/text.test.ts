import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { errorCode, plainText } from './text.ts'

describe('plainText', () => {
  it('keeps ordinary words to the letter, markup included: it is data, and shown as such', () => {
    expect(plainText('Grüße, <b>you</b> & "them"')).toBe('Grüße, <b>you</b> & "them"')
  })

  it('turns each run of control characters into one space', () => {
    expect(plainText('a\r\nb\u0000\u001b[31mc\u2028d\u202ee\u2066f')).toBe('a b [31mc d e f')
  })

  it('cuts long words at 300 characters', () => {
    expect(plainText('x'.repeat(300))).toBe('x'.repeat(300))
    expect(plainText('x'.repeat(301))).toBe(`${'x'.repeat(299)}…`)
    expect(plainText('x'.repeat(10_000))).toBe(`${'x'.repeat(299)}…`)
  })

  it('cuts between characters, not between the halves of one', () => {
    expect(plainText(`${'x'.repeat(298)}😀😀`)).toBe(`${'x'.repeat(298)}…`)
    expect(plainText(`${'x'.repeat(297)}😀😀`)).toBe(`${'x'.repeat(297)}😀…`)
    expect(plainText('x😀'.repeat(150))).toMatch(/^(x😀){99}x?…$/u)
  })

  it('blanks every occurrence of a known secret, also one that the cut would have split', () => {
    const secret = 'SENTINEL-refresh-token'
    expect(plainText(`${secret} and ${secret}`, [secret])).toBe('[removed] and [removed]')
    expect(plainText('x'.repeat(290) + secret, [undefined, null, '', secret])).not.toContain('SENT')
  })

  it.each([undefined, null, 7, {}, ['words'], '', '  \n '])('has nothing to say about %j', (value) => {
    expect(plainText(value)).toBeUndefined()
  })

  it('blanks nothing for a secret that there is not', () => {
    expect(plainText('null is undefined', ['', null, undefined])).toBe('null is undefined')
  })

  it('blanks whatever looks like a token', () => {
    expect(plainText('Not eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.c2ln again.')).toBe('Not [removed] again.')
    expect(plainText('Ask monkeyJack.example for it.')).toBe('Ask monkeyJack.example for it.')
  })

  it('never exceeds 300 characters, holds no control character and no secret, whatever comes', () => {
    const text = fc.string({ unit: 'binary', maxLength: 400, size: 'max' })
    const secret = fc.string({ minLength: 12, maxLength: 40 }).filter((value) => value.trim() !== '')
    fc.assert(
      fc.property(text, secret, text, (before, hidden, after) => {
        const shown = plainText(before + hidden + after, [hidden]) ?? ''
        expect(shown.length).toBeLessThanOrEqual(300)
        expect(shown).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u)
        expect(shown).not.toContain(hidden)
      }),
    )
  })
})

describe('errorCode', () => {
  it.each(['invalid_grant', 'urn:example:error', '!#[]~'])('keeps %s (RFC 6749 §5.2)', (code) => {
    expect(errorCode(code)).toBe(code)
  })

  it('takes a known secret for no code', () => {
    expect(errorCode('SENTINEL-code', [undefined, null, 'SENTINEL-code'])).toBe('unknown_error')
    expect(errorCode('bad_code:SENTINEL-code', ['SENTINEL-code'])).toBe('unknown_error')
    expect(errorCode('bad_code:8letters', ['8letters'])).toBe('unknown_error')
    expect(errorCode('short', ['short'])).toBe('unknown_error')
    // A part of any word is none.
    expect(errorCode('invalid_grant', ['invalid'])).toBe('invalid_grant')
    expect(errorCode('login_required', ['e', ''])).toBe('login_required')
  })

  it.each<[unknown, string]>([
    ['', 'nothing'],
    ['two words', 'a space'],
    ['a"b', 'a quotation mark'],
    ['a\\b', 'a backslash'],
    ['a\nb', 'a line break'],
    ['é', 'a letter beyond ASCII'],
    ['x'.repeat(101), 'more than 100 characters'],
    [undefined, 'no value'],
    [400, 'a number'],
    [{}, 'an object'],
  ])('replaces %j: %s', (value) => {
    expect(errorCode(value)).toBe('unknown_error')
  })
})
