import type { Keeper } from '../keeper/keeper.ts'
import type { Rung } from './rung.ts'

/** A refresh token that rests in this browser, bound to a key that rests beside it, is exchanged for a session. */
export function createStorageRung({ restore }: Pick<Keeper, 'restore'>): Rung {
  return {
    name: 'storage',
    patienceMs: 8000,
    async climb() {
      const session = await restore({ recall: true })
      return session ? { outcome: 'restored', session } : { outcome: 'nothing' }
    },
  }
}
