/**
 * Throws where React renders, and not where nobody hears of it: a bug belongs to the error boundary, not to the person.
 *
 * @param set Of a state of the component.
 */
export function throwInRender(set: (update: () => never) => void, reason: unknown): void {
  set(() => {
    throw reason
  })
}
