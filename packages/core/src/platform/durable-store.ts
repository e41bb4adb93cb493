import type { DurableStore } from './ports.ts'

const storeName = 'kept'

/**
 * A store in IndexedDB, which can hold keys that nobody can read. A connection is closed as soon as it has done its
 * work: an open one would keep a page out of the back/forward cache (measured in Firefox).
 *
 * @throws each call: whatever the browser throws where site data is blocked, full or damaged
 */
export function openDurableStore(name: string): DurableStore {
  async function run<T>(
    mode: IDBTransactionMode,
    work: (store: IDBObjectStore) => IDBRequest<T>,
  ): Promise<T> {
    const opening = indexedDB.open(name, 1)
    opening.onupgradeneeded = () => void opening.result.createObjectStore(storeName)
    const database = await settled(opening)
    try {
      const transaction = database.transaction(storeName, mode)
      const done = new Promise<void>((resolve, reject) => {
        transaction.oncomplete = () => resolve()
        transaction.onabort = () => reject(transaction.error)
      })
      const result = await settled(work(transaction.objectStore(storeName)))
      // Written is only what the transaction has written.
      await done
      return result
    } finally {
      database.close()
    }
  }

  return {
    get: (key) => run<unknown>('readonly', (store) => store.get(key)),
    async set(key, value) {
      await run('readwrite', (store) => store.put(value, key))
    },
    remove: (key) => run('readwrite', (store) => store.delete(key)),
    keys: async () => (await run('readonly', (store) => store.getAllKeys())).map(String),
  }
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}
