/** Where tokens may be kept. */
export type KeeperKind = 'memory' | 'vault'

const storageKey = 'latchkey-demo.keeper'

/** For all tabs, because they share one session. */
export function chosenKeeper(): KeeperKind {
  return localStorage.getItem(storageKey) === 'vault' ? 'vault' : 'memory'
}

/** Loads the page anew, so that the rest of the app can rely on one client that never changes. */
export function chooseKeeper(keeper: KeeperKind): void {
  localStorage.setItem(storageKey, keeper)
  location.reload()
}
