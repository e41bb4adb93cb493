const watches = ['go on', 'end here too'] as const

/** What becomes of a session here when the provider's own is over. */
export type Watch = (typeof watches)[number]

const storageKey = 'latchkey-demo.watch'

/** For all tabs, because they share one session. */
export function chosenWatch(): Watch {
  const chosen = localStorage.getItem(storageKey)
  return watches.find((watch) => watch === chosen) ?? 'go on'
}

/** Loads the page anew, so that the rest of the app can rely on one client that never changes. */
export function chooseWatch(watch: Watch): void {
  localStorage.setItem(storageKey, watch)
  location.reload()
}
