import type { Page } from '@playwright/test'

/** A text that any script of the page can read, and where. */
export interface Readable {
  readonly place: string
  readonly text: string
}

/** Everything that a script in the page can get hold of without the help of the code that runs there. */
export function readPage(page: Page): Promise<readonly Readable[]> {
  return page.evaluate(readEverything)
}

/** Runs in the page, so it brings along all that it needs. */
export async function readEverything(): Promise<Readable[]> {
  return [
    ...readStorage(),
    ...(await readIndexedDb()),
    ...(await readCaches()),
    ...readDocument(),
    ...readObjects(),
  ]

  function readStorage(): Readable[] {
    return [
      { place: 'localStorage', text: JSON.stringify(Object.entries(localStorage)) },
      { place: 'sessionStorage', text: JSON.stringify(Object.entries(sessionStorage)) },
      { place: 'cookie', text: document.cookie },
    ]
  }

  async function readIndexedDb(): Promise<Readable[]> {
    const contents: Readable[] = []
    for (const { name = '' } of await indexedDB.databases()) {
      const database = await settle(indexedDB.open(name))
      for (const storeName of database.objectStoreNames) {
        const store = database.transaction(storeName).objectStore(storeName)
        const entries = [await settle(store.getAllKeys()), await settle(store.getAll())]
        contents.push({ place: 'IndexedDB', text: JSON.stringify([name, storeName, entries]) })
      }
      database.close()
    }
    return contents
  }

  function settle<T>(request: IDBRequest<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => reject(request.error)
    })
  }

  async function readCaches(): Promise<Readable[]> {
    const contents: Readable[] = []
    for (const name of await caches.keys()) {
      const cache = await caches.open(name)
      for (const request of await cache.keys()) {
        const body = await (await cache.match(request))?.text()
        contents.push({ place: 'Cache', text: `${name} ${request.url} ${body}` })
      }
    }
    return contents
  }

  function readDocument(): Readable[] {
    const fields = document.querySelectorAll<HTMLInputElement>('input, textarea, select')
    return [
      { place: 'DOM', text: document.documentElement.outerHTML },
      { place: 'DOM', text: [...fields].map(({ value }) => value).join('\n') },
      { place: 'address', text: [document.URL, document.referrer, document.title].join('\n') },
      { place: 'history.state', text: JSON.stringify(history.state) },
      {
        place: 'timing',
        text: performance
          .getEntries()
          .map(({ name }) => name)
          .join('\n'),
      },
    ]
  }

  /** Walks from object to object, from the globals and the elements (where React hangs its tree) on. */
  function readObjects(): Readable[] {
    const texts: string[] = []
    const seen = new Set<unknown>()
    const waiting: unknown[] = [window, ...document.querySelectorAll('*')]
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (typeof next === 'string') texts.push(next)
      if ((typeof next !== 'object' && typeof next !== 'function') || next === null || seen.has(next))
        continue
      seen.add(next)
      if (seen.size > 1_000_000) throw new Error('There are more objects than this can look at.')
      for (const key of Reflect.ownKeys(next)) {
        const { value } = Reflect.getOwnPropertyDescriptor(next, key) ?? {}
        waiting.push(value ?? null)
      }
      if (next instanceof Map) waiting.push(...next.keys(), ...next.values())
      if (next instanceof Set) waiting.push(...next)
      if (ArrayBuffer.isView(next)) waiting.push(new TextDecoder().decode(next))
    }
    return [{ place: 'objects', text: texts.join('\n') }]
  }
}
