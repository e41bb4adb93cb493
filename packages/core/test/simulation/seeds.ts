/** What there is to say of how one seed went. */
interface Outcome {
  readonly seed: number
  readonly options: object
  readonly violations: readonly string[]
  readonly events: readonly string[]
}

/** So many seeds from 1 on, in groups: one test each. */
export function seedGroups(
  count: number,
  perGroup: number,
): readonly { readonly from: number; readonly to: number }[] {
  return Array.from({ length: Math.ceil(count / perGroup) }, (_, index) => ({
    from: index * perGroup + 1,
    to: (index + 1) * perGroup,
  }))
}

/** How a seed went, for whoever has to find out why, and how to see it again in this file below `src`. */
export function story(file: string, { seed, options, violations, events }: Outcome): string {
  return [
    ...violations,
    '',
    `SIMULATION_SEED=${seed} node node_modules/vitest/vitest.mjs run --config vitest.workspace.ts --project core packages/core/src/${file}`,
    JSON.stringify(options),
    ...events,
  ].join('\n')
}
