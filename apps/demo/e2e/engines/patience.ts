/** How long a busy machine may take over what a person would see at once. */
export const patienceMs = 15_000
