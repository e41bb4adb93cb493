import { cryptoMethods } from './crypto-methods.ts'
import { nextTurn } from './next-turn.ts'

type Operation = (this: SubtleCrypto, ...values: unknown[]) => Promise<unknown>

/** How many turns what follows from an answer may take until it asks again. */
const turnsBetween = 5

let pending = 0
const subtle = Object.getPrototypeOf(crypto.subtle) as Record<string, Operation>

// It does what it does: it is only counted how much of it is under way.
for (const name of cryptoMethods) {
  const operate = subtle[name] as Operation
  subtle[name] = function (...values) {
    pending += 1
    const result = operate.apply(this, values)
    const answered = (): void => {
      pending -= 1
    }
    result.then(answered, answered)
    return result
  }
}

/** Waits until WebCrypto has answered everything, and what follows from the answers: a busy machine takes its time. */
export async function untilCryptoIdle(): Promise<void> {
  for (let quiet = 0; quiet < turnsBetween; quiet = pending > 0 ? 0 : quiet + 1) {
    await nextTurn()
  }
}
