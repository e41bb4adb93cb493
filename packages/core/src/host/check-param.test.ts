import { describe, expect, it } from 'vitest'
import { placesIn, withAt } from '../../test/every-place.ts'
import type { HostedMethod } from '../hosted/messages.ts'
import { checkParam } from './check-param.ts'

const request = {
  epoch: 0,
  url: 'https://api.example/orders',
  method: 'POST',
  headers: [['x-mine', '1']],
  body: new ArrayBuffer(2),
  init: { cache: 'no-store', credentials: 'omit', integrity: 'sha256-', referrerPolicy: 'origin' },
}
const tokenRequest = {
  minValiditySeconds: 30,
  forceRefresh: true,
  resource: 'https://api.example',
  audience: 'api',
  scope: 'orders',
}
const understood: readonly [HostedMethod, unknown][] = [
  ['login', undefined],
  ['login', { returnTo: '/orders', appState: [1] }],
  ['register', {}],
  ['requireSession', { maxAge: 60 }],
  ['handleCallback', 'https://app.example/callback'],
  ['handleInitiateLogin', 'https://app.example/initiate'],
  ['logout', { local: true }],
  ['getAccessToken', undefined],
  ['getAccessToken', tokenRequest],
  ['refreshUser', undefined],
  ['ready', undefined],
  ['fetch', request],
  ['fetch', { ...request, body: undefined, init: {} }],
]
const places = (['fetch', 'getAccessToken'] as const).flatMap((method) => {
  const whole = method === 'fetch' ? request : tokenRequest
  return placesIn(whole).map((path) => ({ method, whole, path, place: `${method}: ${path.join('.')}` }))
})

const refusal = (method: string): object => ({
  name: 'ConfigurationError',
  code: 'invalid_option',
  message: `The host cannot read what "${method}" was called with. Check the types of its options.`,
})
const check = (method: HostedMethod, param: unknown) => (): void => checkParam(method, param)

describe('what a page calls a function of its client with', () => {
  it.each(understood)('is understood: %s with %j', (method, param) => {
    expect(check(method, structuredClone(param))).not.toThrow()
  })

  it.each<[HostedMethod, unknown]>([
    ['login', '/orders'],
    ['register', null],
    ['requireSession', 1],
    ['handleCallback', undefined],
    ['handleCallback', {}],
    ['handleInitiateLogin', null],
    ['logout', true],
    ['getAccessToken', 'orders'],
    ['refreshUser', {}],
    ['ready', 1],
    ['fetch', undefined],
    ['fetch', 'https://api.example/orders'],
  ])('is refused with the next step: %s with %j', (method, param) => {
    expect(check(method, param)).toThrow(expect.objectContaining(refusal(method)))
  })

  it.each(places)('is refused with null in one place ($place)', ({ method, whole, path }) => {
    expect(check(method, withAt(whole, path, null))).toThrow(expect.objectContaining(refusal(method)))
  })
})
