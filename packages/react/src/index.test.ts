/// <reference types="vite/client" />
import { describe, expect, it } from 'vitest'
import * as latchkey from './index.ts'

const files = import.meta.glob<string>('./*.{ts,tsx}', { query: '?raw', import: 'default', eager: true })
const sources = Object.entries(files)
  .filter(([name]) => !/\.test(-d)?\./.test(name))
  .map(([name, text]) => ({ name, code: text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '').trim() }))

describe('the package', () => {
  it('exports these names and no others', () => {
    expect(Object.keys(latchkey).sort()).toMatchInlineSnapshot(`
      [
        "AuthProvider",
        "Callback",
        "ClientProvider",
        "RequireAuth",
        "SignedIn",
        "SignedOut",
        "createAuthContext",
        "useAccessToken",
        "useAuth",
        "useAuthClient",
        "useAuthFetch",
        "useSessionCountdown",
        "useSuspenseAuth",
        "useUser",
        "withAuth",
      ]
    `)
  })

  it('has the sources that the rules below are about', () => {
    expect(sources.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        './auth.ts',
        './callback.tsx',
        './auth-context.ts',
        './index.ts',
        './use-auth.ts',
      ]),
    )
  })

  it.each(sources)('$name imports core by its public name, React, and its neighbours only', ({ code }) => {
    const imported = [...code.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*['"]([^'"]+)['"]/g)].map(
      ([, from]) => from,
    )
    expect(
      imported.filter((from) => !/^(@latchkey\/core|react|\.\/[a-z-]+\.tsx?)$/.test(from ?? '')),
    ).toEqual([])
  })

  it.each(sources)('$name begins with "use client" if it uses a hook or a context', ({ code }) => {
    const isForClient = /\b(use[A-Z]\w*|createContext)(<[^(]*>)?\(/.test(code)
    expect(code.startsWith(`'use client'\n`)).toBe(isForClient)
  })
})
