/** Node has it, and neither throttles it nor counts it as a wait: a timer of 0 ms is one of 1 ms. */
declare const setImmediate: (callback: () => void) => void

/** All promise reactions run before the event loop's next turn, and what other threads have answered by then. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
