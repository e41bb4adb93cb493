/**
 * The gates that were asked for and those they need.
 *
 * @param {readonly import('./gates/gate.mjs').Gate[]} gates
 * @param {readonly string[]} names
 * @returns {Set<import('./gates/gate.mjs').Gate>}
 * @throws Error when a name is no gate's
 */
export function selectGates(gates, names) {
  const selected = new Set(
    names.map((name) => {
      const gate = gates.find((candidate) => candidate.name === name)
      if (!gate)
        throw new Error(`There is no gate ${name}. There are: ${gates.map((each) => each.name).join(', ')}.`)
      return gate
    }),
  )
  for (const { needs = [] } of selected) for (const gate of selectGates(gates, needs)) selected.add(gate)
  return selected
}
