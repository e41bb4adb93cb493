import type { BrowserContext, CDPSession, Page } from '@playwright/test'

/** Bytes that a page and the shared workers of its origin hold once the garbage is collected. */
export async function heapOf(context: BrowserContext, page: Page): Promise<number> {
  const session = await context.newCDPSession(page)
  const ofPage = await usedAfterCollection((method) => session.send(method as 'Runtime.getHeapUsage'))
  await session.detach()
  return ofPage + (await heapOfSharedWorkers(context))
}

type Send = (method: string) => Promise<unknown>

async function usedAfterCollection(send: Send): Promise<number> {
  // What a finalizer lets go of, the second collection takes.
  for (let i = 0; i < 2; i += 1) await send('HeapProfiler.collectGarbage')
  const { usedSize } = (await send('Runtime.getHeapUsage')) as { readonly usedSize: number }
  return usedSize
}

async function heapOfSharedWorkers(context: BrowserContext): Promise<number> {
  const session = await context.browser()?.newBrowserCDPSession()
  if (!session) return 0
  const { targetInfos } = await session.send('Target.getTargets')
  let sum = 0
  for (const { targetId } of targetInfos.filter(({ type }) => type === 'shared_worker')) {
    const { sessionId } = await session.send('Target.attachToTarget', { targetId, flatten: false })
    sum += await usedAfterCollection(speakTo(session, sessionId))
    await session.send('Target.detachFromTarget', { sessionId })
  }
  await session.detach()
  return sum
}

/** Playwright has no sessions for workers that pages share: messages go by way of the browser's. */
function speakTo(session: CDPSession, sessionId: string): Send {
  let lastId = 0
  return (method) =>
    new Promise((resolve, reject) => {
      lastId += 1
      const id = lastId
      const onMessage = (event: { readonly sessionId: string; readonly message: string }): void => {
        const answer = JSON.parse(event.message) as { id?: number; result?: unknown; error?: unknown }
        if (event.sessionId !== sessionId || answer.id !== id) return
        session.off('Target.receivedMessageFromTarget', onMessage)
        if (answer.error) reject(new Error(JSON.stringify(answer.error)))
        else resolve(answer.result)
      }
      session.on('Target.receivedMessageFromTarget', onMessage)
      session
        .send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify({ id, method }) })
        .catch(reject)
    })
}
