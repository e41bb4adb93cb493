import type { FakePlatform } from './fake-platform.ts'
import { until } from './until.ts'

/** Lets time pass until this is settled, and none while nobody waits for it to pass. */
export async function inTime<T>(
  time: Pick<FakePlatform, 'advance' | 'timerCount'>,
  asked: Promise<T>,
): Promise<T> {
  let isSettled = false
  const settled = (): void => {
    isSettled = true
  }
  asked.then(settled, settled)
  while (!isSettled) {
    await until(() => isSettled || time.timerCount() > 0)
    if (!isSettled) await time.advance(100)
  }
  return asked
}
