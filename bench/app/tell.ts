/** What the app tells the measuring program, on the console. */
export interface Told {
  readonly status: 'signed in' | 'signed out'
  /** When the name was committed, or the frame with the button was there: milliseconds since the epoch. */
  readonly at: number
  /** The same since the page's navigation began. */
  readonly sinceStart: number
}

/** Looked for from outside, it would be found late: what looks runs in the page's own thread, which is busy then. */
export function tell(status: Told['status']): void {
  const told: Told = { status, at: Date.now(), sinceStart: performance.now() }
  console.info(`bench: ${JSON.stringify(told)}`)
}
