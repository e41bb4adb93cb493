/** How long a gate may take: on a busy machine several times as long as it does. */
const gateMs = 2_400_000

/** @typedef {import('./gates/gate.mjs').Gate} Gate */
/** @typedef {import('./gates/gate.mjs').Context} Context */
/** @typedef {import('./gates/gate.mjs').Result} Result */

/**
 * Runs the selected gates: those of a stage together, the stages one after another, until the context's signal aborts.
 * A gate that throws has failed, and so has one whose needs have not passed.
 *
 * @param {readonly (readonly Gate[])[]} stages
 * @param {ReadonlySet<Gate>} selected
 * @param {Context} context
 * @param {(gate: Gate, result: Result, elapsedMs: number) => void} onResult
 * @returns {Promise<Result[]>}
 */
export async function runGates(stages, selected, context, onResult) {
  /** @type {Map<string, Result>} */
  const results = new Map()
  for (const stage of stages) {
    await Promise.all(
      stage
        .filter((gate) => selected.has(gate))
        .map(async (gate) => {
          const startedAt = performance.now()
          const result = await runGate(gate)
          results.set(gate.name, result)
          onResult(gate, result, performance.now() - startedAt)
        }),
    )
    if (context.signal.aborted) break
  }
  return [...results.values()]

  /**
   * @param {Gate} gate
   * @returns {Promise<Result>}
   */
  async function runGate({ needs = [], run }) {
    const missing = needs.filter((name) => results.get(name)?.failed !== 0)
    if (missing.length > 0) return { passed: 0, failed: 1, note: `not run: needs ${missing.join(' and ')}` }
    const deadline = AbortSignal.timeout(gateMs)
    try {
      const result = await run({ ...context, signal: AbortSignal.any([context.signal, deadline]) })
      return deadline.aborted
        ? { ...result, failed: result.failed + 1, note: `not done after ${gateMs / 60_000} minutes` }
        : result
    } catch (error) {
      return { passed: 0, failed: 1, output: error instanceof Error ? error.message : String(error) }
    }
  }
}
