import { type Idp, startIdp } from '@latchkey/idp'
import { test as base } from '@playwright/test'
import { type BrowserProblems, useProblems } from './browser-problems.ts'
import { type LeakWatch, watchForLeaks } from './secrets/leak-watch.ts'
import { tapMessages } from './secrets/message-tap.ts'
import type { Secret } from './secrets/secret.ts'

export { expect } from '@playwright/test'

interface Provider {
  /** Starts one that people sign in to these apps by. It stops with the worker. */
  start(appOrigins: readonly string[]): Promise<Idp>
  /** What went between it and the apps so far: it grows. */
  readonly passed: Secret[]
  /** Whether a page is one of its own. */
  has(url: string): boolean
}

interface TestFixtures {
  /** Fails the test for every error in a page that it does not allow. */
  readonly problems: BrowserProblems
  /** Fails the test for every secret that can be read anywhere when it is over. */
  readonly leaks: LeakWatch
}

/** For journeys through apps that are not the built demo: they are watched as it is. */
export const test = base.extend<TestFixtures, { readonly provider: Provider }>({
  provider: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from the pattern what a fixture needs.
    async ({}, use) => {
      const running: Idp[] = []
      const passed: Secret[] = []
      await use({
        passed,
        has: (url) => running.some(({ issuer }) => url.startsWith(issuer)),
        async start(appOrigins) {
          const onSecret = (secret: Secret) => passed.push(secret)
          const idp = await startIdp({ port: 0, apiPort: 0, appOrigins, onSecret })
          running.push(idp)
          return idp
        },
      })
      await Promise.all(running.map((idp) => idp.stop()))
    },
    { scope: 'worker' },
  ],

  problems: [useProblems, { auto: true }],

  leaks: [
    async ({ context, provider: { passed, has } }, use, { errors }) => {
      passed.length = 0
      const messages = await tapMessages(context)
      const isApp = (url: string): boolean => url.startsWith('http') && !has(url)
      const leaks = watchForLeaks({ context, messages }, { isApp, keeper: 'vault', passed })
      await use(leaks)
      // Where something went wrong already, a page may be anywhere.
      if (errors.length === 0) await leaks.check()
    },
    { auto: true },
  ],
})
