import { parseArgs } from 'node:util'
import type { IdpOptions } from './idp-options.ts'
import type { SettingName } from './settings.ts'
import { settings } from './settings.ts'

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
    options: Object.fromEntries(
      Object.values(settings).map(({ flag }) => [flag, { type: 'string' }] as const),
    ),
  })
  const read = (name: SettingName): string | undefined => {
    const { flag, variable } = settings[name]
    return values[flag] ?? environment[variable]
  }
  return {
    appOrigins: (read('appOrigins') ?? 'http://localhost:5173').split(',').map((origin) => origin.trim()),
    ...hostOption(read('host')),
    ...numberOption('port', read('port')),
    ...numberOption('apiPort', read('apiPort')),
    ...numberOption('stockPort', read('stockPort')),
    ...numberOption('paymentsPort', read('paymentsPort')),
    ...numberOption('plainPort', read('plainPort')),
    ...numberOption('accessTokenSeconds', read('accessTokenSeconds')),
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
