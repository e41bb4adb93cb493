/** Runs an action once those that came before it are done, however they ended. */
export type Queue = <T>(action: () => Promise<T>) => Promise<T>

/** One action at a time, in the order in which they come. */
export function createQueue(): Queue {
  let last: Promise<unknown> = Promise.resolve()
  return (action) => {
    const result = last.then(action)
    last = result.catch(() => {})
    return result
  }
}
