import { expect } from '@playwright/test'
import { patienceMs } from './patience.ts'

/** Looks again and again, until there is something. */
export async function untilFound<T>(look: () => Promise<T | undefined>): Promise<T> {
  let found: T | undefined
  await expect(async () => {
    found = await look()
    expect(found).toBeDefined()
  }).toPass({ timeout: patienceMs })
  return found as T
}
