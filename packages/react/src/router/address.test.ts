import { describe, expect, it } from 'vitest'
import { addressOf, placeOf } from './address.ts'

const request = (place: string): Request => new Request(location.origin + place)

describe('where a request is for', () => {
  it.each([
    ['/settings?tab=2', '/settings?tab=2#keys'],
    ['/settings?tab=3', '/settings?tab=3'],
    ['/orders?tab=2', '/orders?tab=2'],
  ])('has the hash of the address bar if it is for the page there, and no other: %s', (asked, place) => {
    history.replaceState(null, '', '/settings?tab=2#keys')
    expect(placeOf(request(asked), 'browser')).toBe(place)
  })

  it.each(['hash', 'memory'] as const)('has none of it where the router is not in the path: %s', (kind) => {
    history.replaceState(null, '', '/settings#keys')
    expect(placeOf(request('/settings'), kind)).toBe('/settings')
  })

  it('is an address behind the hash of the page, or the place itself', () => {
    history.replaceState(null, '', '/app?lang=de#/orders')
    expect(addressOf('/settings', 'hash')).toBe('/app?lang=de#/settings')
    expect([addressOf('/settings', 'browser'), addressOf('/settings', 'memory')]).toEqual([
      '/settings',
      '/settings',
    ])
  })
})
