import type { BrowserContext } from '@playwright/test'
import type { DemoServer } from '../demo-server.ts'

/** From now on a token request is refused in words that repeat what was sent, wherever it is sent from. */
export async function repeatInRefusals(context: BrowserContext, demo: DemoServer): Promise<void> {
  await context.addInitScript(refuse)
  const path = '/auth-vault.js'
  const worker = await (await fetch(demo.url + path)).text()
  demo.replace(path, `${worker}\n;(${refuse})()`)
}

/** Runs in pages and in the worker, so it brings along all that it needs. */
function refuse(): void {
  const send = globalThis.fetch
  globalThis.fetch = async (url, init) => {
    const answer = await send(url, init)
    if (!String(url).endsWith('/token')) return answer
    await answer.text()
    const { code, code_verifier } = Object.fromEntries(new URLSearchParams(String(init?.body)))
    const error_description = `no good: ${code} with ${code_verifier}`
    return Response.json({ error: 'invalid_grant', error_description }, { status: 400 })
  }
}
