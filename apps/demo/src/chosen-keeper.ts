const keepers = ['memory', 'at rest', 'vault', 'sealed vault'] as const

/** Where tokens may be kept. */
export type KeeperKind = (typeof keepers)[number]

const storageKey = 'latchkey-demo.keeper'

/** For all tabs, because they share one session. */
export function chosenKeeper(): KeeperKind {
  const chosen = localStorage.getItem(storageKey)
  return keepers.find((keeper) => keeper === chosen) ?? 'memory'
}

/** Whether no page has them, but the worker. */
export const isInVault = (keeper: KeeperKind): boolean => keeper === 'vault' || keeper === 'sealed vault'

/** Loads the page anew, so that the rest of the app can rely on one client that never changes. */
export function chooseKeeper(keeper: KeeperKind): void {
  localStorage.setItem(storageKey, keeper)
  location.reload()
}
