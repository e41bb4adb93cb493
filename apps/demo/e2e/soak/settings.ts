/** What the provider is told to give, so that tokens end again and again. */
export const lifetimeSeconds = 5

const seconds = process.env.LATCHKEY_SOAK_SECONDS

/** How long the tabs of a journey live on such tokens, for each keeper. `pnpm soak` says more. */
export const soakSeconds = Number(seconds ?? 10)

/** How many tokens come to their end in that time, at least. */
export const soakRounds = Math.floor(soakSeconds / lifetimeSeconds)

/** How long those live whom all kinds of things happen to. */
export const disturbedSeconds = Number(seconds ?? 12)

/** What the order of these things is made from: the same brings the same. In its first seconds this one has them all. */
export const soakSeed = Number(process.env.LATCHKEY_SOAK_SEED ?? 7544)
