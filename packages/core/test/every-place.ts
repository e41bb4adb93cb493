/** Every place in a value, as the names that lead there. */
export function placesIn(value: unknown, path: readonly string[] = []): string[][] {
  const here = path.length > 0 ? [[...path]] : []
  const isLeaf = typeof value !== 'object' || value === null || value instanceof ArrayBuffer
  if (isLeaf) return here
  return [...here, ...Object.entries(value).flatMap(([name, part]) => placesIn(part, [...path, name]))]
}

/** The value with something else in one place. */
export function withAt(value: unknown, [name, ...rest]: readonly string[], other: unknown): unknown {
  if (name === undefined) return other
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>
  copy[name] = withAt(copy[name], rest, other)
  return copy
}
