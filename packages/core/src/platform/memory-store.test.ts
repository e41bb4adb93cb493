import { expect, it } from 'vitest'
import { createMemoryStore } from './memory-store.ts'

it('keeps what it is given until it is removed, apart from every other', () => {
  const store = createMemoryStore()
  store.set('a', '1')
  store.set('b', '')
  store.set('a', '2')
  expect([store.get('a'), store.get('b'), store.get('c')]).toEqual(['2', '', undefined])
  expect(store.keys()).toEqual(['a', 'b'])
  store.remove('a')
  store.remove('c')
  expect([store.get('a'), store.keys()]).toEqual([undefined, ['b']])
  expect(createMemoryStore().keys()).toEqual([])
})
