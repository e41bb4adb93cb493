/** One way to authenticate, as an API asks for it (RFC 9110 §11.3). */
export interface Challenge {
  /** In lower case: `bearer`, `dpop`, `basic`, … */
  readonly scheme: string
  /** By their names in lower case. */
  readonly parameters: Readonly<Record<string, string>>
}

/** `scheme`, or `name=value` with a token or a quoted string, and what stands before it. */
const piece =
  /[\s,]*(?:([\w!#$%&'*+.^`|~-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))|([\w!#$%&'*+.^`|~-]+))/y

/**
 * The challenges of a `WWW-Authenticate` header: one header may hold several (RFC 9110 §11.6.1). Whatever follows what
 * cannot be read is left out.
 */
export function parseChallenges(header: string | null): readonly Challenge[] {
  const challenges: { scheme: string; parameters: Record<string, string> }[] = []
  const text = header ?? ''
  piece.lastIndex = 0
  for (let match = piece.exec(text); match; match = piece.exec(text)) {
    const [, name = '', quoted, plain = '', scheme] = match
    const latest = challenges.at(-1)
    if (scheme !== undefined) challenges.push({ scheme: scheme.toLowerCase(), parameters: {} })
    else if (latest) latest.parameters[name.toLowerCase()] = quoted?.replace(/\\(.)/g, '$1') ?? plain
  }
  return challenges
}
