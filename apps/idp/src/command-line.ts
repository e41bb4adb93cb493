import { parseArgs } from 'node:util'
import type { IdpOptions } from './start-idp.ts'

/**
 * What flags say, or else the environment; `startIdp` has defaults for the rest.
 * @throws {TypeError} for a flag that does not exist, or a number that is none.
 */
export function readCommandLine(
  flags: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): IdpOptions {
  const { values } = parseArgs({
    args: [...flags],
    options: {
      port: { type: 'string' },
      'api-port': { type: 'string' },
      'app-origin': { type: 'string' },
      'access-token-seconds': { type: 'string' },
    },
  })
  return {
    appOrigins: (values['app-origin'] ?? environment.APP_ORIGIN ?? 'http://localhost:5173')
      .split(',')
      .map((origin) => origin.trim()),
    ...numberOption('port', values.port ?? environment.IDP_PORT),
    ...numberOption('apiPort', values['api-port'] ?? environment.API_PORT),
    ...numberOption('accessTokenSeconds', values['access-token-seconds'] ?? environment.ACCESS_TOKEN_SECONDS),
  }
}

function numberOption<Name extends 'port' | 'apiPort' | 'accessTokenSeconds'>(
  name: Name,
  text: string | undefined,
): { [Key in Name]?: number } {
  if (text === undefined || text === '') return {}
  if (!/^\d+$/.test(text)) throw new TypeError(`${name} must be a whole number; it is "${text}".`)
  return { [name]: Number(text) } as { [Key in Name]: number }
}
