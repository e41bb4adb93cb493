import { settings } from './settings.ts'

/** Whether somebody wants to read what there is, rather than start it. */
export function asksForHelp(flags: readonly string[]): boolean {
  return flags.includes('--help') || flags.includes('-h')
}

/** Every flag with its variable and its default. */
export function buildHelp(): string {
  const lines = Object.values(settings).map(({ flag, variable, value, meaning }) => {
    const column = `--${flag} ${value}`.padEnd(34)
    return `  ${column}${variable.padEnd(22)}${meaning}`
  })
  return `Starts a local OpenID provider, three APIs and a plain OAuth 2.0 server.

  npm run start --prefix apps/idp -- [flags]

A flag wins over the variable beside it; the default is in brackets. Port 0 is any free port.

${lines.join('\n')}
  --help`
}
