/** @throws {TypeError} when there is no origin, or an entry is more or less than scheme, host and port. */
export function checkAppOrigins(appOrigins: readonly string[]): void {
  if (appOrigins.length === 0) throw new TypeError('appOrigins is empty: say where the app runs.')
  for (const entry of appOrigins) {
    const origin = URL.canParse(entry) ? new URL(entry).origin : 'null'
    if (origin === entry) continue
    const example = origin === 'null' ? 'http://localhost:5173' : origin
    throw new TypeError(`appOrigins holds "${entry}": write scheme, host and port, as in ${example}`)
  }
}
