import { expect } from '@playwright/test'
import { findFreePort } from './free-port.ts'
import { patienceMs } from './patience.ts'
import { startProgram } from './program.ts'
import { startVirtualScreen } from './virtual-screen.ts'

/** WebKitGTK's WebDriver server, which starts a small browser for each session. */
export interface WebKitDriver {
  readonly port: number
  end(): Promise<void>
}

/** Starts the server with a screen of its own for the browsers. */
export async function startWebKitDriver(): Promise<WebKitDriver> {
  const screen = await startVirtualScreen()
  const port = await findFreePort()
  const server = startProgram('WebKitWebDriver', [`--port=${port}`], { env: { DISPLAY: screen.display } })
  async function end(): Promise<void> {
    await server.end()
    await screen.end()
  }
  try {
    await Promise.race([untilAnswering(port), server.failed])
    return { port, end }
  } catch (error) {
    await end()
    throw error
  }
}

/** The server does not say when it is ready. */
async function untilAnswering(port: number): Promise<void> {
  await expect(() => fetch(`http://127.0.0.1:${port}/status`)).toPass({ timeout: patienceMs })
}
