import { describe, expect, it } from 'vitest'
import type { Api } from '../options/api-options.ts'
import { findApi } from './find-api.ts'

const apis = [
  'https://api.example/',
  'https://host.example/v1/orders/',
  'https://port.example:8443/',
  'http://localhost:3000/api/',
].map((url) => ({ url }))

describe('findApi', () => {
  it.each([
    'https://api.example',
    'https://api.example/',
    'https://api.example?page=2',
    'https://api.example/orders/7?a=b#c',
    'https://API.EXAMPLE/orders',
    'HTTPS://api.example/orders',
    'https://api.example:443/orders',
    'https://api.example/a/../b',
    'https://api.example/group%2Fproject',
    'https://api.example//orders',
    'https:api.example/orders',
    'https:\\\\api.example\\orders',
    ' https://api.example/orders ',
    'https://api.exam\tple/orders',
    'https://host.example/v1/orders',
    'https://host.example/v1/orders/',
    'https://host.example/v1/orders?page=2',
    'https://host.example/v1/orders/7',
    'https://host.example/v1/orders/a%2Fb',
    'https://host.example/v1/./orders/7',
    'https://host.example/v1/x/../orders/7',
    'https://port.example:8443/',
    'http://localhost:3000/api/orders',
  ])('allows %s', (url) => {
    expect(findApi(url, apis)).toBeDefined()
  })

  it.each([
    // Another host that looks like a listed one.
    'https://api.example.evil.example/',
    'https://api.example-evil.example/',
    'https://evilapi.example/',
    'https://api.exampl/',
    'https://api.example.',
    'https://api.example./orders',
    'https://evil.example/https://api.example/',
    'https://evil.example/?https://api.example/',
    'https://evil.example/#https://api.example/',
    'https://evil.example\\api.example/',
    'https://evil.example/\\api.example/',
    'https://sub.api.example/',
    'https://аpi.example/',
    'https://api。evil.example/',
    'https://api.example%2eevil.example/',
    'https://127.0.0.1/',
    // Somebody’s name that looks like a host.
    'https://api.example@evil.example/',
    'https://api.example:443@evil.example/',
    'https://api.example%2f@evil.example/',
    'https://user@api.example/',
    'https://user:password@api.example/',
    'https://:password@api.example/',
    // Another way in.
    'http://api.example/',
    'http://api.example:443/',
    'https://api.example:8443/',
    'https://api.example:80/',
    'https://port.example/',
    'https://port.example:443/',
    'https://localhost:3000/api/',
    'http://localhost:3001/api/',
    'http://localhost/api/',
    'http://127.0.0.1:3000/api/',
    'http://localhost:3000/apis',
    'http://localhost:3000/',
    'ws://api.example/',
    'wss://api.example/',
    'ftp://api.example/',
    'blob:https://api.example/0-0-0',
    'filesystem:https://api.example/temporary/x',
    'view-source:https://api.example/',
    'data:text/html,https://api.example/',
    'javascript:fetch("https://api.example/")',
    'about:blank',
    'file:///api.example/',
    'mailto:a b@api.example',
    // Beside the listed path, or above it.
    'https://host.example/',
    'https://host.example/v1',
    'https://host.example/v1/',
    'https://host.example/v1/orders-of-others',
    'https://host.example/v1/ordersx/7',
    'https://host.example/V1/orders/7',
    'https://host.example/v1/orders/../admin',
    'https://host.example/v1/orders/..',
    'https://host.example/v1/orders/%2e%2e/admin',
    'https://host.example/v1/orders/.%2E/admin',
    'https://host.example/v1/orders\\..\\admin',
    'https://host.example/v1/orders/..%2fadmin',
    'https://host.example/v1/orders/..%2F..%2Fadmin',
    'https://host.example/v1/orders/..%5cadmin',
    'https://host.example/v1/orders%2f..%2fadmin',
    'https://host.example/v1/orders/%2e%2e%2fadmin',
    'https://host.example//v1/orders/7',
    'https://host.example/%2fv1/orders/7',
    'https://host.example/v1%2forders/7',
    'https://host.example/v1/;/orders/7',
    // No address at all.
    '/orders',
    '//api.example/orders',
    'api.example/orders',
    'https://',
    'https:///',
    'https://api.example:port/',
    'https://[api.example]/',
    'null',
    '',
  ])('refuses %s', (url) => {
    expect(findApi(url, apis)).toBeUndefined()
  })

  it('goes by the longest prefix, wherever it stands in the list', () => {
    const [all, orders, drafts] = ['', 'orders/', 'orders/drafts/'].map((path) => ({
      url: `https://api.example/${path}`,
    }))
    for (const listed of [
      [all, orders, drafts],
      [drafts, all, orders],
    ] as { url: string }[][]) {
      expect(findApi('https://api.example/orders/drafts/7', listed)).toBe(drafts)
      expect(findApi('https://api.example/orders/7', listed)).toBe(orders)
      expect(findApi('https://api.example/ordersx', listed)).toBe(all)
      // To a server that decodes the slash it lies elsewhere, so nothing is said about what lies there.
      expect(findApi('https://api.example/orders/drafts%2F..%2F7', listed)).toBe(orders)
    }
  })

  it('goes by the first of two that are listed for the same addresses', () => {
    const [first, second] = ['urn:first', 'urn:second'].map((resource) => ({
      url: 'https://api.example/',
      target: { resource },
    })) as [Api, Api]
    expect(findApi('https://api.example/orders', [first, second])).toBe(first)
    expect(findApi('https://api.example/orders', [second, first])).toBe(second)
  })

  it('allows nothing where nothing is listed', () => {
    expect(findApi('https://api.example/', [])).toBeUndefined()
  })
})
