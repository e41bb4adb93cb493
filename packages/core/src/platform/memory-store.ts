import type { KeyValueStore } from './ports.ts'

/** A store that lives as long as whoever holds it. */
export function createMemoryStore(): KeyValueStore {
  const values = new Map<string, string>()
  return {
    get: (key) => values.get(key),
    set: (key, value) => void values.set(key, value),
    remove: (key) => void values.delete(key),
    keys: () => [...values.keys()],
  }
}
