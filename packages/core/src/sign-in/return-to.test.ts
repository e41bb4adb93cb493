import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  appOrigin,
  friendlyReturnTo,
  harmlessReturnTo,
  hostileFragments,
  refusedReturnTo,
} from '../../test/hostile-return-to.ts'
import { parseReturnTo } from './return-to.ts'

/** Everywhere a browser or a router could end with this path. */
function destinations(path: string): URL[] {
  return [
    new URL(path, appOrigin),
    new URL(path, `${appOrigin}/deep/er/page?q=/a//b#h`),
    new URL(appOrigin + path),
    new URL(path.trim(), `${appOrigin}/`),
  ]
}

/** Whether it stays on the app's origin, at one and the same place, wherever it is put. */
function isSafe(path: string | undefined): boolean {
  if (path === undefined) return true
  if (!/^\/(?!\/)[^\\\s]*$/.test(path)) return false
  const [first, ...others] = destinations(path)
  return (
    first?.origin === appOrigin &&
    first.username === '' &&
    first.password === '' &&
    others.every(({ href }) => href === first.href)
  )
}

describe('the address to return to (RFC 9700 §4.11.1)', () => {
  it.each(refusedReturnTo.map((value) => [describeValue(value), value]))('refuses %s', (_, value) => {
    expect(parseReturnTo(value, appOrigin)).toBeUndefined()
  })

  it.each(harmlessReturnTo)('makes %j a path of this app', (value, becomes) => {
    const path = parseReturnTo(value, appOrigin)
    expect(path).toBe(becomes)
    expect(isSafe(path)).toBe(true)
    expect(parseReturnTo(path, appOrigin)).toBe(path)
  })

  it.each(friendlyReturnTo)('keeps %s to the letter', (path) => {
    expect(parseReturnTo(path, appOrigin)).toBe(path)
    expect(isSafe(path)).toBe(true)
  })

  it.each([
    ['/a b', '/a%20b'],
    ['/x?q=a b#c d', '/x?q=a%20b#c%20d'],
    ['/café', '/caf%C3%A9'],
    ['/suche?q=größe#ü', '/suche?q=gr%C3%B6%C3%9Fe#%C3%BC'],
    ['/🔑', '/%F0%9F%94%91'],
    ['orders', '/orders'],
    ['./orders', '/orders'],
    ['?page=2', '/?page=2'],
    ['#part', '/#part'],
    [`${appOrigin}/orders?page=2#part`, '/orders?page=2#part'],
    ['  /orders  ', '/orders'],
  ])('spells %j as the address bar would', (value, spelled) => {
    expect(parseReturnTo(value, appOrigin)).toBe(spelled)
  })

  it('takes the longest address that it gives back, and nothing longer', () => {
    const longest = `/${'a'.repeat(8191)}`
    expect(parseReturnTo(longest, appOrigin)).toBe(longest)
    expect(parseReturnTo(`${longest}a`, appOrigin)).toBeUndefined()
  })

  it('knows the origin by scheme, name and port alike', () => {
    expect(parseReturnTo('http://localhost:5173/x', 'http://localhost:5173')).toBe('/x')
    expect(parseReturnTo('http://localhost:5174/x', 'http://localhost:5173')).toBeUndefined()
    expect(parseReturnTo('http://127.0.0.1:5173/x', 'http://localhost:5173')).toBeUndefined()
    expect(parseReturnTo('https://localhost:5173/x', 'http://localhost:5173')).toBeUndefined()
  })

  it('refuses everything where the page has no origin of its own', () => {
    for (const value of ['/x', 'about:blank', 'data:,x', 'file:///x', 'null/x']) {
      expect(parseReturnTo(value, 'null')).toBeUndefined()
    }
  })

  /** What comes out is safe, and stays as it is when it comes out of storage again. */
  function isSafeAndStable(value: string): boolean {
    const path = parseReturnTo(value, appOrigin)
    return isSafe(path) && parseReturnTo(path, appOrigin) === path
  }

  /** Any UTF-16 at all, lone surrogates included. */
  const anything = (maxLength: number): fc.Arbitrary<string> =>
    fc
      .array(fc.oneof(fc.integer({ max: 0x7f, min: 0 }), fc.integer({ max: 0xffff, min: 0 })), { maxLength })
      .map((units) => String.fromCharCode(...units))

  it('is safe, and the same when it is parsed again, for any string', () => {
    const front = fc.constantFrom('', '/', `${appOrigin}/`, 'https://evil.example/')
    const text = fc.tuple(front, anything(20)).map((parts) => parts.join(''))
    fc.assert(fc.property(text, isSafeAndStable), { numRuns: 2000 })
  })

  it('is safe, and the same when it is parsed again, for any string of hostile pieces', () => {
    const piece = fc.oneof(fc.constantFrom(...hostileFragments), anything(2))
    const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''))
    fc.assert(fc.property(text, isSafeAndStable), { numRuns: 2000 })
  })

  it('gives undefined, and never throws, for any value that is no string', () => {
    const notAString = fc.anything({ withBigInt: true, withNullPrototype: true, withObjectString: true })
    fc.assert(
      fc.property(notAString, (value) => {
        fc.pre(typeof value !== 'string')
        expect(parseReturnTo(value, appOrigin)).toBeUndefined()
      }),
    )
  })
})

function describeValue(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 40)}…` : value)
  return `${typeof value} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`
}
