import { IDBFactory, IDBObjectStore } from 'fake-indexeddb'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openDurableStore } from './durable-store.ts'

let factory: IDBFactory

beforeEach(() => {
  factory = new IDBFactory()
  vi.stubGlobal('indexedDB', factory)
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

describe('a store in IndexedDB', () => {
  it('keeps what it is given, under its own name, until it is removed', async () => {
    const store = openDurableStore('latchkey.a')
    await store.set('key.1', { at: 1 })
    await store.set('key.1', { at: 2 })
    await store.set('key.2', 'x')
    expect(await openDurableStore('latchkey.a').get('key.1')).toEqual({ at: 2 })
    expect(await store.keys()).toEqual(['key.1', 'key.2'])
    expect(await openDurableStore('latchkey.b').keys()).toEqual([])
    await store.remove('key.1')
    await store.remove('key.1')
    expect(await store.get('key.1')).toBeUndefined()
    expect((await factory.databases()).map(({ name }) => name).sort()).toEqual(['latchkey.a', 'latchkey.b'])
  })

  it('opens nothing before it is needed, and leaves no connection open (STO-07)', async () => {
    const store = openDurableStore('latchkey.a')
    expect(await factory.databases()).toEqual([])
    await Promise.all([store.set('a', 1), store.get('a'), store.keys()])
    // With a connection open, this would be blocked.
    await new Promise<void>((resolve, reject) => {
      const deleting = factory.deleteDatabase('latchkey.a')
      deleting.onsuccess = () => resolve()
      deleting.onblocked = () => reject(new Error('A connection is open.'))
    })
  })

  it('says so where it cannot be written, and where there is none', async () => {
    const store = openDurableStore('latchkey.a')
    await expect(store.set('a', () => undefined)).rejects.toThrow()
    vi.stubGlobal('indexedDB', undefined)
    await expect(store.get('a')).rejects.toThrow()
    await expect(store.set('a', 1)).rejects.toThrow()
  })

  it('says so where it is of a later version', async () => {
    await new Promise((resolve) => {
      const later = factory.open('latchkey.a', 2)
      later.onsuccess = () => resolve(later.result.close())
    })
    await expect(openDurableStore('latchkey.a').get('a')).rejects.toMatchObject({ name: 'VersionError' })
  })

  it('has written nothing before the browser says so: the disk may be full', async () => {
    const put = IDBObjectStore.prototype.put
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...given) {
      const request = put.apply(this, given)
      request.addEventListener('success', () => {
        const error = new DOMException('The quota has been exceeded.', 'QuotaExceededError')
        Object.defineProperty(this.transaction, 'error', { value: error })
        this.transaction.abort()
      })
      return request
    })
    const store = openDurableStore('latchkey.a')
    await expect(store.set('a', 1)).rejects.toMatchObject({ name: 'QuotaExceededError' })
    expect(await store.get('a')).toBeUndefined()
  })
})
