import type { FakePlatform } from './fake-platform.ts'
import { until } from './until.ts'
import { untilCryptoIdle } from './until-crypto-idle.ts'

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
    // Time that passes while tokens are being unsealed is time that the tabs do not have.
    await untilCryptoIdle()
    if (!isSettled) await time.advance(100)
  }
  return asked
}
