import type { Clock, DurableStore } from '../platform/ports.ts'
import { createProofKey, describeKey, type ProofKey } from './proof.ts'

/** A client's keys, by thumbprint: in memory, and as far as they have to outlive a page in storage. */
export interface KeyRing {
  create(): Promise<ProofKey>
  find(thumbprint: string): Promise<ProofKey | undefined>
  isKept(thumbprint: string): boolean
  /** A session goes by it from now on: it is none of those that an abandoned sign-in has left behind. */
  use(thumbprint: string): Promise<void>
  /** Takes it out of storage. */
  forget(thumbprint: string): Promise<void>
}

const prefix = 'key.'
/** Sign-ins that were abandoned leave a key behind each. Those that sessions go by are counted apart, and outlive them. */
const mostKept = 20

/** Makes a {@link KeyRing}. Where the store fails, keys are in memory alone. */
export function createKeyRing(store: DurableStore, clock: Pick<Clock, 'now'>): KeyRing {
  const known = new Map<string, ProofKey>()
  const kept = new Set<string>()

  async function keep({ thumbprint, keyPair }: ProofKey, isUsed: boolean): Promise<void> {
    try {
      await store.set(prefix + thumbprint, { keyPair, at: clock.now().epochMs, isUsed })
      kept.add(thumbprint)
      await prune()
    } catch {
      // Site data is blocked or full, or the engine cannot store a key: it is good for as long as the page.
    }
  }

  async function prune(): Promise<void> {
    const names = (await store.keys()).filter((name) => name.startsWith(prefix))
    if (names.length <= mostKept) return
    const entries = await Promise.all(
      names.map(async (name) => ({
        name,
        ...((await store.get(name)) as { at?: unknown; isUsed?: unknown }),
      })),
    )
    entries.sort((left, right) => (Number(right.at) || 0) - (Number(left.at) || 0))
    for (const kind of [true, false]) {
      const beyond = entries.filter(({ isUsed }) => (isUsed !== false) === kind).slice(mostKept)
      for (const { name } of beyond) await store.remove(name)
    }
  }

  async function load(thumbprint: string): Promise<ProofKey | undefined> {
    try {
      const { keyPair } = (await store.get(prefix + thumbprint)) as { keyPair: CryptoKeyPair }
      const key = await describeKey(keyPair)
      // Storage is not trusted with which key it is.
      if (key.thumbprint !== thumbprint) return undefined
      known.set(thumbprint, key)
      kept.add(thumbprint)
      return key
    } catch {
      return undefined
    }
  }

  return {
    async create() {
      const key = await createProofKey()
      known.set(key.thumbprint, key)
      await keep(key, false)
      return key
    },
    find: async (thumbprint) => known.get(thumbprint) ?? load(thumbprint),
    isKept: (thumbprint) => kept.has(thumbprint),
    async use(thumbprint) {
      const key = known.get(thumbprint)
      if (key && kept.has(thumbprint)) await keep(key, true)
    },
    async forget(thumbprint) {
      kept.delete(thumbprint)
      await store.remove(prefix + thumbprint).catch(() => undefined) // it was not there, or nothing can be removed
    },
  }
}
