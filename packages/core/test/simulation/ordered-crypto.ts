import { cryptoMethods } from '../crypto-methods.ts'
import { nextTurn } from '../next-turn.ts'

/** WebCrypto, as long as it answers in order. */
export interface OrderedCrypto {
  /** Settles when every answer has been given, and what follows from it has happened. */
  untilIdle(): Promise<void>
  /** From now on it answers when it likes again. */
  release(): void
}

type Operation = (...values: unknown[]) => Promise<unknown>

/**
 * Has WebCrypto answer in the order in which it was asked, one answer per turn of the event loop: its threads would
 * answer in any, and no seed would decide in which. What it does is what it does.
 */
export function orderCrypto(): OrderedCrypto {
  const subtle = crypto.subtle as unknown as Record<string, Operation>
  let last: Promise<unknown> = Promise.resolve()
  let pending = 0

  for (const name of cryptoMethods) {
    const operate = (subtle[name] as Operation).bind(crypto.subtle)
    subtle[name] = (...values) => {
      pending += 1
      const before = last
      const result = operate(...values)
      last = result
        .then(
          () => before,
          () => before,
        )
        .then(nextTurn)
        .then(() => {
          pending -= 1
        })
      return last.then(() => result)
    }
  }

  return {
    async untilIdle() {
      // What follows from an answer may ask again.
      do {
        await last
        await nextTurn()
      } while (pending > 0)
    },
    release() {
      // The prototype's own are there again.
      for (const name of cryptoMethods) delete subtle[name]
    },
  }
}
