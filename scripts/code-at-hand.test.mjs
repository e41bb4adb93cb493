import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { expect, it } from 'vitest'

const core = new URL('../packages/core/', import.meta.url)

/** @param {URL} file */
const read = (file) => readFileSync(file, 'utf8')

it('has at hand for the tests whatever pages load on demand', () => {
  const source = new URL('src/', core)
  const onDemand = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.includes('.test'))
    .flatMap((name) => [...read(new URL(name, source)).matchAll(/(?<!typeof )\bimport\('(.+?)'\)/g)])
    .map(([, path = '']) => basename(path))
  const atHand = [...read(new URL('test/code-at-hand.ts', core)).matchAll(/^import '(.+)'$/gm)]
  expect(atHand.map(([, path = '']) => basename(path)).sort()).toEqual([...new Set(onDemand)].sort())
})
