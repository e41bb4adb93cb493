import type { Keeper } from '../keeper/keeper.ts'
import type { Rung } from './rung.ts'

/** Whoever still holds the session hands it over: another tab, or the vault. No request is made. */
export function createKeeperRung({ about, restore, seemsAlone }: Keeper): Rung {
  return {
    // There may turn out to be no vault on the way: then it was another tab.
    get name() {
      return about().kind === 'vault' ? 'vault' : 'tab'
    },
    patienceMs: 2000,
    isUnlikely: seemsAlone,
    async climb() {
      const session = await restore()
      return session ? { outcome: 'restored', session } : { outcome: 'nothing' }
    },
  }
}
