import fc from 'fast-check'
import { expect, it } from 'vitest'
import { env, isQuick } from '../env.ts'

/**
 * What is fuzzed, and how many in a hundred of all cases each gets: the cheap ones many, the ones that sign or verify few.
 * One file each, named after it.
 */
export const shares = {
  'callback-url': 11,
  'authorization-response': 6,
  metadata: 6,
  'token-answer': 2.5,
  'id-token': 1,
  'user-info': 2,
  challenges: 9.5,
  'resource-metadata': 3,
  'sign-in-records': 6,
  'session-records': 8,
  'resting-tokens': 4,
  'tab-message': 9,
  tabs: 0.25,
  client: 0.75,
  'vault-request': 7,
  'vault-message': 6,
  'page-message': 3,
  'host-message': 4,
  'silent-answer': 3,
  'front-channel-logout': 3,
  'initiated-login': 2,
  options: 3,
} as const

/** What is fuzzed. */
export type Fuzzed = keyof typeof shares

/** How many cases there are in all. */
const allCases: number = numberFrom('FUZZ_CASES') ?? (isQuick ? 10_000 : 100_000)

/** The same cases at every run, so that a change is to blame for what fails; others where more are asked for. */
const everyRun = env.FUZZ_CASES ? undefined : 20_261_126
const seed = numberFrom('FUZZ_SEED') ?? everyRun
const path = env.FUZZ_PATH

/** Something that holds whatever comes. */
export interface Holding<TInput> {
  readonly of: Fuzzed
  /** Which part of the cases of its kind it gets. Default: all of them. */
  readonly part?: number
  readonly inputs: fc.Arbitrary<TInput>
}

/**
 * A test that runs `check` on many inputs, and fails with the smallest that breaks it, with the seed and what replays
 * it. Whatever is checked, an input must not reach the prototypes that everything shares, nor keep anybody waiting.
 */
export function itHolds<TInput>(
  name: string,
  { of, part = 1, inputs }: Holding<TInput>,
  check: (input: TInput) => void | Promise<void>,
): void {
  const numRuns = Math.max(1, Math.round((allCases * shares[of] * part) / 100))
  it(
    name,
    async () => {
      const clean = prototypesNow()
      const traces = Error as { stackTraceLimit?: number }
      const { stackTraceLimit = 10 } = traces
      // To find out where an error comes from takes longer than all the rest.
      traces.stackTraceLimit = 0
      const property = fc.asyncProperty(inputs, async (input) => {
        await check(input)
        if (prototypesNow() !== clean) throw new Error('It has reached a prototype.')
      })
      const result = await fc.check(property, {
        numRuns,
        ...(seed !== undefined && { seed }),
        ...(path !== undefined && { path }),
        timeout: longestCaseMs,
        // A smaller input that never ends either is looked for only so long.
        interruptAfterTimeLimit: longestRunMs + numRuns * 50,
        markInterruptAsFailure: true,
      })
      traces.stackTraceLimit = stackTraceLimit
      if (!result.failed) return expect(result.numRuns).toBeGreaterThan(0)
      // Once more, for the stack.
      const [input] = result.counterexample ?? []
      const cause = await (async () => check(input as TInput))().catch((error: unknown) => error)
      throw new Error(
        `${fc.defaultReportMessage(result)}\n\nReplay: FUZZ_SEED=${result.seed} FUZZ_PATH=${result.counterexamplePath} node node_modules/vitest/vitest.mjs run --config vitest.workspace.ts --project core ${of}.fuzz -t ${JSON.stringify(name)}`,
        { cause: cause ?? result.errorInstance },
      )
    },
    longestRunMs + 30_000 + numRuns * 50,
  )
}

/** What takes longer never ends: the slowest case takes some milliseconds. */
const longestCaseMs = 20_000
const longestRunMs = 120_000

function prototypesNow(): string {
  return [Object.prototype, Array.prototype, Function.prototype, Promise.prototype, Error.prototype]
    .map((prototype) => Reflect.ownKeys(prototype).length)
    .join()
}

function numberFrom(variable: string): number | undefined {
  const text = env[variable]
  if (text === undefined || text === '') return undefined
  const number = Number(text)
  if (!Number.isInteger(number)) throw new Error(`${variable} must be a whole number, and is "${text}".`)
  return number
}

/** Fails where something does not hold; `expect` takes longer than what is checked here. */
export function must(isTrue: boolean, what: string): asserts isTrue {
  if (!isTrue) throw new Error(`This must hold, and does not: ${what}`)
}
