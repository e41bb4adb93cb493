import type { Idp, IdpOptions } from '@latchkey/idp'
import { PortTakenError, startIdp } from '@latchkey/idp'
import { test as base } from '@playwright/test'
import { type BrowserProblems, watchForProblems } from './browser-problems.ts'
import { type DemoServer, startDemoServer } from './demo-server.ts'

export { expect } from '@playwright/test'

interface WorkerFixtures {
  /** How long the provider's access tokens live. Tests with another wish get servers of their own. */
  readonly accessTokenSeconds: number
  readonly servers: { readonly idp: Idp; readonly demo: DemoServer }
}

interface TestFixtures {
  /** The provider and its API: up, without faults, with an empty request log. */
  readonly idp: Idp
  readonly demo: DemoServer
  /** Fails the test for every error in a page that it does not allow. */
  readonly problems: BrowserProblems
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  accessTokenSeconds: [300, { option: true, scope: 'worker' }],

  servers: [
    async ({ accessTokenSeconds }, use) => {
      const demo = await startDemoServer()
      const idp = await startProvider({ appOrigins: [demo.url], accessTokenSeconds })
      demo.deploy(idp)
      await use({ idp, demo })
      await Promise.all([idp.stop(), demo.stop()])
    },
    { scope: 'worker' },
  ],

  idp: [
    async ({ servers: { idp } }, use) => {
      const faultsOfThisTest: (() => void)[] = []
      idp.clearRequests()
      await use({
        ...idp,
        addFault(fault) {
          const remove = idp.addFault(fault)
          faultsOfThisTest.push(remove)
          return remove
        },
      })
      for (const remove of faultsOfThisTest) remove()
      await idp.comeUp()
    },
    { auto: true },
  ],

  demo: [
    async ({ servers: { demo } }, use) => {
      demo.clearRequests()
      await use(demo)
    },
    { auto: true },
  ],

  baseURL: async ({ demo }, use) => use(demo.url),

  problems: [
    async ({ context }, use) => {
      const problems = watchForProblems(context)
      await use(problems)
      problems.check()
    },
    { auto: true },
  ],
})

/**
 * On a port that systems do not hand out by themselves: while the provider is down, nobody else must be given
 * its port.
 */
async function startProvider(options: IdpOptions): Promise<Idp> {
  const port = 20_000 + Math.floor(Math.random() * 10_000)
  try {
    return await startIdp({ ...options, port, apiPort: 0 })
  } catch (error) {
    if (error instanceof PortTakenError) return startProvider(options)
    throw error
  }
}
