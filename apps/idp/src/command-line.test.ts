import { expect, it } from 'vitest'
import { readCommandLine } from './command-line.ts'

it('has one default of its own', () => {
  expect(readCommandLine([], {})).toEqual({ appOrigins: ['http://localhost:5173'] })
})

it('reads the environment', () => {
  const environment = {
    IDP_PORT: '9500',
    API_PORT: '9501',
    APP_ORIGIN: 'http://localhost:1, http://localhost:2',
    ACCESS_TOKEN_SECONDS: '20',
  }

  expect(readCommandLine([], environment)).toEqual({
    port: 9500,
    apiPort: 9501,
    appOrigins: ['http://localhost:1', 'http://localhost:2'],
    accessTokenSeconds: 20,
  })
})

it('prefers flags', () => {
  const flags = ['--port', '1', '--api-port=2', '--app-origin', 'http://a', '--access-token-seconds', '3']

  expect(readCommandLine(flags, { IDP_PORT: '9', API_PORT: '9', APP_ORIGIN: 'http://b' })).toEqual({
    port: 1,
    apiPort: 2,
    appOrigins: ['http://a'],
    accessTokenSeconds: 3,
  })
})

it('refuses what it does not understand', () => {
  expect(() => readCommandLine(['--prot', '1'], {})).toThrow("Unknown option '--prot'")
  expect(() => readCommandLine([], { IDP_PORT: '94oo' })).toThrow(
    'port must be a whole number; it is "94oo".',
  )
})
