/**
 * Every string that can be reached from what React holds for a container: props, state, hooks, context,
 * effects. Nodes are left out, because the markup is easier to look through as a whole.
 */
export function stringsInReact(container: Element): string[] {
  const key = Object.keys(container).find((name) => name.startsWith('__reactContainer$'))
  if (!key) throw new Error('React has rendered nothing into this container.')
  return stringsIn((container as unknown as Record<string, unknown>)[key])
}

function stringsIn(root: unknown): string[] {
  const strings: string[] = []
  const seen = new Set<unknown>()
  const waiting = [root]
  while (waiting.length > 0) {
    const value = waiting.pop()
    if (typeof value === 'string') strings.push(value)
    const isOpen = (typeof value === 'object' && value !== null) || typeof value === 'function'
    if (!isOpen || value instanceof Node || seen.has(value)) continue
    seen.add(value)
    if (value instanceof Map || value instanceof Set) waiting.push(...value.keys(), ...value.values())
    for (const descriptor of Object.values(Object.getOwnPropertyDescriptors(value))) {
      waiting.push(descriptor.value)
    }
  }
  return strings
}
