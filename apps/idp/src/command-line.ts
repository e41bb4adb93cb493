import { parseArgs } from 'node:util'
import type { IdpOptions } from './idp-options.ts'

/**
 * What flags say, or else the environment; `startIdp` has defaults for the rest.
 * @throws {TypeError} for a flag that does not exist, a number that is none, or a host that is not this machine.
 */
export function readCommandLine(
  flags: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): IdpOptions {
  const { values } = parseArgs({
    args: [...flags],
    options: {
      host: { type: 'string' },
      port: { type: 'string' },
      'api-port': { type: 'string' },
      'stock-port': { type: 'string' },
      'payments-port': { type: 'string' },
      'plain-port': { type: 'string' },
      'app-origin': { type: 'string' },
      'access-token-seconds': { type: 'string' },
    },
  })
  return {
    appOrigins: (values['app-origin'] ?? environment.APP_ORIGIN ?? 'http://localhost:5173')
      .split(',')
      .map((origin) => origin.trim()),
    ...hostOption(values.host ?? environment.IDP_HOST),
    ...numberOption('port', values.port ?? environment.IDP_PORT),
    ...numberOption('apiPort', values['api-port'] ?? environment.API_PORT),
    ...numberOption('stockPort', values['stock-port'] ?? environment.STOCK_PORT),
    ...numberOption('paymentsPort', values['payments-port'] ?? environment.PAYMENTS_PORT),
    ...numberOption('plainPort', values['plain-port'] ?? environment.PLAIN_PORT),
    ...numberOption('accessTokenSeconds', values['access-token-seconds'] ?? environment.ACCESS_TOKEN_SECONDS),
  }
}

function hostOption(text: string | undefined): Pick<IdpOptions, 'host'> {
  if (text === undefined || text === '') return {}
  if (text === 'localhost' || text === '127.0.0.1') return { host: text }
  throw new TypeError(`host must be localhost or 127.0.0.1; it is "${text}".`)
}

type NumberOption = 'port' | 'apiPort' | 'stockPort' | 'paymentsPort' | 'plainPort' | 'accessTokenSeconds'

function numberOption<Name extends NumberOption>(
  name: Name,
  text: string | undefined,
): { [Key in Name]?: number } {
  if (text === undefined || text === '') return {}
  if (!/^\d+$/.test(text)) throw new TypeError(`${name} must be a whole number; it is "${text}".`)
  return { [name]: Number(text) } as { [Key in Name]: number }
}
