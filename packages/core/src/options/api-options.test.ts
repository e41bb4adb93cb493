import { describe, expect, it } from 'vitest'
import { parseApis, parseResources, parseTarget } from './api-options.ts'

describe('option "apis"', () => {
  it('takes addresses, which get the session’s own token, and APIs with a token of their own', () => {
    expect(
      parseApis([
        'https://api.example',
        { url: 'https://orders.example/v2', resource: 'https://orders.example', scope: 'write read' },
        { url: 'http://localhost:3000', audience: 'local' },
        { url: 'https://plain.example/' },
      ]),
    ).toEqual([
      { url: 'https://api.example/' },
      {
        url: 'https://orders.example/v2/',
        target: { resource: 'https://orders.example', scope: 'read write' },
      },
      { url: 'http://localhost:3000/', target: { audience: 'local' } },
      { url: 'https://plain.example/' },
    ])
    expect(parseApis(undefined)).toEqual([])
  })

  it.each<[string, unknown, RegExp]>([
    ['no list', 'https://api.example', /"apis" must be a list/],
    ['an API without an address', [{ resource: 'urn:api' }], /"apis" must hold absolute https URLs/],
    [
      'an address that is not secure',
      [{ url: 'http://api.example' }],
      /"apis" must hold absolute https URLs/,
    ],
    ['a wildcard', ['https://*.example.com'], /without "\?", "#", "@" and wildcards, and "https:/],
    ['an address with a query', [{ url: 'https://api.example/?a' }], /"apis" must hold absolute https URLs/],
    ['an address with a fragment', ['https://api.example/#a'], /"apis" must hold absolute https URLs/],
    // No request would ever be found to be of these.
    ['an address with an empty query', ['https://api.example/?'], /"apis" must hold absolute https URLs/],
    ['an address with an empty fragment', ['https://api.example/#'], /"apis" must hold absolute https URLs/],
    [
      'an address with a name',
      ['https://me@api.example/v1'],
      /without .*"@".* "https:\/\/api\.example\/v1" is none/,
    ],
    ['an address with a password', ['https://:word@api.example'], /"apis" must hold absolute https URLs/],
    [
      'a misspelt option',
      [{ url: 'https://api.example', ressource: 'urn:a' }],
      /"apis.ressource" is unknown. Known: url, /,
    ],
    ['null', [null], /"apis" must hold/],
  ])('refuses %s', (_what, apis, message) => {
    expect(() => parseApis(apis)).toThrow(message)
  })
})

describe('a resource (RFC 8707 §2, CFG-07)', () => {
  it.each(['https://api.example', 'https://api.example/v2?x=1', 'urn:example:api', 'api://1234'])(
    'may be %s, which is kept to the letter',
    (resource) => {
      expect(parseTarget({ resource })).toEqual({ resource })
      expect(parseResources([resource])).toEqual([resource])
    },
  )

  it.each<[unknown]>([
    ['/api'],
    ['api'],
    ['https://api.example/#x'],
    ['https://api.example/#'],
    [''],
    [7],
    [null],
    [new URL('https://api.example')],
    [['https://api.example']],
  ])('may not be %j', (resource) => {
    expect(() => parseTarget({ resource: resource as string })).toThrow(/"resource" must name an API/)
    expect(() => parseResources([resource])).toThrow(/"resources" must name an API/)
  })

  it('is not asked for where option "resources" is left out, and needs a list otherwise', () => {
    expect(parseResources(undefined)).toBeUndefined()
    expect(() => parseResources('urn:api')).toThrow(/"resources" must be a list/)
  })

  it.each(['audience', 'scope'])('stands beside %s, which is text that is not empty', (name) => {
    for (const value of ['', ' ', 7, null]) {
      expect(() => parseTarget({ [name]: value })).toThrow(new RegExp(`"${name}" must be a string`))
    }
  })
})
