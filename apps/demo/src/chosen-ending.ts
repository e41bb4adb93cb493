const endings = ['sign out', 'keep the page'] as const

/** What becomes of a page whose session ends by itself. */
export type Ending = (typeof endings)[number]

const storageKey = 'latchkey-demo.ending'

/** For all tabs, because they share one session. */
export function chosenEnding(): Ending {
  const chosen = localStorage.getItem(storageKey)
  return endings.find((ending) => ending === chosen) ?? 'sign out'
}

/** Loads the page anew, so that the rest of the app can rely on one client that never changes. */
export function chooseEnding(ending: Ending): void {
  localStorage.setItem(storageKey, ending)
  location.reload()
}
