/** As long, in milliseconds, a server's `Retry-After` is heeded: none may silence a page for longer. */
export const longestRetryAfterMs: number = 60 * 60 * 1000
