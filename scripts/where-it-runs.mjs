/**
 * What `npm start` prints once everything answers: where each server is, and who can sign in.
 *
 * @param {{ servers: Readonly<Record<string, string>>, users: readonly string[] }} running the addresses by their
 *   names, in the order they are shown; users as `name / password`
 */
export function describeWhereItRuns({ servers, users }) {
  const width = Math.max(...Object.keys(servers).map(({ length }) => length)) + 3
  const line = (/** @type {string} */ name, /** @type {string} */ value) => `  ${name.padEnd(width)}${value}`
  return `
${Object.entries(servers)
  .map(([name, url]) => line(name, url))
  .join('\n')}

${users.map((user, index) => line(index === 0 ? 'Sign in as' : '', user)).join('\n')}

  Stop it with Ctrl-C.
`
}
