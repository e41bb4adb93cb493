/** What the provider is told to give, so that tokens end again and again. */
export const lifetimeSeconds = 5

/** How long the tabs of a journey live on such tokens, for each keeper. `npm run soak` in this package makes it a minute. */
export const soakSeconds = Number(process.env.LATCHKEY_SOAK_SECONDS ?? 10)

/** How many tokens come to their end in that time, at least. */
export const soakRounds = Math.floor(soakSeconds / lifetimeSeconds)
