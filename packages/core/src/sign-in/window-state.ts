/** What stands between a client's prefix and the random part of a `state` whose answer the opener of a window waits for. */
const mark = 'w.'

/** The front of such a `state`. */
export function windowStatePrefix(statePrefix: string): string {
  return statePrefix + mark
}

/** Whether an answer is for the page that has opened this window. Neither prefixes nor random parts have a dot inside. */
export function isForOpener(state: string): boolean {
  return state.includes(`.${mark}`)
}
