import { expect, it } from 'vitest'
import { decodeBase64url, encodeBase64url } from './base64url.ts'

it('encodes the octets of RFC 7636 Appendix A without padding', () => {
  expect(encodeBase64url(Uint8Array.of(3, 236, 255, 224, 193))).toBe('A-z_4ME')
})

it('decodes what it encoded, whatever the length', () => {
  for (let length = 0; length < 40; length++) {
    const bytes = crypto.getRandomValues(new Uint8Array(length))
    expect(decodeBase64url(encodeBase64url(bytes))).toEqual(bytes)
  }
})

it('throws for what is not base64url', () => {
  expect(() => decodeBase64url('a*b')).toThrow(DOMException)
})
