import { expect, it } from 'vitest'
import { storageKeys, storagePrefix } from './storage-keys.ts'

it('gives each thing that a client keeps a key of its own, which no other client has', () => {
  const [mine, other] = ['mine', 'other'].map((id) => Object.values(storageKeys(id)))
  expect(new Set([...(mine ?? []), ...(other ?? [])]).size).toBe(2 * Object.keys(storageKeys('mine')).length)
  const prefix = storagePrefix('mine')
  for (const key of mine ?? []) {
    expect(key.startsWith(prefix)).toBe(true)
    // What begins with another's key would be taken for one of its many.
    expect((mine ?? []).filter((each) => each.startsWith(key))).toEqual([key])
  }
  expect((other ?? []).filter((key) => key.startsWith(prefix))).toEqual([])
})
