import type { Browser, Page } from '@playwright/test'

/** Tells how many bytes are in use once all that is not has been collected. */
export type MeasureHeap = () => Promise<number>

/** Says something to a program by the browser's own protocol. */
type Ask = <T>(method: string, params?: object) => Promise<T>

/** Of a page. */
export async function watchHeapOf(page: Page): Promise<MeasureHeap> {
  const session = await page.context().newCDPSession(page)
  return measureBy((method, params) => session.send(method as 'Runtime.enable', params as never) as never)
}

/** Of the one shared worker of a browser. */
export async function watchHeapOfWorker(browser: Browser): Promise<MeasureHeap> {
  const session = await browser.newBrowserCDPSession()
  const { targetInfos } = await session.send('Target.getTargets')
  const workers = targetInfos.filter(({ type }) => type === 'shared_worker')
  const [worker] = workers
  if (!worker || workers.length > 1) throw new Error(`There are ${workers.length} shared workers, not one.`)
  const { sessionId } = await session.send('Target.attachToTarget', { targetId: worker.targetId })
  let lastId = 0

  /** Playwright has no session for such a worker, so what is said to it goes through the browser's. */
  return measureBy(<T>(method: string, params: object = {}) => {
    lastId += 1
    const id = lastId
    return new Promise<T>((resolve) => {
      const listen = (event: { sessionId: string; message: string }): void => {
        const answer = JSON.parse(event.message) as { id?: number; result: T }
        if (event.sessionId !== sessionId || answer.id !== id) return
        session.off('Target.receivedMessageFromTarget', listen)
        resolve(answer.result)
      }
      session.on('Target.receivedMessageFromTarget', listen)
      const message = JSON.stringify({ id, method, params })
      void session.send('Target.sendMessageToTarget', { sessionId, message })
    })
  })
}

/** What the browser itself writes down of a program, and nobody reads here, is no part of it. */
function measureBy(ask: Ask): MeasureHeap {
  return async () => {
    await ask('Runtime.evaluate', { expression: 'performance.clearResourceTimings()' })
    await ask('Runtime.discardConsoleEntries')
    await ask('HeapProfiler.collectGarbage')
    return (await ask<{ usedSize: number }>('Runtime.getHeapUsage')).usedSize
  }
}

/** What was measured over a long time: a heap, say. */
export interface Sample {
  readonly atSeconds: number
  readonly bytes: number
}

/**
 * By how much of itself a series grows, from its middle to its end. Until then a program gets to know its way about: V8
 * compiles what is called often, and keeps that (in snapshots of the vault, some minutes apart, nothing else grows). From
 * then on what counts is the slope, as the median of those between any two samples (Theil–Sen): single ones may have
 * caught the program in the middle of something.
 */
export function growthOf(series: readonly Sample[]): number {
  const settled = series.slice(Math.floor(series.length / 2))
  const slopes = settled.flatMap((one, index) =>
    settled.slice(index + 1).map((other) => (other.bytes - one.bytes) / (other.atSeconds - one.atSeconds)),
  )
  const seconds = (settled.at(-1)?.atSeconds ?? 0) - (settled[0]?.atSeconds ?? 0)
  return (median(slopes) * seconds) / median(settled.map(({ bytes }) => bytes))
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((one, other) => one - other)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
