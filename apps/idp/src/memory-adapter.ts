import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider'

/** One provider's memory: nothing is shared with another provider in the same process, nothing outlives it. */
export interface Memory {
  readonly adapter: AdapterFactory
  /** Forgets every grant, and every code and refresh token with them. Sessions stay. */
  forgetGrants(): void
}

interface Entry {
  readonly model: string
  readonly payload: AdapterPayload
  readonly expiresAt: number
}

const boundToAGrant: ReadonlySet<string> = new Set(['AccessToken', 'AuthorizationCode', 'RefreshToken'])

export function createMemory(): Memory {
  const entries = new Map<string, Entry>()
  const keyOf = (model: string, id: string): string => `${model}:${id}`

  function removeWhere(matches: (entry: Entry) => boolean): void {
    for (const [key, entry] of entries) if (matches(entry)) entries.delete(key)
  }

  function findWhere(matches: (entry: Entry) => boolean): AdapterPayload | undefined {
    for (const entry of entries.values()) if (matches(entry)) return entry.payload
    return undefined
  }

  function createAdapter(model: string): Adapter {
    return {
      async upsert(id, payload, expiresIn) {
        const now = Date.now()
        removeWhere((entry) => entry.expiresAt <= now)
        const expiresAt = expiresIn === undefined ? Number.POSITIVE_INFINITY : now + expiresIn * 1000
        entries.set(keyOf(model, id), { model, payload, expiresAt })
      },
      // The models check the expiry themselves, and say "expired" rather than "not found".
      async find(id) {
        return entries.get(keyOf(model, id))?.payload
      },
      async findByUid(uid) {
        return findWhere((entry) => entry.model === model && entry.payload.uid === uid)
      },
      async findByUserCode(userCode) {
        return findWhere((entry) => entry.model === model && entry.payload.userCode === userCode)
      },
      async consume(id) {
        const entry = entries.get(keyOf(model, id))
        if (!entry) return
        const consumed = Math.floor(Date.now() / 1000)
        entries.set(keyOf(model, id), { ...entry, payload: { ...entry.payload, consumed } })
      },
      async destroy(id) {
        entries.delete(keyOf(model, id))
      },
      async revokeByGrantId(grantId) {
        removeWhere((entry) => boundToAGrant.has(entry.model) && entry.payload.grantId === grantId)
      },
    }
  }

  return {
    adapter: createAdapter,
    forgetGrants: () => removeWhere((entry) => entry.model === 'Grant' || boundToAGrant.has(entry.model)),
  }
}
