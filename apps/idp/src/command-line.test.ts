import { expect, it } from 'vitest'
import { readCommandLine } from './command-line.ts'

it('has one default of its own', () => {
  expect(readCommandLine([], {})).toEqual({ appOrigins: ['http://localhost:5173'] })
})

it('reads the environment', () => {
  const environment = {
    IDP_HOST: '127.0.0.1',
    IDP_PORT: '9500',
    API_PORT: '9501',
    STOCK_PORT: '9502',
    PAYMENTS_PORT: '9503',
    PLAIN_PORT: '9504',
    APP_ORIGIN: 'http://localhost:1, http://localhost:2',
    ACCESS_TOKEN_SECONDS: '20',
  }

  expect(readCommandLine([], environment)).toEqual({
    host: '127.0.0.1',
    port: 9500,
    apiPort: 9501,
    stockPort: 9502,
    paymentsPort: 9503,
    plainPort: 9504,
    appOrigins: ['http://localhost:1', 'http://localhost:2'],
    accessTokenSeconds: 20,
  })
})

it('prefers flags', () => {
  const flags = [
    '--host=localhost',
    '--port',
    '1',
    '--api-port=2',
    '--stock-port=3',
    '--app-origin',
    'http://a',
  ]
  const environment = { IDP_HOST: '127.0.0.1', IDP_PORT: '9', API_PORT: '9', APP_ORIGIN: 'http://b' }

  expect(readCommandLine([...flags, '--access-token-seconds', '3'], environment)).toEqual({
    host: 'localhost',
    port: 1,
    apiPort: 2,
    stockPort: 3,
    appOrigins: ['http://a'],
    accessTokenSeconds: 3,
  })
})

it('refuses what it does not understand', () => {
  expect(() => readCommandLine(['--prot', '1'], {})).toThrow("Unknown option '--prot'")
  expect(() => readCommandLine([], { IDP_PORT: '94oo' })).toThrow(
    'port must be a whole number; it is "94oo".',
  )
  expect(() => readCommandLine(['--host', '0.0.0.0'], {})).toThrow(
    'host must be localhost or 127.0.0.1; it is "0.0.0.0".',
  )
})
