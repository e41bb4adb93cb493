type Env = Readonly<Record<string, string | undefined>>

/** The environment of the test run. The package's own types know no Node. */
export const env: Env = (globalThis as unknown as { process: { env: Env } }).process.env

/** Whether what takes long is left out, as `npm test` does without `--full`. */
export const isQuick: boolean = Boolean(env.LATCHKEY_QUICK)
