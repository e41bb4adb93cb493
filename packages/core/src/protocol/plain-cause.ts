/** An error as it may be kept: its name and its words. Whatever hangs below it may hold a response. */
export function plainCause(error: unknown): { name: string; message: string } | undefined {
  return error instanceof Error ? { name: error.name, message: error.message } : undefined
}
