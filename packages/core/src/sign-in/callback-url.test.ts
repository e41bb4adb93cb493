import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseCallbackUrl } from './callback-url.ts'

const app = 'https://app.example'
const redirectUri = `${app}/callback`
const ours = 'code=C&state=me.S'

const parse = (url: string, uri = redirectUri): ReturnType<typeof parseCallbackUrl> =>
  parseCallbackUrl(url, uri, 'me.')

function parametersOf(url: string): string[][] {
  const callback = parse(url)
  return callback.kind === 'response' ? [...callback.parameters] : []
}

describe('what a URL is to this client (CB-01)', () => {
  it.each([
    ['another path', `${app}/orders?${ours}`],
    ['a path that begins like ours', `${app}/callback2?${ours}`],
    ['a path below ours', `${app}/callback/x?${ours}`],
    ['our path in other letters', `${app}/Callback?${ours}`],
    ['our path twice', `${app}/callback//?${ours}`],
    ['the root', `${app}/?${ours}`],
    ['our path in the hash', `${app}/#/callback?${ours}`],
    ['another host', `https://evil.example/callback?${ours}`],
    ['another scheme', `http://app.example/callback?${ours}`],
    ['another port', `${app}:8443/callback?${ours}`],
    ['a path without an origin', `/callback?${ours}`],
    ['no URL', 'https://['],
    ['an empty string', ''],
  ])('is not spoken to at %s', (_, url) => {
    expect(parse(url)).toEqual({ kind: 'elsewhere' })
  })

  it.each([
    ['no query', redirectUri],
    ['an empty query', `${redirectUri}?`],
    ['a foreign query', `${redirectUri}?a=1`],
    ['a foreign code without a state', `${redirectUri}?code=PROMO`],
    ['a code and state of somebody else', `${redirectUri}?code=C&state=theirs.S`],
    ['a state of another instance of ours', `${redirectUri}?code=C&state=you.S`],
    ['a state with our prefix further in', `${redirectUri}?code=C&state=xme.S`],
    ['a state that only begins like our prefix', `${redirectUri}?code=C&state=me`],
    ['an empty state', `${redirectUri}?code=C&state=`],
    ['a foreign state before ours', `${redirectUri}?state=theirs.S&${ours}`],
    ['our response in the hash', `${redirectUri}#${ours}`],
    ['an error of somebody else', `${redirectUri}?error=access_denied&state=theirs.S`],
  ])('is spoken to, without a response that is ours, by %s', (_, url) => {
    expect(parse(url)).toMatchObject({ kind: 'bare', error: null })
  })

  it('hears of an error without a state, which is nobody’s answer', () => {
    expect(parse(`${redirectUri}?error=invalid_request&error_description=no%20client`)).toEqual({
      kind: 'bare',
      error: 'invalid_request',
    })
  })

  it.each([
    [`${app}/callback`, `${app}/callback/`],
    [`${app}/callback/`, `${app}/callback`],
    [`${app}`, `${app}/`],
    [`${app}/a/b/`, `${app}/a/b`],
  ])('takes the redirect URI %s and the page %s for the same place', (uri, page) => {
    expect(parse(`${page}?${ours}`, uri)).toMatchObject({ kind: 'response', state: 'me.S' })
  })

  it('keeps the last slash that the page has', () => {
    expect(parse(`${app}/callback/?${ours}`)).toMatchObject({ cleanUrl: `${app}/callback/` })
  })

  it('leaves the redirect URI’s own query in place', () => {
    const uri = `${redirectUri}?tenant=1`
    expect(parse(`${uri}&${ours}`, uri)).toMatchObject({ cleanUrl: uri })
  })

  it.each(['about:blank', 'file:///callback', 'data:text/html,x'])(
    'is not spoken to on %s, where a path is no redirect URI',
    (url) => {
      expect(parse(url, 'null/callback')).toEqual({ kind: 'elsewhere' })
    },
  )
})

describe('what stays in the address bar (CB-08)', () => {
  it.each([
    ['nothing but the response', `?${ours}`, ''],
    ['everything a response may hold', `?${ours}&iss=https%3A%2F%2Fid.example&session_state=x.y`, ''],
    ['an error', '?error=access_denied&error_description=No+way&error_uri=https://x.example&state=me.S', ''],
    [
      'tokens that were never asked for',
      `?${ours}&access_token=A&id_token=I&token_type=bearer&expires_in=9`,
      '',
    ],
    ['a JARM response', `?${ours}&response=ey.J.x`, ''],
    ['a token under the name that response_type has for it', `?a=1&${ours}&token=T`, '?a=1'],
    ['the response in front', `?${ours}&a=1`, '?a=1'],
    ['the response behind', `?a=1&${ours}`, '?a=1'],
    ['the response around', '?code=C&a=1&state=me.S', '?a=1'],
    ['the response between', `?a=%20b&${ours}&c=+d`, '?a=%20b&c=+d'],
    ['each part of it between others', '?a=1&code=C&b=2&state=me.S&c=3&iss=I&d=4', '?a=1&b=2&c=3&d=4'],
    ['encoded letters, in either case', `?x=%e2%82%ac&${ours}&y=%E2%82%AC`, '?x=%e2%82%ac&y=%E2%82%AC'],
    ['characters that need no encoding', `?x=a,b;c:d@e/f?g!$'()*~&${ours}`, `?x=a,b;c:d@e/f?g!$%27()*~`],
    ['an encoded ampersand', `?x=1%26code%3DX&${ours}`, '?x=1%26code%3DX'],
    ['a value that has an equals sign', `?x=a=b==&${ours}`, '?x=a=b=='],
    ['names without a value', `?x&${ours}&y=`, '?x&y='],
    ['a name repeated', `?x=1&${ours}&x=2`, '?x=1&x=2'],
    ['empty pairs', `?x=1&&y=2&${ours}&`, '?x=1&&y=2&'],
    [
      'a name that only begins like ours',
      `?codes=1&${ours}&my_state=2&state2=3`,
      '?codes=1&my_state=2&state2=3',
    ],
    ['our names in capitals', `?Code=1&${ours}&STATE=2`, '?Code=1&STATE=2'],
    ['a question mark in a name', `?a=1&?code=2&${ours}`, '?a=1&?code=2'],
    ['a question mark before everything', `??a=1&${ours}`, '??a=1'],
    ['our names percent-encoded', '?c%6Fde=C&%73tate=me.S&is%73=I&a=1', '?a=1'],
    ['our prefix percent-encoded', '?code=C&state=%6de%2eS&a=1', '?a=1'],
    ['a broken escape', `?x=%zz%&${ours}`, '?x=%zz%'],
    ['a plain hash', `?${ours}#part`, '#part'],
    ['a hash router’s path', `?${ours}#/a%20b?x`, '#/a%20b?x'],
    ['a hash router’s own code', `?a=1&${ours}#/reset?code=1`, '?a=1#/reset?code=1'],
    ['a hashbang', `?${ours}#!/orders/42`, '#!/orders/42'],
    ['a hash with an encoded letter', `?${ours}#%7Bx%7D+%20`, '#%7Bx%7D+%20'],
    ['what Facebook appends', `?${ours}#_=_`, '#_=_'],
    ['a hash of access tokens', `?${ours}#access_token=A&token_type=bearer`, ''],
    ['a hash of ID tokens', `?a=1&${ours}#id_token=I`, '?a=1'],
    ['a hash of a code', `?a=1&${ours}#code=X`, '?a=1'],
  ])('takes the response out of a URL with %s', (_, search, rest) => {
    const callback = parse(redirectUri + search)
    expect(callback).toMatchObject({ kind: 'response', state: 'me.S', cleanUrl: redirectUri + rest })
  })

  it('keeps whatever is foreign to the letter, and in order, wherever the response stands in it', () => {
    const name = fc.stringMatching(/^[a-z%2B.+~*-]{1,6}$/)
    const foreign = fc
      .tuple(name, fc.stringMatching(/^[\w%+.,;:@/?!*()=~-]{0,8}$/))
      .map((pair) => pair.join('='))
    fc.assert(
      fc.property(
        fc.array(foreign, { maxLength: 5 }),
        fc.array(fc.nat(), { minLength: 3, maxLength: 3 }),
        fc.constantFrom('', '#part', '#/router/x?y=%20z', '#a=b&c'),
        (pairs, places, hash) => {
          const whole = [...pairs]
          for (const [index, pair] of ['code=C', 'state=me.S', 'iss=I'].entries()) {
            whole.splice((places[index] ?? 0) % (whole.length + 1), 0, pair)
          }
          const rest = pairs.length > 0 ? `?${pairs.join('&')}` : ''
          expect(parse(`${redirectUri}?${whole.join('&')}${hash}`)).toMatchObject({
            kind: 'response',
            cleanUrl: redirectUri + rest + hash,
          })
        },
      ),
    )
  })

  it('finds no response in what it has cleaned', () => {
    const callback = parse(`${redirectUri}?a=1&${ours}&iss=I&error=x#access_token=A`)
    expect(callback.kind === 'response' && parse(callback.cleanUrl)).toEqual({
      kind: 'bare',
      error: null,
    })
  })
})

describe('what is read as the response', () => {
  it('is what a response may hold, decoded, and nothing of the app’s own', () => {
    expect(
      parametersOf(`${redirectUri}?a=1&c%6Fde=C%2B+1&state=me.S&iss=https%3A%2F%2Fid.example&b=2`),
    ).toEqual([
      ['code', 'C+ 1'],
      ['state', 'me.S'],
      ['iss', 'https://id.example'],
    ])
  })

  it('keeps duplicates, so that they can be refused (RFC 6749 §3.1)', () => {
    expect(parametersOf(`${redirectUri}?${ours}&code=D&state=me.T&state=x`)).toEqual([
      ['code', 'C'],
      ['state', 'me.S'],
      ['code', 'D'],
      ['state', 'me.T'],
      ['state', 'x'],
    ])
  })

  it('holds the tokens of a hash, so that they can be refused (RFC 9700 §2.1.2)', () => {
    expect(parametersOf(`${redirectUri}?${ours}#id_token=I&access_token=A&code=X`)).toEqual([
      ['code', 'C'],
      ['state', 'me.S'],
      ['id_token', 'I'],
      ['access_token', 'A'],
      ['code', 'X'],
    ])
  })

  it('leaves a parameter out whose name only looks like one of ours', () => {
    expect(parametersOf(`${redirectUri}?${ours}&?code=2&Code=3`)).toEqual([
      ['code', 'C'],
      ['state', 'me.S'],
    ])
  })
})
