/** Everything that a simulation leaves to chance, so that its seed alone decides it. */
export interface Chance {
  /** From 0 (included) to 1 (excluded). */
  fraction(): number
  /** Whether something of this probability happens. */
  happens(probability: number): boolean
  /** A number of these, both included. */
  between(least: number, most: number): number
  pick<T>(choices: readonly [T, ...T[]]): T
  /** One of several things, each as often as its weight says. */
  weighted<T extends string>(weights: Readonly<Record<T, number>>): T
  bytes(length: number): Uint8Array
}

/** Makes a {@link Chance}: mulberry32, of which 32 bits of seed are the whole state. */
export function createChance(seed: number): Chance {
  let state = seed >>> 0

  function fraction(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  const between = (least: number, most: number): number => least + Math.floor(fraction() * (most - least + 1))

  return {
    fraction,
    happens: (probability) => fraction() < probability,
    between,
    pick: (choices) => choices[between(0, choices.length - 1)] ?? choices[0],
    weighted<T extends string>(weights: Readonly<Record<T, number>>): T {
      const entries = Object.entries(weights) as [T, number][]
      let left = fraction() * entries.reduce((sum, [, weight]) => sum + weight, 0)
      for (const [name, weight] of entries) {
        left -= weight
        if (left < 0) return name
      }
      return entries[0]?.[0] as T
    },
    bytes: (length) => Uint8Array.from({ length }, () => between(0, 255)),
  }
}
