import { env } from './env.ts'
import { nextTurn } from './next-turn.ts'

/** Nothing waits this long: it is how long a broken test takes to say so on a busy machine. Mutants break them by the thousand. */
const patienceMs = Number(env.LATCHKEY_TEST_PATIENCE_MS ?? 50_000)

/** Lets everything run until this holds. WebCrypto answers from other threads, after as many turns as it takes. */
export async function until(condition: () => boolean): Promise<void> {
  const givenUpAt = performance.now() + patienceMs
  for (let turns = 0; !condition(); turns += 1) {
    if (performance.now() > givenUpAt) throw new Error(`It was waited for in vain: ${condition}`)
    // What takes long is not waited for by keeping a core busy.
    if (turns < 1000) await nextTurn()
    else await new Promise((resolve) => setTimeout(resolve, 1))
  }
}
