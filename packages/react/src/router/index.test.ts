/// <reference types="vite/client" />
import { describe, expect, it } from 'vitest'
import * as router from './index.ts'
import * as tanstack from './tanstack/index.ts'

const files = import.meta.glob<string>('./**/*.ts', { query: '?raw', import: 'default', eager: true })
const sources = Object.entries(files)
  .filter(([name]) => !/\.test(-d)?\./.test(name))
  .map(([name, text]) => ({ name, code: text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '').trim() }))

describe('the entries for routers', () => {
  it('export these names and no others', () => {
    expect([Object.keys(router).sort(), Object.keys(tanstack).sort()]).toEqual([
      ['callbackRoute', 'handleCallback', 'requireAuth'],
      ['handleCallback', 'requireAuth'],
    ])
  })

  it('have the sources that the rules below are about', () => {
    expect(sources.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['./index.ts', './require-auth.ts', './tanstack/index.ts']),
    )
  })

  // Of core, one internal function too: a rule that is kept there stands in one place, and both are released together.
  it.each(sources)('$name imports core and its neighbours only: no router, and no React', ({ code }) => {
    const imported = [...code.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*['"]([^'"]+)['"]/g)].map(
      ([, from]) => from,
    )
    expect(
      imported.filter(
        (from) => !/^(@latchkey\/core(\/internal\/abortable)?|\.\.?\/[a-z-]+\.ts)$/.test(from ?? ''),
      ),
    ).toEqual([])
  })

  it.each(sources)('$name may be loaded by a server, whose loaders it is for', ({ code }) => {
    expect(code).not.toContain('use client')
  })
})
