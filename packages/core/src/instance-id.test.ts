import { expect, it } from 'vitest'
import { nameInstance, shortName } from './instance-id.ts'

it('names a client as every version has: what was kept before a release is found after it', () => {
  expect(nameInstance('https://id.example', 'app')).toBe('vxhy4eq6gvrk')
  expect(nameInstance('https://id.example', 'app', 'admin')).toBe('2vfgob1nv4hgd')
})

it('names clients apart by their provider, their id and their name', () => {
  const names = [
    nameInstance('https://id.example', 'app'),
    nameInstance('https://id.example/', 'app'),
    nameInstance(undefined, 'app'),
    nameInstance('https://id.example', 'app2'),
    nameInstance('https://id.example', 'app', '2'),
  ]
  expect(new Set(names).size).toBe(names.length)
})

// Published test vectors of FNV-1a with 32 bits.
it.each([
  ['', 0x811c9dc5],
  ['a', 0xe40c292c],
  ['foobar', 0xbf9cf968],
])('is short for %j by FNV-1a', (text, hash) => {
  expect(shortName(text).startsWith(hash.toString(36))).toBe(true)
  expect(shortName(text).length).toBeLessThanOrEqual(14)
})
