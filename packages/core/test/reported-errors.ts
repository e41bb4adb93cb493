import { vi } from 'vitest'

/**
 * Catches what is thrown outside every caller, which a page would see as an uncaught error.
 *
 * @returns gives back what was thrown since, and stops catching
 */
export function catchReported(): () => unknown[] {
  const reported: unknown[] = []
  const queue = queueMicrotask
  const spy = vi.spyOn(globalThis, 'queueMicrotask').mockImplementation((callback) =>
    queue(() => {
      try {
        callback()
      } catch (error) {
        reported.push(error)
      }
    }),
  )
  return () => {
    spy.mockRestore()
    return reported
  }
}
