/** What a page that the provider sent an answer to tells whoever waits for it: its own URL, as the provider made it. */
export interface SilentAnswer {
  readonly latchkey: 'silent-callback'
  readonly url: string
}

/** The URL in such a message; undefined for any other message. */
export function parseSilentAnswer(message: unknown): string | undefined {
  if (typeof message !== 'object' || message === null) return undefined
  const { latchkey, url } = message as Partial<SilentAnswer>
  return latchkey === 'silent-callback' && typeof url === 'string' ? url : undefined
}

/** Where the answer to one sign-in is passed on between windows: only they and the provider know its `state`. */
export function answerChannel(state: string): string {
  return `latchkey.${state}`
}
