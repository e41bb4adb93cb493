import type { Idp } from '@latchkey/idp'
import { test as base } from '@playwright/test'
import { type BrowserProblems, useProblems } from './browser-problems.ts'
import type { DemoServer } from './demo-server.ts'
import { chooseKeeper, type KeeperKind } from './keeper-kind.ts'
import { type LeakWatch, watchForLeaks } from './secrets/leak-watch.ts'
import { type MessageTap, tapMessages } from './secrets/message-tap.ts'
import { readClient } from './secrets/read-client.ts'
import {
  createServerPool,
  type ServerOptions,
  type ServerPool,
  type Servers,
  usualServers,
} from './servers.ts'

export { expect } from '@playwright/test'

interface WorkerFixtures {
  readonly serverPool: ServerPool
}

interface TestFixtures extends ServerOptions {
  readonly servers: Servers
  /** What the switch on the home page says, in every tab. */
  readonly keeper: KeeperKind
  /** The provider and its APIs: up, without faults, with an empty request log and the data of the beginning. */
  readonly idp: Idp
  readonly demo: DemoServer
  /** Fails the test for every error in a page that it does not allow. */
  readonly problems: BrowserProblems
  /** What the pages say to each other and to the vault. */
  readonly messages: MessageTap
  /** Fails the test for every secret that can be read anywhere when it is over. */
  readonly leaks: LeakWatch
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  keeper: ['memory', { option: true }],
  accessTokenSeconds: [usualServers.accessTokenSeconds, { option: true }],
  providerHost: [usualServers.providerHost, { option: true }],
  restoresByRedirect: [usualServers.restoresByRedirect, { option: true }],

  serverPool: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from the pattern what a fixture needs.
    async ({}, use) => {
      const pool = createServerPool()
      await use(pool)
      await pool.stop()
    },
    { scope: 'worker' },
  ],

  servers: async ({ serverPool, accessTokenSeconds, providerHost, restoresByRedirect }, use) =>
    use(await serverPool.get({ accessTokenSeconds, providerHost, restoresByRedirect })),

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
        release: () => untilTheEnd(demo.release()),
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

  problems: [useProblems, { auto: true }],

  messages: async ({ context }, use) => use(await tapMessages(context)),

  leaks: [
    async ({ context, keeper, messages, servers: { demo, passed } }, use, { errors }) => {
      passed.length = 0
      const isApp = (url: string): boolean => url.startsWith(demo.url)
      const leaks = watchForLeaks({ context, messages }, { isApp, keeper, passed, readMore: readClient })
      await use(leaks)
      // Where something went wrong already, a page may be anywhere.
      if (errors.length === 0) await leaks.check()
    },
    { auto: true },
  ],
})
