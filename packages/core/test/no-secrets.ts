import { expect } from 'vitest'

/**
 * Fails where an error shows one of these secrets: in its words, in its chain of causes, in any property,
 * as text or as JSON; plain, URL-encoded or in base64.
 */
export function expectNoSecrets(error: unknown, secrets: readonly string[]): void {
  const shown = everythingIn(error)
  const found = secrets.flatMap(formsOf).filter((form) => shown.includes(form))
  expect(found).toEqual([])
  // What is inside cannot be read here, but whoever logs the error may.
  expect(shown).not.toMatch(/\[object (Response|Request|CryptoKey|ReadableStream)\]/)
}

/** All text that can be got out of a value. */
export function everythingIn(value: unknown, seen: Set<unknown> = new Set()): string {
  if (typeof value !== 'object' || value === null) return String(value)
  if (seen.has(value)) return ''
  seen.add(value)
  const below = [...contentsOf(value)].map((item) => everythingIn(item, seen))
  return [textOf(value), ...below].join('\n')
}

function textOf(value: object): string {
  if (ArrayBuffer.isView(value)) return new TextDecoder().decode(value)
  const asJson = value instanceof Error ? JSON.stringify(value) : ''
  return `${Object.prototype.toString.call(value)} ${asText(value)} ${asJson}`
}

/** Not every object has a text: whoever made it may have left it none. */
function asText(value: object): string {
  try {
    return String(value)
  } catch {
    return ''
  }
}

function* contentsOf(value: object): Iterable<unknown> {
  if (Symbol.iterator in value && !ArrayBuffer.isView(value)) yield* value as Iterable<unknown>
  for (const key of Reflect.ownKeys(value)) yield Reflect.get(value, key)
}

/** How a secret may look where somebody encoded it. */
export function formsOf(secret: string): string[] {
  if (secret.length < 12) throw new Error(`"${secret}" is too short to be looked for`)
  // In base64 a text looks in three ways, depending on what stands before it.
  const inBase64 = [0, 1, 2].map((shift) => btoa('-'.repeat(shift) + secret).slice(shift === 0 ? 0 : 4, -4))
  const inBase64url = inBase64.map((form) => form.replaceAll('+', '-').replaceAll('/', '_'))
  return [...new Set([secret, encodeURIComponent(secret), ...inBase64, ...inBase64url])]
}
