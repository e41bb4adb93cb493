const storageKey = 'latchkey-demo.idle-timeout'

/** After how many seconds without anybody a session ends; undefined where it goes on. For all tabs, which share one. */
export function chosenTimeout(): number | undefined {
  const seconds = Number(localStorage.getItem(storageKey))
  return seconds >= 5 ? seconds : undefined
}

/** Loads the page anew, so that the rest of the app can rely on one client that never changes. */
export function chooseTimeout(seconds: number | undefined): void {
  if (seconds === undefined) localStorage.removeItem(storageKey)
  else localStorage.setItem(storageKey, String(seconds))
  location.reload()
}
