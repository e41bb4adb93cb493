import { describe, expect, it } from 'vitest'
import { siteRelation } from './site.ts'

describe('two pages, as far as a page can tell', () => {
  it.each([
    ['same', 'https://app.example.com/a', 'https://app.example.com/b'],
    ['same', 'https://example.com', 'https://id.example.com'],
    ['same', 'https://id.example.com', 'https://example.com'],
    ['same', 'https://a.b.example.com', 'https://example.com'],
    // A site has no port (HTML §7.1.1).
    ['same', 'http://localhost:3000', 'http://localhost:4000'],
    ['same', 'http://127.0.0.1:3000', 'http://127.0.0.1:4000'],
    ['same', 'http://[::1]:3000', 'http://[::1]:4000'],
    // Only the list of public suffixes knows.
    ['unknown', 'https://app.example.com', 'https://id.example.com'],
    ['unknown', 'https://app.github.io', 'https://id.github.io'],
    ['unknown', 'https://app.co.uk', 'https://id.co.uk'],
    // Names may begin with what addresses are made of.
    ['unknown', 'https://1.example.com', 'https://2.example.com'],
    ['cross', 'https://app.example.com', 'https://id.example.org'],
    ['cross', 'https://example.com', 'https://notexample.com'],
    ['cross', 'https://app.ex.ample', 'https://id.exa.mple'],
    ['cross', 'http://localhost:3000', 'http://127.0.0.1:4000'],
    ['cross', 'http://127.0.0.1', 'http://127.0.0.2'],
    ['cross', 'http://10.0.0.1', 'http://20.0.0.1'],
    ['cross', 'http://[::1]', 'http://127.0.0.1'],
    // The scheme counts (RFC 6265bis §5.2).
    ['cross', 'http://example.com', 'https://example.com'],
    // A name without a dot is a site of its own, and none of those below it are of that site.
    ['cross', 'http://localhost', 'http://app.localhost'],
    ['cross', 'http://app.localhost', 'http://localhost'],
  ] as const)('are of %s site: %s and %s', (relation, one, other) => {
    expect(siteRelation(one, other)).toBe(relation)
  })
})
