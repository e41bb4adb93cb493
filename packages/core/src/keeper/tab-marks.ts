import type { KeyValueStore, Random } from '../platform/ports.ts'
import { encodeBase64url } from '../protocol/base64url.ts'

/**
 * Which pages have tokens to give, as they say it in the storage that all tabs share: a page that is alone need not wait
 * for an answer. A hint, and nothing more: who crashes leaves its mark behind, and a version that knows of none has none.
 */
export interface TabMarks {
  /** The marks of other pages. */
  others(): readonly string[]
  /** This page has something to give, or has not any more. */
  set(isHolding: boolean): void
  /** Nobody has answered to these. Whoever is only slow, or frozen, puts its own back when it hears the question. */
  remove(marks: readonly string[]): void
}

/** More than any person has tabs of one app: the rest is left from crashes, which nobody else clears up while a tab answers. */
const mostMarks = 30

/** Makes {@link TabMarks} over the keys that start with `prefix`. Leaves none yet. */
export function createTabMarks(store: KeyValueStore, random: Random, prefix: string): TabMarks {
  let own: string | undefined

  const others = (): string[] => store.keys().filter((key) => key.startsWith(prefix) && key !== own)

  const remove = (marks: readonly string[]): void => marks.forEach(store.remove)

  return {
    others,
    remove,
    set(isHolding) {
      own ??= prefix + encodeBase64url(random.bytes(6))
      if (!isHolding) return store.remove(own)
      const left = others()
      if (left.length >= mostMarks) remove(left)
      try {
        store.set(own, '')
      } catch {
        // Full, or blocked: then others do not wait for this page, and hear it all the same.
      }
    },
  }
}
