/** What the silent callback page tells the page around it: its own URL, as the provider made it. */
export interface SilentAnswer {
  readonly latchkey: 'silent-callback'
  readonly url: string
}

/** The URL in a message of the silent callback page; undefined for any other message. */
export function parseSilentAnswer(message: unknown): string | undefined {
  if (typeof message !== 'object' || message === null) return undefined
  const { latchkey, url } = message as Partial<SilentAnswer>
  return latchkey === 'silent-callback' && typeof url === 'string' ? url : undefined
}
