import type { Idp, IdpOptions } from '@latchkey/idp'
import { PortTakenError, startIdp } from '@latchkey/idp'
import { type BrowserContext, test as base } from '@playwright/test'
import { type BrowserProblems, watchForProblems } from './browser-problems.ts'
import { type DemoServer, startDemoServer } from './demo-server.ts'

export { expect } from '@playwright/test'

/** Where the demo keeps its tokens. */
export type KeeperKind = 'memory' | 'at rest' | 'vault' | 'sealed vault'

/** Tests with another wish than the default get servers of their own. */
interface WorkerFixtures {
  /** How long the provider's access tokens live. */
  readonly accessTokenSeconds: number
  /** The provider's name: on `127.0.0.1` it is another site to the demo, which is on `localhost`. */
  readonly providerHost: 'localhost' | '127.0.0.1'
  readonly restoresByRedirect: boolean
  readonly servers: { readonly idp: Idp; readonly demo: DemoServer }
}

interface TestFixtures {
  /** What the switch on the home page says, in every tab. */
  readonly keeper: KeeperKind
  /** The provider and its APIs: up, without faults, with an empty request log and the data of the beginning. */
  readonly idp: Idp
  readonly demo: DemoServer
  /** Fails the test for every error in a page that it does not allow. */
  readonly problems: BrowserProblems
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  keeper: ['memory', { option: true }],
  accessTokenSeconds: [300, { option: true, scope: 'worker' }],
  providerHost: ['localhost', { option: true, scope: 'worker' }],
  restoresByRedirect: [false, { option: true, scope: 'worker' }],

  servers: [
    async ({ accessTokenSeconds, providerHost: host, restoresByRedirect }, use) => {
      const demo = await startDemoServer()
      const idp = await startProvider({ host, appOrigins: [demo.url], accessTokenSeconds })
      const { issuer, apiUrl, stockUrl, paymentsUrl, plainUrl } = idp
      demo.deploy({ issuer, apiUrl, stockUrl, paymentsUrl, plainUrl, restoresByRedirect })
      await use({ idp, demo })
      await Promise.all([idp.stop(), demo.stop()])
    },
    { scope: 'worker' },
  ],

  idp: [
    async ({ servers: { idp } }, use) => {
      const faultsOfThisTest: (() => void)[] = []
      idp.clearRequests()
      idp.resetData()
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
      const changesOfThisTest: (() => void)[] = []
      const untilTheEnd = (end: () => void): (() => void) => {
        changesOfThisTest.push(end)
        return end
      }
      demo.clearRequests()
      await use({
        ...demo,
        replace: (path, text) => untilTheEnd(demo.replace(path, text)),
        deploy: (deployment) => untilTheEnd(demo.deploy(deployment)),
        restrict: (directive) => untilTheEnd(demo.restrict(directive)),
        addHeader: (name, value) => untilTheEnd(demo.addHeader(name, value)),
      })
      for (const end of changesOfThisTest) end()
    },
    { auto: true },
  ],

  context: async ({ context, keeper }, use) => {
    await chooseKeeper(context, keeper)
    await use(context)
  },

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

/** Chooses where the tokens are kept, in every tab of a context. */
export async function chooseKeeper(context: BrowserContext, keeper: KeeperKind): Promise<void> {
  if (keeper === 'memory') return
  await context.addInitScript((chosen) => {
    // A page without an address has no storage.
    if (location.protocol === 'http:') localStorage.setItem('latchkey-demo.keeper', chosen)
  }, keeper)
}

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
