/** Lets everything run until this holds. WebCrypto answers from other threads, after as many turns as it takes. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 0))
}
