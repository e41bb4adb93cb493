import { readdirSync } from 'node:fs'
import { basename } from 'node:path'
import { expect, it } from 'vitest'
import { shares } from '../packages/core/test/fuzz/it-holds.ts'

it('gives everything that is fuzzed a share of the cases, and all of it together the whole', () => {
  expect(Object.values(shares).reduce((sum, share) => sum + share, 0)).toBeCloseTo(100)
  const source = new URL('../packages/core/src', import.meta.url)
  const fuzzed = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.fuzz.test.ts'))
    .map((file) => basename(file, '.fuzz.test.ts'))
  expect(fuzzed.sort()).toEqual(Object.keys(shares).sort())
})
